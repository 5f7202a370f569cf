from datetime import UTC, datetime, time

import pytest

from services.notifications.domain.kinds import Kind
from services.notifications.domain.quiet import QuietHours, send_at

NIGHT = QuietHours(time(22), time(7, 30))
LUNCH = QuietHours(time(12), time(14))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "then"),
    [
        (NIGHT, "2026-11-22 20:59", "2026-11-22 20:59"),  # 21:59 in Paris
        (NIGHT, "2026-11-22 21:00", "2026-11-23 06:30"),
        (NIGHT, "2026-11-23 06:29", "2026-11-23 06:30"),
        (NIGHT, "2026-11-23 06:30", "2026-11-23 06:30"),
        (LUNCH, "2026-11-22 11:30", "2026-11-22 13:00"),
        (LUNCH, "2026-11-22 13:00", "2026-11-22 13:00"),
        (NIGHT, "2026-10-24 21:00", "2026-10-25 06:30"),  # the night that lasts an hour longer
        (None, "2026-11-22 23:00", "2026-11-22 23:00"),
        (QuietHours(time(8), time(8)), "2026-11-22 08:00", "2026-11-22 08:00"),
    ],
)
def test_what_can_wait_waits_for_the_morning(hours: QuietHours | None, now: str, then: str) -> None:
    sent = send_at(Kind.REMINDER_DUE, now=at(now), hours=hours, timezone="Europe/Paris")
    assert sent == at(then)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.NEW_DEVICE, Kind.WELCOME])
def test_what_cannot_wait_does_not(kind: Kind) -> None:
    now = at("2026-11-22 23:00")
    assert send_at(kind, now=now, hours=NIGHT, timezone="Europe/Paris") == now
