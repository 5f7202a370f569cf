"""domain.md §8, states: who moves a booking from which to which, and until when."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.vehicles.domain.garages.bookings import (
    HOLDING,
    THE_GARAGES,
    Agreed,
    BookingState,
    Move,
    Side,
    is_expired,
    may_be_no_show,
    may_still_cancel,
    moved,
    remind_at,
)

PARIS = "Europe/Paris"
START = datetime(2026, 12, 8, 8, tzinfo=UTC)
"""Nine in Paris."""
ALLOWED = {
    ("pending", "confirm", "garage", "confirmed"),
    ("pending", "cancel", "customer", "cancelled"),
    ("pending", "cancel", "garage", "cancelled"),
    ("pending", "expire", "clock", "expired"),
    ("pending", "reschedule", "customer", "pending"),
    ("pending", "reschedule", "garage", "pending"),
    ("confirmed", "start", "garage", "in_progress"),
    ("confirmed", "cancel", "customer", "cancelled"),
    ("confirmed", "cancel", "garage", "cancelled"),
    ("confirmed", "no_show", "garage", "no_show"),
    ("confirmed", "reschedule", "customer", "pending"),
    ("confirmed", "reschedule", "garage", "confirmed"),
    ("in_progress", "complete", "garage", "completed"),
}
"""Written down once more, so that a line added by mistake is seen."""


@pytest.mark.parametrize(("state", "move", "by"), [*product(BookingState, Move, Side)])
def test_each_move_is_allowed_or_wrong_state(state: BookingState, move: Move, by: Side) -> None:
    to = {end for one, what, who, end in ALLOWED if (one, what, who) == (state, move, by)}
    found = moved(state, move, by)
    assert {found} - {None} == to


def test_only_the_garage_confirms_starts_completes() -> None:
    for state, move in product(BookingState, THE_GARAGES):
        assert moved(state, move, Side.CUSTOMER) is None


def test_an_end_is_an_end_and_holds_no_bay() -> None:
    ends = {"completed", "cancelled", "expired", "no_show"}
    assert set(HOLDING) == set(BookingState) - ends
    for state, move, by in product(sorted(ends), Move, Side):
        assert moved(BookingState(state), move, by) is None


class TestCancelling:
    @pytest.mark.parametrize(
        ("notice", "before", "may"),
        [
            (24, timedelta(hours=25), True),
            (24, timedelta(hours=24), True),
            (24, timedelta(hours=23, minutes=59), False),
            (0, timedelta(minutes=1), True),
            (72, timedelta(hours=71), False),
            (72, timedelta(hours=73), True),
        ],
    )
    def test_until_the_garages_rule(self, notice: int, before: timedelta, *, may: bool) -> None:
        agreed = Agreed(BookingState.CONFIRMED, START, timedelta(hours=notice))
        assert may_still_cancel(agreed, START - before) == may

    def test_a_request_that_waits_is_theirs_to_take_back(self) -> None:
        agreed = Agreed(BookingState.PENDING, START, timedelta(hours=24))
        assert may_still_cancel(agreed, START - timedelta(hours=1))

    def test_a_time_the_garage_chose_is_theirs_to_refuse(self) -> None:
        agreed = Agreed(BookingState.CONFIRMED, START, timedelta(hours=24), moved_by_garage=True)
        assert may_still_cancel(agreed, START - timedelta(hours=1))
        assert not may_still_cancel(agreed, START + timedelta(minutes=1))


class TestExpiry:
    @pytest.mark.parametrize(
        ("asked", "now", "expired"),
        [
            (START - timedelta(hours=72), START - timedelta(hours=24, minutes=1), False),
            (START - timedelta(hours=72), START - timedelta(hours=24), True),
            (START - timedelta(hours=1), START - timedelta(minutes=1), False),
            (START - timedelta(hours=1), START, True),
        ],
    )
    def test_unanswered_48_hours_or_start_passed(
        self, asked: datetime, now: datetime, *, expired: bool
    ) -> None:
        assert is_expired(asked, START, now) == expired


class TestNoShow:
    @pytest.mark.parametrize(
        ("after", "may"),
        [
            (timedelta(minutes=14), False),
            (timedelta(minutes=15), True),
            (timedelta(hours=14, minutes=59), True),
            (timedelta(hours=15), False),
        ],
    )
    def test_from_15_minutes_after_start_on_the_same_local_day(
        self, after: timedelta, *, may: bool
    ) -> None:
        assert may_be_no_show(START, START + after, PARIS) == may


class TestReminder:
    def test_at_18_garage_time_the_day_before(self) -> None:
        asked = datetime(2026, 12, 1, tzinfo=UTC)
        assert remind_at(START, asked, PARIS) == datetime(2026, 12, 7, 17, tzinfo=UTC)

    def test_the_day_is_the_garages(self) -> None:
        late = datetime(2026, 12, 7, 23, 30, tzinfo=UTC)  # the 8th in Paris
        asked = datetime(2026, 12, 1, tzinfo=UTC)
        assert remind_at(late, asked, PARIS) == datetime(2026, 12, 7, 17, tzinfo=UTC)

    def test_18_is_18_on_both_sides_of_a_clock_change(self) -> None:
        for day, hour in (
            (datetime(2027, 3, 29, 7, tzinfo=UTC), 16),
            (datetime(2026, 10, 26, 8, tzinfo=UTC), 17),
        ):
            at = remind_at(day, day - timedelta(days=9), PARIS)
            assert at == (day - timedelta(days=1)).replace(hour=hour)

    def test_whoever_is_confirmed_after_that_needs_none(self) -> None:
        assert remind_at(START, datetime(2026, 12, 7, 17, tzinfo=UTC), PARIS) is None
