"""When a garage is open: weekly spans on its own clock, and days on which others hold.

A span is minutes from local midnight as a wall clock counts them, so the day on which clocks change needs no word of its own here.
Sources: domain.md §8; opening hours as schema.org's `OpeningHoursSpecification` tells them (a dated one replaces the week's).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from shared.local_day import local_day, zone_named

DAY_MINUTES: Final = 24 * 60
LOOKED_AHEAD: Final = 28
"""Days in which a next opening is looked for: a summer's closing is shorter."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `opens` until right before `closes`, minutes from midnight; `closes` at most 1440."""

    opens: int
    closes: int


Week = Mapping[int, Sequence[Span]]
"""By weekday, 1 is Monday and 7 is Sunday; a day that is not named is closed."""


@dataclass(frozen=True, slots=True)
class Exceptional:
    """From `starts_on` to `ends_on`, both included, these spans hold instead of the week's; none: closed."""

    starts_on: date
    ends_on: date
    spans: Sequence[Span] = ()

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Hours:
    zone: str
    week: Week
    exceptions: Sequence[Exceptional] = ()

    def on(self, day: date) -> tuple[Span, ...]:
        """In order. Of exceptions that both name a day, which there should not be, the one that starts later holds."""
        special = [each for each in self.exceptions if each.holds_on(day)]
        if special:
            return tuple(sorted(max(special, key=lambda each: each.starts_on).spans))
        return tuple(sorted(self.week.get(day.isoweekday(), ())))


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether it is open, and until when that is so; None where no change is in sight."""

    is_open: bool
    until: datetime | None


def are_apart(spans: Sequence[Span]) -> bool:
    """Whether each has a length and lies in its day, and no two overlap; they may touch."""
    ordered = sorted(spans)
    return all(0 <= each.opens < each.closes <= DAY_MINUTES for each in ordered) and all(
        before.closes <= after.opens for before, after in pairwise(ordered)
    )


def moment_of(day: date, minute: int, zone: str) -> datetime:
    """In UTC. A minute that the clocks leave out is as long after midnight as it would be; of one told twice, the first."""
    midnight = datetime.combine(day, datetime.min.time())
    wall = midnight + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone_named(zone)).astimezone(UTC)


def is_open(hours: Hours, moment: datetime) -> bool:
    wall = moment.astimezone(zone_named(hours.zone))
    minute = wall.hour * 60 + wall.minute
    return any(
        span.opens <= minute < span.closes for span in hours.on(local_day(moment, hours.zone))
    )


def standing_at(hours: Hours, moment: datetime) -> Standing:
    """As a sign on the door says it: open until six, or closed until Monday at eight."""
    now_open = is_open(hours, moment)
    for starts, ends in _stretches(hours, moment):
        if now_open and starts <= moment < ends:
            is_far = ends - moment >= timedelta(days=LOOKED_AHEAD - 1)
            return Standing(is_open=True, until=None if is_far else ends)
        if not now_open and starts > moment:
            return Standing(is_open=False, until=starts)
    return Standing(is_open=now_open, until=None)


def _stretches(hours: Hours, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Of the days around a moment, in order; what goes on over midnight is one."""
    first = local_day(moment, hours.zone) - timedelta(days=1)
    waiting: tuple[datetime, datetime] | None = None
    for later in range(LOOKED_AHEAD + 2):
        day = first + timedelta(days=later)
        for span in hours.on(day):
            starts = moment_of(day, span.opens, hours.zone)
            ends = moment_of(day, span.closes, hours.zone)
            if waiting is not None and starts <= waiting[1]:
                waiting = (waiting[0], ends)
                continue
            if waiting is not None:
                yield waiting
            waiting = (starts, ends)
    if waiting is not None:
        yield waiting
