from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.moving.guests import (
    HOUR,
    MOST_AN_HOUR,
    Hour,
    LinkState,
    is_of_a_guest,
    state_of,
)
from services.vehicles.domain.moving.qr import qr_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("until", "revoked", "state"),
    [
        (date(2026, 6, 1), None, LinkState.OPEN),
        (date(2026, 5, 31), None, LinkState.OVER),
        (date(2026, 6, 30), NOON, LinkState.REVOKED),
        (date(2026, 5, 31), NOON, LinkState.REVOKED),
    ],
)
def test_a_link_is_open_through_its_last_day(
    until: date, revoked: datetime | None, state: LinkState
) -> None:
    assert state_of(until=until, revoked_at=revoked, today=TODAY) is state


@given(st.lists(st.integers(0, 7200), min_size=1, max_size=120))
def test_no_hour_since_the_first_has_more_than_allowed(seconds: list[int]) -> None:
    hour, allowed = Hour(None, 0), list[datetime]()
    for second in sorted(seconds):
        now = NOON + timedelta(seconds=second)
        if hour.wait(now) is None:
            hour = hour.after(now)
            allowed.append(now)
    for first in {hour.since}:
        assert first is not None
        assert sum(first <= each < first + HOUR for each in allowed) <= MOST_AN_HOUR


def test_who_waits_is_told_how_long() -> None:
    hour = Hour(NOON, MOST_AN_HOUR)
    assert hour.wait(NOON + timedelta(minutes=59)) == timedelta(minutes=1)
    assert hour.wait(NOON + HOUR) is None


@pytest.mark.parametrize(("back", "fits"), [(0, True), (7, True), (8, False), (-1, False)])
def test_a_guest_reaches_back_a_week(back: int, fits: bool) -> None:
    assert is_of_a_guest(TODAY - timedelta(days=back), TODAY) is fits


def test_an_address_becomes_a_picture() -> None:
    svg = qr_of("https://example.org/guest?token=abc")
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert "example.org" not in svg
