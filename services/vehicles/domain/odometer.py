"""The odometer ledger: which readings may be believed.

An accepted ledger never runs backwards. A reading that would make it do so, or that no car could have driven, is quarantined: shown
to the owner, used by nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

MOST_METRES: Final = 3_000_000_000
"""Three million kilometres: about the best documented car ever reached five, ordinary ones never three."""
MOST_METRES_A_DAY: Final = 1_500_000
"""A day and a night at motorway speed."""


class ReadingStatus(StrEnum):
    ACCEPTED = "ACCEPTED"
    QUARANTINED = "QUARANTINED"
    VOID = "VOID"


class ReadingSource(StrEnum):
    MANUAL = "manual"
    MAINTENANCE = "maintenance"
    DOCUMENT = "document"


class Doubt(StrEnum):
    BACKWARDS = "lower_than_before"
    AHEAD = "higher_than_later"
    TOO_FAST = "too_fast"
    TOO_HIGH = "too_high"
    FUTURE = "in_the_future"
    BEFORE_THE_CAR = "before_the_car"


@dataclass(frozen=True, slots=True)
class Reading:
    id: UUID
    read_on: date
    metres: int


@dataclass(frozen=True, slots=True)
class Verdict:
    doubts: tuple[Doubt, ...]
    conflicts: tuple[UUID, ...]
    """Accepted readings that cannot be true together with this one."""

    @property
    def status(self) -> ReadingStatus:
        return ReadingStatus.QUARANTINED if self.doubts else ReadingStatus.ACCEPTED


def judge(
    metres: int, read_on: date, *, ledger: Iterable[Reading], today: date, built_year: int | None
) -> Verdict:
    """Compare a new reading with the accepted ones and with what a car can do."""
    accepted = list(ledger)
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
