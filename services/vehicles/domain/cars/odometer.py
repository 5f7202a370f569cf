"""What a reading of a meter is: where it comes from, what it weighs, and what can be doubted of it alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.chain import MOST_METRES_A_DAY, VOUCHED

MOST_METRES: Final = 3_000_000_000
"""Three million kilometres: about the best documented car ever reached five, ordinary ones never three."""
MOST_MINUTES: Final = 500_000 * 60
"""Fifty-seven years day and night: no engine, and no meter that was not typed wrong."""
MINUTES_A_DAY: Final = 24 * 60
ROUGHLY: Final = 5_000_000
"""How far a mileage typed without a day may be off: people round, and remember last month's."""
AHEAD: Final = timedelta(days=1)
"""Somewhere it is tomorrow already."""
TRIP_DIFFERS: Final = 3_000
TRIP_DIFFERS_SHARE: Final = 0.02


class Meter(StrEnum):
    DISTANCE = "distance"
    HOURS = "hours"

    @property
    def most(self) -> int:
        """What one can show: metres, or minutes."""
        return MOST_METRES if self is Meter.DISTANCE else MOST_MINUTES

    @property
    def most_a_day(self) -> int:
        return MOST_METRES_A_DAY if self is Meter.DISTANCE else MINUTES_A_DAY


class MeterKind(StrEnum):
    """What a vehicle is fitted with."""

    DISTANCE = "distance"
    HOURS = "hours"
    BOTH = "both"

    def has(self, meter: Meter) -> bool:
        return self is MeterKind.BOTH or self.value == meter.value


class ReadingStatus(StrEnum):
    ACCEPTED = "ACCEPTED"
    QUARANTINED = "QUARANTINED"
    VOID = "VOID"


class ReadingSource(StrEnum):
    STATED = "stated"
    """Typed into the car's form, without a day."""
    MANUAL = "manual"
    FUEL = "fuel"
    """With a fill or a charge."""
    IMPORT = "import"
    TELEMATICS = "telematics"
    MAINTENANCE = "maintenance"
    DOCUMENT = "document"
    """An invoice, an inspection's report."""


_WEIGHTS: Final = {ReadingSource.STATED: 1, ReadingSource.MAINTENANCE: 3, ReadingSource.DOCUMENT: 4}
TYPED: Final = 2
DERIVED: Final = 1
"""What was worked out from a trip gives way to what was read."""


def weight_of(source: ReadingSource, *, vouched: bool, derived: bool) -> int:
    """How much it counts against readings that contradict it."""
    if vouched:
        return VOUCHED
    return DERIVED if derived else _WEIGHTS.get(source, TYPED)


class Doubt(StrEnum):
    BACKWARDS = "lower_than_before"
    AHEAD = "higher_than_later"
    TOO_FAST = "too_fast"
    TOO_HIGH = "too_high"
    FUTURE = "in_the_future"
    BEFORE_THE_CAR = "before_the_car"
    SUPERSEDED = "superseded"
    """It was stated without a day, and readings that have one know better: nothing its owner need look at."""
    TRIP_DIFFERS = "trip_differs"
    """The trip that was typed beside it says otherwise. A remark: what was read is believed."""


JUDGED_ALONE: Final = frozenset({Doubt.TOO_HIGH, Doubt.FUTURE, Doubt.BEFORE_THE_CAR})
"""Whatever the others say: such a reading is no candidate, unless its owner vouches for it."""

REMARKS: Final = frozenset({Doubt.TRIP_DIFFERS})
"""Said of a reading that is believed all the same."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One that is believed."""

    id: UUID
    read_on: date
    metres: int
    """Travelled over all clusters of the car; of a meter of hours, minutes."""
    is_rough: bool = False
    """Stated without a day."""
    record_id: UUID | None = None
    """The maintenance record that told it."""
    shown: int | None = None
    """What its cluster showed, where that is something else."""
    is_lower_bound: bool = False
    """A cluster before it ended nobody knows where: the car has travelled at least so far."""


def own_doubts(
    metres: int, read_on: date, *, meter: Meter, today: date, built_year: int | None
) -> list[Doubt]:
    """Of a reading alone, without any other."""
    doubts = []
    if metres > meter.most:
        doubts.append(Doubt.TOO_HIGH)
    if read_on > today + AHEAD:
        doubts.append(Doubt.FUTURE)
    if built_year is not None and read_on.year < built_year - 1:
        doubts.append(Doubt.BEFORE_THE_CAR)
    return doubts


def trip_differs(typed: int, derived: int, trip: int) -> bool:
    """Whether a reading and the trip typed beside it tell different stories: by more than 3 km and more than 2 % of the trip."""
    return abs(typed - derived) > max(TRIP_DIFFERS, TRIP_DIFFERS_SHARE * trip)


def current(ledger: Sequence[Reading]) -> Reading | None:
    """Where the car stands: the last day's highest reading."""
    return max(ledger, key=lambda reading: (reading.read_on, reading.metres), default=None)
