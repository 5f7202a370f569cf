"""A garage's wall clock, on ordinary days and on those when it jumps."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.garages.hours import DAY_MINUTES, Exceptional, Hours, Span
from services.vehicles.domain.garages.openings import Stretch, merged, moment, open_stretches
from shared.local_day import zone_named

PARIS = "Europe/Paris"
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
ALL_WEEK = range(1, 8)


def at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


class TestOpenStretches:
    def test_lunch_makes_two(self) -> None:
        hours = Hours(PARIS, {1: [Span(at(8), at(12)), Span(at(14), at(18))]})
        monday = date(2026, 12, 7)
        assert open_stretches(hours, monday, monday) == [
            Stretch(utc(monday, 7), utc(monday, 11)),
            Stretch(utc(monday, 13), utc(monday, 17)),
        ]

    def test_a_dated_exception_replaces_the_week(self) -> None:
        noel, day_after = date(2026, 12, 25), date(2026, 12, 26)
        week = {day: [Span(at(8), at(18))] for day in ALL_WEEK}
        hours = Hours(
            PARIS,
            week,
            [
                Exceptional(noel, noel),
                Exceptional(day_after, day_after, [Span(at(10), at(12))]),
            ],
        )
        assert open_stretches(hours, noel, day_after) == [
            Stretch(utc(day_after, 9), utc(day_after, 11))
        ]

    def test_spans_that_touch_are_one_also_over_midnight(self) -> None:
        hours = Hours("UTC", {1: [Span(at(20), at(24))], 2: [Span(0, at(2))]})
        monday = date(2026, 12, 7)
        [span] = open_stretches(hours, monday, monday + timedelta(days=1))
        assert span == Stretch(utc(monday, 20), utc(date(2026, 12, 8), 2))

    def test_a_day_nobody_speaks_of_is_closed(self) -> None:
        assert open_stretches(Hours(PARIS, {}), SPRING, SPRING) == []

    def test_the_day_of_spring_has_23_hours_and_that_of_autumn_25(self) -> None:
        hours = Hours(PARIS, {day: [Span(0, DAY_MINUTES)] for day in ALL_WEEK})
        for day, length in ((SPRING, 23), (AUTUMN, 25), (date(2026, 12, 7), 24)):
            [span] = open_stretches(hours, day, day)
            assert span.ends - span.starts == timedelta(hours=length)


class TestMoment:
    @pytest.mark.parametrize(
        ("day", "minutes", "last", "found"),
        [
            (SPRING, at(1, 45), False, (0, 45)),
            (SPRING, at(2), False, (1, 0)),
            (SPRING, at(2, 30), False, (1, 0)),
            (SPRING, at(2, 30), True, (1, 0)),
            (SPRING, at(3), False, (1, 0)),
            (AUTUMN, at(2, 30), False, (0, 30)),
            (AUTUMN, at(2, 30), True, (1, 30)),
            (AUTUMN, at(3), False, (2, 0)),
        ],
    )
    def test_in_paris(self, day: date, minutes: int, *, last: bool, found: tuple[int, int]) -> None:
        assert moment(day, minutes, zone_named(PARIS), last=last) == utc(day, *found)

    def test_the_end_of_a_day_is_the_next_ones_begin(self) -> None:
        day, zone = date(2026, 12, 7), zone_named(PARIS)
        assert moment(day, DAY_MINUTES, zone) == moment(day + timedelta(days=1), 0, zone)

    @given(
        day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
        minutes=st.integers(0, DAY_MINUTES),
        zone=st.sampled_from([PARIS, "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe"]),
    )
    def test_is_what_the_wall_shows_or_the_first_thing_it_shows_after(
        self, day: date, minutes: int, zone: str
    ) -> None:
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        found = moment(day, minutes, zone_named(zone))
        shown = found.astimezone(zone_named(zone)).replace(tzinfo=None)
        before = (found - timedelta(minutes=1)).astimezone(zone_named(zone)).replace(tzinfo=None)
        assert shown >= wall
        assert before < wall

    @given(
        spans=st.lists(
            st.tuples(st.integers(0, 50), st.integers(1, 9)).map(
                lambda each: Stretch(
                    datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=each[0]),
                    datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=sum(each)),
                )
            )
        )
    )
    def test_merged_covers_the_same_and_never_touches_itself(self, spans: list[Stretch]) -> None:
        found = merged(spans)
        assert all(any(one.holds(span) for one in found) for span in spans)
        assert all(a.ends < b.starts for a, b in pairwise(found))
