"""Whose day it is: "today" is a calendar day somewhere, and here is the one place where a moment becomes one.

A person's is that of their IANA time zone: it travels in the identity of a request; a job and a listener look up that of whom they
work for. A bare `.date()` of a clock's time is refused by `tests/architecture/test_local_day.py`.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

DEFAULT_ZONE = "Europe/Paris"
"""Of whoever has not said; what a new account's settings say."""
MORNING, EVENING = time(9), time(21)
"""Between them, on the person's own clock, what is not urgent may be told."""
EARLIEST_ZONE = timedelta(hours=14)
"""Kiritimati: no place is further ahead of UTC, so no day begins earlier."""


_ZONES = frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether the IANA database has it."""
    return name in _ZONES


@lru_cache(maxsize=1024)
def zone_named(name: str | None) -> ZoneInfo:
    """The zone; the default for no name, and for one nobody knows: a misspelt zone must not cost anybody their mail."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def local_day(now: datetime, zone: str | None) -> date:
    """The calendar day in this zone."""
    return now.astimezone(zone_named(zone)).date()


def utc_day(now: datetime) -> date:
    """For what belongs to the house and not to a person: accounting periods, the dates of our own files."""
    return now.astimezone(UTC).date()


def latest_day(now: datetime) -> date:
    """The latest day that has begun anywhere on earth: what lies after it is in the future for everybody."""
    return utc_day(now + EARLIEST_ZONE)


def is_daytime(now: datetime, zone: str | None) -> bool:
    return MORNING <= now.astimezone(zone_named(zone)).time() < EVENING


def morning_of(day: date, place: str | None, zone: str | None) -> date:
    """The day, on the calendar of somebody in `zone`, on whose morning it is `day` at `place`."""
    begins = datetime.combine(day, time(), zone_named(place)).astimezone(zone_named(zone))
    return begins.date() + timedelta(days=begins.time() > MORNING)


def daytime_from(day: date, *, now: datetime, zone: str | None) -> datetime:
    """The first moment on or after `day` at which somebody there may be told what is not urgent: that day's morning, now, or the
    next morning.
    """
    place = zone_named(zone)
    morning = datetime.combine(day, MORNING, place)
    if morning > now:
        return morning
    if is_daytime(now, zone):
        return now
    local = now.astimezone(place)
    later = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(later, MORNING, place)
