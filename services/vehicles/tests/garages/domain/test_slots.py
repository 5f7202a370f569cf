"""domain.md §8, slots: each example by name, and no sequence of bookings that overbooks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.garages.hours import Hours, Span
from services.vehicles.domain.garages.openings import Stretch, open_stretches
from services.vehicles.domain.garages.slots import (
    STEP,
    is_free,
    is_on_grid,
    is_open,
    length_of,
    next_free,
    starts,
    steps_of,
    used,
)

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 12, 7)
HOUR = timedelta(hours=1)
WITH_LUNCH = Hours("Europe/Paris", {1: [Span(8 * 60, 12 * 60), Span(14 * 60, 18 * 60)]})
NIGHT = Hours("Europe/Paris", {day: [Span(0, 6 * 60)] for day in range(1, 8)})


def there(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def span(begins: tuple[int, int], ends: tuple[int, int]) -> Stretch:
    return Stretch(there(*begins), there(*ends))


TAKEN = used([span((9, 0), (11, 0)), span((10, 0), (11, 0))])
OPEN = open_stretches(WITH_LUNCH, MONDAY, MONDAY)


class TestCapacityTwo:
    """Taken 09:00-11:00 and 10:00-11:00."""

    def test_half_past_nine_for_an_hour_is_full_with_the_next_three_free(self) -> None:
        assert not is_free(span((9, 30), (10, 30)), TAKEN, 2)
        free = next_free(OPEN, HOUR, held=TAKEN, capacity=2, since=there(9, 30))
        assert free == [there(11), there(14), there(14, 15)]

    def test_nine_to_ten_is_free(self) -> None:
        assert is_free(span((9, 0), (10, 0)), TAKEN, 2)

    def test_one_more_at_nine_fills_it(self) -> None:
        held = TAKEN + used([span((9, 0), (10, 0))])
        assert not is_free(span((9, 0), (9, 15)), held, 2)
        assert is_free(span((8, 0), (9, 0)), held, 2)


class TestLunch:
    def test_a_90_minute_job_at_eleven_is_not_offered(self) -> None:
        offered = list(starts(OPEN, timedelta(minutes=90), held={}, capacity=1))
        assert there(11) not in offered
        assert there(10, 30) in offered
        assert max(at for at in offered if at < there(12)) == there(10, 30)
        assert not is_open(Stretch(there(11), there(12, 30)), OPEN)

    def test_an_hour_at_eleven_is(self) -> None:
        assert there(11) in list(starts(OPEN, HOUR, held={}, capacity=1))


class TestClockChange:
    def test_2027_03_28_has_no_half_past_two(self) -> None:
        day = date(2027, 3, 28)
        walls = self._walls(day)
        assert "02:30+0100" not in walls
        assert "02:30+0200" not in walls
        assert [wall for wall in walls if "01:45" <= wall < "03:01"] == ["01:45+0100", "03:00+0200"]

    def test_2026_10_25_offers_half_past_two_twice_with_offsets(self) -> None:
        walls = self._walls(date(2026, 10, 25))
        assert [wall for wall in walls if wall.startswith("02:30")] == ["02:30+0200", "02:30+0100"]

    def test_work_over_the_jump_lasts_as_long_as_it_lasts(self) -> None:
        day = date(2027, 3, 28)
        early = Stretch(there(1, 30, day), there(1, 30, day) + HOUR)
        assert early.ends.astimezone(PARIS).strftime("%H:%M") == "03:30"
        assert len(steps_of(early)) == 4

    @staticmethod
    def _walls(day: date) -> list[str]:
        spans = open_stretches(NIGHT, day, day)
        found = starts(spans, STEP, held={}, capacity=1)
        return [at.astimezone(PARIS).strftime("%H:%M%z") for at in found]


class TestLength:
    @pytest.mark.parametrize(
        ("minutes", "steps"), [([30], 2), ([20], 2), ([45, 20], 5), ([0], 1), ([], 1), ([1], 1)]
    )
    def test_is_whole_steps(self, minutes: list[int], steps: int) -> None:
        assert length_of(minutes) == STEP * steps

    @pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu", "Pacific/Chatham"])
    def test_the_grid_is_that_of_every_zone(self, zone: str) -> None:
        wall = datetime(2026, 12, 7, 9, 15, tzinfo=ZoneInfo(zone))
        assert is_on_grid(wall)
        assert not is_on_grid(wall + timedelta(minutes=5))
        assert not is_on_grid(wall + timedelta(seconds=1))

    def test_hours_off_the_grid_begin_on_it(self) -> None:
        hours = Hours("Europe/Paris", {1: [Span(8 * 60 + 10, 9 * 60 + 5)]})
        found = list(starts(open_stretches(hours, MONDAY, MONDAY), STEP, held={}, capacity=1))
        assert found == [there(8, 15), there(8, 30), there(8, 45)]


MINUTES = 8 * 60
moves = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.integers(0, 40), st.integers(1, 8)),
        st.tuples(st.just("leave"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 30), st.integers(0, 40)),
    ),
    max_size=60,
)


@given(asked=moves, capacity=st.integers(1, 3))
def test_no_sequence_of_moves_overbooks_and_none_that_fits_is_refused(
    asked: list[tuple[str, int, int]], capacity: int
) -> None:
    """Against a naive model: a list of bays for each minute of the day."""
    begin = datetime(2026, 12, 7, 8, tzinfo=UTC)
    held: list[Stretch] = []

    def fits(first: int, last: int, others: list[Stretch]) -> bool:
        return all(
            sum(one.starts <= begin + timedelta(minutes=m) < one.ends for one in others) < capacity
            for m in range(first, last)
        )

    def place(first: int, last: int, others: list[Stretch]) -> bool:
        wanted = Stretch(begin + timedelta(minutes=first), begin + timedelta(minutes=last))
        free = is_free(wanted, used(others), capacity)
        assert free == fits(first, last, others)
        if free:
            others.append(wanted)
        return free

    for what, one, two in asked:
        if what == "book":
            place(one * 15, (one + two) * 15, held)
        elif one < len(held):
            gone = held.pop(one)
            length = int((gone.ends - gone.starts).total_seconds() // 60)
            if what == "move" and not place(two * 15, two * 15 + length, held):
                held.append(gone)
        assert max(used(held).values(), default=0) <= capacity


@given(
    taken=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=12),
    capacity=st.integers(1, 3),
    steps=st.integers(1, 8),
)
def test_what_is_offered_is_open_and_free_and_nothing_else_is(
    taken: list[tuple[int, int]], capacity: int, steps: int
) -> None:
    day = there(8)
    held = used(Stretch(day + STEP * a, day + STEP * (a + b)) for a, b in taken)
    offered = set(starts(OPEN, STEP * steps, held=held, capacity=capacity))
    for number in range(40):
        wanted = Stretch(day + STEP * number, day + STEP * (number + steps))
        can = is_open(wanted, OPEN) and is_free(wanted, held, capacity)
        assert (wanted.starts in offered) == can
