"""Quiet hours: mail that can wait is held until the person's morning."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from services.notifications.domain.kinds import CHOOSABLE, Kind
from shared.local_day import zone_named


@dataclass(frozen=True, slots=True)
class QuietHours:
    start: time
    end: time
    """Before `start` when the night lies between them."""


def send_at(kind: Kind, *, now: datetime, hours: QuietHours | None, timezone: str) -> datetime:
    """Now, or the end of the quiet hours for a message that can wait."""
    if hours is None or kind not in CHOOSABLE or hours.start == hours.end:
        return now
    local = now.astimezone(zone_named(timezone))
    if not _is_quiet(local.time(), hours):
        return now
    wake = local.replace(hour=hours.end.hour, minute=hours.end.minute, second=0, microsecond=0)
    if wake <= local:
        wake += timedelta(days=1)
    return wake.astimezone(UTC)


def _is_quiet(moment: time, hours: QuietHours) -> bool:
    if hours.start < hours.end:
        return hours.start <= moment < hours.end
    return moment >= hours.start or moment < hours.end
