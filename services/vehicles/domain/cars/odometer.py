"""The odometer ledger: which readings may be believed.

An accepted ledger never runs backwards. A reading that would make it do so, or that no car could have driven, is quarantined: shown
to the owner, used by nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

MOST_METRES: Final = 3_000_000_000
"""Three million kilometres: about the best documented car ever reached five, ordinary ones never three."""
ROUGHLY: Final = 5_000_000
"""How far a mileage typed without a day may be off: people round, and remember last month's."""
MOST_METRES_A_DAY: Final = 1_500_000
"""A day and a night at motorway speed."""


class ReadingStatus(StrEnum):
    ACCEPTED = "ACCEPTED"
    QUARANTINED = "QUARANTINED"
    VOID = "VOID"


class ReadingSource(StrEnum):
    STATED = "stated"
    """Typed into the car's form, without a day."""
    MANUAL = "manual"
    MAINTENANCE = "maintenance"
    DOCUMENT = "document"
    FUEL = "fuel"


class Doubt(StrEnum):
    BACKWARDS = "lower_than_before"
    AHEAD = "higher_than_later"
    TOO_FAST = "too_fast"
    TOO_HIGH = "too_high"
    FUTURE = "in_the_future"
    BEFORE_THE_CAR = "before_the_car"
    SUPERSEDED = "superseded"
    """It was stated without a day, and a dated reading knew better."""


@dataclass(frozen=True, slots=True)
class Reading:
    id: UUID
    read_on: date
    metres: int
    is_rough: bool = False
    """Stated without a day: it gives way to a reading that has one."""
    record_id: UUID | None = None
    """The maintenance record that told it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    doubts: tuple[Doubt, ...]
    conflicts: tuple[UUID, ...]
    """Accepted readings that cannot be true together with this one."""
    replaces: tuple[UUID, ...] = ()
    """Rough readings that give way to it."""

    @property
    def status(self) -> ReadingStatus:
        return ReadingStatus.QUARANTINED if self.doubts else ReadingStatus.ACCEPTED


def judge(
    metres: int, read_on: date, *, ledger: Iterable[Reading], today: date, built_year: int | None
) -> Verdict:
    """Compare a new reading with the accepted ones and with what a car can do.

    A garage's invoice of last week that says 240 km more than what the owner typed today without a day is right, and the owner rounded.
    """
    everything = list(ledger)
    rough = [r for r in everything if _gives_way(r, metres, read_on)]
    verdict = _judge(metres, read_on, [r for r in everything if r not in rough], today, built_year)
    if not verdict.doubts:
        return replace(verdict, replaces=tuple(r.id for r in rough))
    return _judge(metres, read_on, everything, today, built_year)


def _gives_way(reading: Reading, metres: int, read_on: date) -> bool:
    return reading.is_rough and reading.read_on > read_on and 0 < metres - reading.metres <= ROUGHLY


def _judge(
    metres: int, read_on: date, accepted: Sequence[Reading], today: date, built_year: int | None
) -> Verdict:
    doubts = _own_doubts(metres, read_on, today, built_year)
    backwards = [r.id for r in accepted if r.read_on < read_on and r.metres > metres]
    ahead = [r.id for r in accepted if r.read_on > read_on and r.metres < metres]
    if backwards:
        doubts.append(Doubt.BACKWARDS)
    if ahead:
        doubts.append(Doubt.AHEAD)
    if not backwards and not ahead and any(_too_fast(metres, read_on, r) for r in accepted):
        doubts.append(Doubt.TOO_FAST)
    return Verdict(tuple(doubts), (*backwards, *ahead))


def _own_doubts(metres: int, read_on: date, today: date, built_year: int | None) -> list[Doubt]:
    doubts = []
    if metres > MOST_METRES:
        doubts.append(Doubt.TOO_HIGH)
    if read_on > today:
        doubts.append(Doubt.FUTURE)
    if built_year is not None and read_on.year < built_year - 1:
        doubts.append(Doubt.BEFORE_THE_CAR)
    return doubts


def _too_fast(metres: int, read_on: date, other: Reading) -> bool:
    days = abs((read_on - other.read_on).days) + 1
    return abs(metres - other.metres) > days * MOST_METRES_A_DAY


def current(ledger: Sequence[Reading]) -> Reading | None:
    """Where the car stands: the last day's highest reading."""
    return max(ledger, key=lambda reading: (reading.read_on, reading.metres), default=None)
