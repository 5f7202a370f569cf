from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.garages.hours import (
    DAY_MINUTES,
    Exceptional,
    Hours,
    Span,
    Standing,
    are_apart,
    is_open,
    moment_of,
    standing_at,
)

MORNING, AFTERNOON = Span(480, 720), Span(840, 1080)
WEEK = dict.fromkeys(range(1, 6), (MORNING, AFTERNOON))
PARIS = Hours("Europe/Paris", WEEK)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestOn:
    def test_the_week_and_what_replaces_it(self) -> None:
        monday, saturday = date(2026, 11, 30), date(2026, 12, 5)
        closed = Exceptional(date(2026, 12, 24), date(2027, 1, 3))
        fair = Exceptional(saturday, saturday, (Span(600, 900),))
        hours = Hours("Europe/Paris", WEEK, [closed, fair])
        assert hours.on(monday) == (MORNING, AFTERNOON)
        assert hours.on(saturday) == (Span(600, 900),)
        assert hours.on(date(2026, 12, 6)) == ()
        assert hours.on(date(2026, 12, 28)) == ()
        assert hours.on(date(2027, 1, 4)) == (MORNING, AFTERNOON)


class TestAreApart:
    @pytest.mark.parametrize(
        ("spans", "well"),
        [
            ([], True),
            ([MORNING, AFTERNOON], True),
            ([AFTERNOON, MORNING], True),
            ([Span(480, 720), Span(720, 900)], True),
            ([Span(480, 721), Span(720, 900)], False),
            ([Span(480, 480)], False),
            ([Span(720, 480)], False),
            ([Span(0, 1440)], True),
            ([Span(0, 1441)], False),
            ([Span(-1, 5)], False),
        ],
    )
    def test_each(self, spans: list[Span], well: bool) -> None:
        assert are_apart(spans) is well


class TestStanding:
    @pytest.mark.parametrize(
        ("moment", "said"),
        [
            ("2026-11-30T07:30:00", Standing(True, at("2026-11-30T11:00:00"))),
            ("2026-11-30T11:00:00", Standing(False, at("2026-11-30T13:00:00"))),
            ("2026-11-30T16:59:59", Standing(True, at("2026-11-30T17:00:00"))),
            ("2026-12-04T17:00:00", Standing(False, at("2026-12-07T07:00:00"))),
        ],
        ids=["open", "lunch", "last second", "weekend"],
    )
    def test_as_the_sign_on_the_door(self, moment: str, said: Standing) -> None:
        assert standing_at(PARIS, at(moment)) == said

    def test_over_midnight_it_is_one_stretch(self) -> None:
        night = Hours("Europe/Paris", {1: (Span(1200, 1440),), 2: (Span(0, 120),)})
        assert standing_at(night, at("2026-11-30T20:00:00")) == Standing(
            True, at("2026-12-01T01:00:00")
        )

    def test_who_never_opens_says_nothing(self) -> None:
        assert standing_at(Hours("Europe/Paris", {}), at("2026-11-30T20:00:00")) == Standing(
            False, None
        )

    def test_who_never_closes_says_nothing_either(self) -> None:
        always = Hours("Europe/Paris", {day: (Span(0, 1440),) for day in range(1, 8)})
        assert standing_at(always, at("2026-11-30T20:00:00")) == Standing(True, None)

    def test_on_the_garages_own_clock(self) -> None:
        """In Lisbon it is an hour earlier; in Kiritimati it is tomorrow."""
        moment = at("2026-11-30T07:30:00")
        assert is_open(PARIS, moment)
        assert not is_open(Hours("Europe/Lisbon", WEEK), moment)
        assert is_open(Hours("Pacific/Kiritimati", {1: (Span(1260, 1320),)}), moment)


class TestClocksChange:
    def test_a_minute_left_out_and_one_told_twice(self) -> None:
        """Europe/Paris 2027-03-28 has no 02:30; 2026-10-25 has two."""
        assert moment_of(date(2027, 3, 28), 180, "Europe/Paris") == at("2027-03-28T01:00:00")
        assert moment_of(date(2027, 3, 28), 150, "Europe/Paris") == at("2027-03-28T01:30:00")
        assert moment_of(date(2026, 10, 25), 150, "Europe/Paris") == at("2026-10-25T00:30:00")

    @pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
    def test_eight_o_clock_is_eight_o_clock(self, day: date) -> None:
        hours = Hours("Europe/Paris", {7: (MORNING,)})
        opens = moment_of(day, 480, "Europe/Paris")
        assert not is_open(hours, opens - timedelta(seconds=1))
        assert is_open(hours, opens)


spans = st.lists(
    st.tuples(st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES)).map(
        lambda pair: Span(*pair)
    ),
    max_size=4,
).filter(are_apart)


@given(
    st.dictionaries(st.integers(1, 7), spans),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_what_is_said_of_the_next_change_is_so(
    week: dict[int, list[Span]], moment: datetime
) -> None:
    hours = Hours("Europe/Paris", week)
    said = standing_at(hours, moment)
    assert said.is_open == is_open(hours, moment)
    if said.until is not None:
        assert said.until > moment
        assert is_open(hours, said.until) is not said.is_open or _is_doubled(said.until)


def _is_doubled(moment: datetime) -> bool:
    """In the hour that the clocks tell twice or leave out, a wall clock is no proof."""
    return (moment.month, moment.hour) in {(3, 0), (3, 1), (10, 0), (10, 1)}
