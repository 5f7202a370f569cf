"""From one full tank to the next: what a car took of an energy, and how far it went on it.

A segment opens at a boundary with a reading and closes at the next one; partial fills in between add up. A boundary is a full fill,
or one after which the level (of a battery: the state of charge) is known. What cannot be trusted is dropped with its reason, and the
next segment opens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.energies import Chain, Energy
from shared.money import Money

FULL: Final = 1000
"""A level is in thousandths."""
NOON: Final = time(12)
"""Of a fill whose hour nobody said."""


class Read(StrEnum):
    """What became of a fill's reading."""

    ABSENT = "absent"
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    MISSED_BEFORE = "missed_before"
    NO_READING = "no_reading"
    READING_QUARANTINED = "reading_quarantined"
    NEW_CLUSTER = "new_cluster"
    """Nobody knows where the old one ended."""
    NO_DISTANCE = "no_distance"
    """It went nowhere, or backwards."""
    CAPACITY_UNKNOWN = "capacity_unknown"
    """Between two levels lies a part of a tank whose size nobody said."""
    AMOUNT_UNKNOWN = "amount_unknown"
    SPLIT_CONTRADICTS = "split_contradicts"
    """More was driven on the other energy than was driven."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A fill or a charge, as far as consumption goes: quantities in millilitres, grams, watt-hours, distances in metres.

    `reach` grows with each new instrument cluster whose predecessor's end nobody knows: `metres` compare within one. `own_metres` were
    driven on this energy since the last fill of it, `other_metres` on another one.
    """

    id: UUID
    day: date
    energy: Energy
    quantity: int | None
    is_full: bool = True
    at: time | None = None
    level: int | None = None
    missed_before: bool = False
    read: Read = Read.ABSENT
    metres: int | None = None
    reach: int = 0
    minutes: int | None = None
    own_metres: int | None = None
    other_metres: int | None = None
    battery: int | None = None
    cost: Money | None = None

    @property
    def level_after(self) -> int | None:
        """Known after a full fill, or where it was read."""
        return self.level if self.level is not None else (FULL if self.is_full else None)

    @property
    def is_placed(self) -> bool:
        """Whether anything says how far it was to here."""
        counted = self.read is Read.ACCEPTED and self.metres is not None
        return counted or self.minutes is not None or self.own_metres is not None


@dataclass(frozen=True, slots=True)
class Segment:
    """`quantity` was used, `added` was filled; `metres` were driven on this energy, `minutes` worked; None where nobody knows."""

    opened: Stop
    stops: tuple[Stop, ...]
    quantity: int
    metres: int | None
    minutes: int | None
    is_split: bool
    """Each stop says how far it went on this energy, or on another."""
    cost: Money | None

    @property
    def closed(self) -> Stop:
        return self.stops[-1]

    @property
    def added(self) -> int:
        return sum(stop.quantity or 0 for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Dropped:
    opened_on: date
    closed_on: date
    reason: Reason


@dataclass(slots=True)
class Segmented:
    segments: list[Segment] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def in_order(stops: Iterable[Stop]) -> list[Stop]:
    """As they happened, whatever order they were typed in: by day; within one by the odometer if all of it were read, else the clock."""
    days: dict[date, list[Stop]] = {}
    for stop in stops:
        days.setdefault(stop.day, []).append(stop)
    ordered: list[Stop] = []
    for day in sorted(days):
        ordered += _of_a_day(days[day])
    return ordered


def _of_a_day(stops: list[Stop]) -> list[Stop]:
    if len(stops) == 1:
        return stops
    all_read = all(stop.read is Read.ACCEPTED and stop.metres is not None for stop in stops)

    def content(stop: Stop) -> tuple[object, ...]:
        """Breaks ties by what a fill is and not by its id, which tells when it was typed."""
        cost = stop.cost.amount_minor if stop.cost else -1
        return (
            not stop.missed_before,
            stop.level_after or 0,
            stop.energy,
            stop.quantity or 0,
            stop.battery or 0,
            cost,
            stop.id,
        )

    def key(stop: Stop) -> tuple[object, ...]:
        metres = stop.metres if stop.metres is not None else -1
        if all_read:
            return (stop.reach, metres, stop.at or NOON, *content(stop))
        return (stop.at or NOON, metres, *content(stop))

    return sorted(stops, key=key)


def segments_of(stops: Sequence[Stop], chain: Chain) -> Segmented:
    """Of one tank, its stops in order."""
    found = Segmented()
    opened: Stop | None = None
    since: list[Stop] = []
    for stop in stops:
        since.append(stop)
        if stop.level_after is None:
            continue
        if opened is not None and _levels_differ(opened, stop) and chain.capacity is None:
            if stop.level_after != FULL:
                continue  # nothing can be said of it: a partial fill like another
            found.dropped.append(Dropped(opened.day, stop.day, Reason.CAPACITY_UNKNOWN))
        elif opened is not None:
            closed = _close(opened, since, chain.capacity or 0)
            if isinstance(closed, Segment):
                found.segments.append(closed)
            else:
                found.dropped.append(Dropped(opened.day, stop.day, closed))
        opened, since = (stop if stop.is_placed else None), []
    return found


def _levels_differ(opened: Stop, closed: Stop) -> bool:
    return opened.level_after != closed.level_after


def _close(opened: Stop, since: Sequence[Stop], capacity: int) -> Segment | Reason:
    closed = since[-1]
    if any(stop.missed_before for stop in since):
        return Reason.MISSED_BEFORE
    if any(stop.quantity is None for stop in since):
        return Reason.AMOUNT_UNKNOWN
    minutes = _minutes(opened, closed)
    driven = _metres(opened, since)
    if isinstance(driven, Reason) and (minutes is None or driven is Reason.SPLIT_CONTRADICTS):
        return driven
    added = sum(stop.quantity or 0 for stop in since)
    levels = (opened.level_after or 0) - (closed.level_after or 0)
    used = added + round(capacity * levels / FULL)
    if used < 0:
        return Reason.AMOUNT_UNKNOWN
    return Segment(
        opened=opened,
        stops=tuple(since),
        quantity=used,
        metres=driven if isinstance(driven, int) else None,
        minutes=minutes,
        is_split=all(
            stop.own_metres is not None or stop.other_metres is not None for stop in since
        ),
        cost=_cost(since, used, added),
    )


def _minutes(opened: Stop, closed: Stop) -> int | None:
    if opened.minutes is None or closed.minutes is None or closed.minutes <= opened.minutes:
        return None
    return closed.minutes - opened.minutes


def _metres(opened: Stop, since: Sequence[Stop]) -> int | Reason:
    """Its own distance where each stop tells it, else from reading to reading without what was driven on another energy."""
    own = [stop.own_metres for stop in since if stop.own_metres is not None]
    if len(own) == len(since):
        return sum(own) or Reason.NO_DISTANCE
    closed = since[-1]
    for stop in (closed, opened):
        if stop.read is Read.QUARANTINED:
            return Reason.READING_QUARANTINED
        if stop.metres is None:
            return Reason.NO_READING
    if opened.reach != closed.reach:
        return Reason.NEW_CLUSTER
    driven = (closed.metres or 0) - (opened.metres or 0)
    on_another = sum(stop.other_metres or 0 for stop in since)
    if driven <= 0:
        return Reason.NO_DISTANCE
    return driven - on_another if on_another < driven else Reason.SPLIT_CONTRADICTS


def _cost(since: Sequence[Stop], used: int, added: int) -> Money | None:
    """What was used at the mean price of what was filled; None where a price or a second currency is in the way."""
    costs = [stop.cost for stop in since if stop.quantity]
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs) or len({cost.currency for cost in known}) > 1:
        return None
    total = sum(cost.amount_minor for cost in known)
    if used == added:
        return Money(total, known[0].currency)
    return Money(round(total * used / added), known[0].currency) if added else None
