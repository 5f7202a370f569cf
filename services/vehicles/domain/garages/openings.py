"""When a garage is open, as moments that really happen.

A wall clock skips an hour in spring and shows one twice in autumn. A span that begins in the skipped hour begins when the clock has
moved on; one that ends in the doubled hour ends the second time, so that it has no hole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.vehicles.domain.garages.hours import DAY_MINUTES, Hours
from shared.local_day import zone_named

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """From a moment up to, and without, another."""

    starts: datetime
    ends: datetime

    def holds(self, other: "Stretch") -> bool:
        return self.starts <= other.starts and other.ends <= self.ends


def open_stretches(hours: Hours, first: date, last: date) -> list[Stretch]:
    """Of the days from `first` to `last` there, in order; what touches is one."""
    zone, stretches, day = zone_named(hours.zone), [], first
    while day <= last:
        for opening in hours.on(day):
            span = Stretch(
                moment(day, opening.opens, zone), moment(day, opening.closes, zone, last=True)
            )
            if span.starts < span.ends:
                stretches.append(span)
        day += ONE_DAY
    return merged(stretches)


def moment(day: date, minutes: int, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """When the wall clock there shows so many minutes from midnight; `last`: the second time, where it does twice. What it never
    shows is the moment at which it moves on.
    """
    day, minutes = day + (minutes // DAY_MINUTES) * ONE_DAY, minutes % DAY_MINUTES
    wall = datetime.combine(day, time(*divmod(minutes, 60)), zone)
    found = wall.replace(fold=1 if last else 0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return _moved_on(wall)


def _moved_on(wall: datetime) -> datetime:
    """The first minute after a gap in which `wall` lies."""
    early = wall.replace(fold=1).astimezone(UTC)
    late = wall.replace(fold=0).astimezone(UTC)
    after, zone = late.astimezone(wall.tzinfo).utcoffset(), wall.tzinfo
    while early < late:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle + timedelta(microseconds=1)
    return late


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for span in sorted(stretches):
        if found and span.starts <= found[-1].ends:
            found[-1] = Stretch(found[-1].starts, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return found
