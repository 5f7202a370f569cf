"""What a reader finds in a file of another program, in the file's own words and units; what it could not read; and what it must ask.

A reader turns text into these and knows neither cars nor databases of ours. Amounts and odometers are exact decimals of the file; nothing
is converted, rounded or guessed here: what the file does not say is None, or a question.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit

MOST_ROWS: Final = 200_000
MOST_CELLS: Final = 256
LONGEST_CELL: Final = 65_536
LARGEST_FILE: Final = 20 * 1024 * 1024


class CannotTake(Exception):
    """A file that is not taken at all: one `code`, and the line where that is known (0: not)."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Place:
    """Where it stood: counted from 1 as a person counts, lines of the file and rows of the section."""

    line: int
    section: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    place: Place
    car: str = ""
    """The key of its car within the file; empty: the only one."""
    source_id: str | None = None
    """The other program's own id of the row."""
    day: date | None = None
    at: time | None = None
    odometer: Decimal | None = None
    """In the file's unit. 0 and empty are None: unknown."""
    note: str | None = None
    tags: Sequence[str] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """Fields of the file that we have no room for, kept as custom text."""
    doubts: Sequence[str] = ()
    """Codes: `future`, `implausible_amount`, `amounts_differ` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCar(Found):
    name: str
    make: str | None = None
    model: str | None = None
    year: int | None = None
    plate: str | None = None
    vin: str | None = None
    energies: Sequence[Energy] = ()
    distance_unit: DistanceUnit | None = None
    by_hours: bool = False
    purchased_on: date | None = None
    purchase_price: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFill(Found):
    quantity: Decimal | None
    unit: QuantityUnit | None
    energy: Energy | None = None
    unit_price: Decimal | None = None
    total: Decimal | None = None
    currency: str | None = None
    is_full: bool = True
    missed_before: bool = False
    distance_on_other: Decimal | None = None
    engine_hours: Decimal | None = None
    level_before: Decimal | None = None
    """Per cent, of a charge."""
    level_after: Decimal | None = None
    station: str | None = None


class FoundLineKind(StrEnum):
    PART = "part"
    LABOUR = "labour"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FoundLine:
    title: str
    kind: FoundLineKind = FoundLineKind.OTHER
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord(Found):
    """Work done, or to do (`is_done` false)."""

    title: str
    services: Sequence[str] = ()
    """By our own words for them, where the file has those."""
    lines: Sequence[FoundLine] = ()
    """Several jobs of one visit; empty: the title says it all."""
    total: Decimal | None = None
    currency: str | None = None
    garage: str | None = None
    category: str | None = None
    """service, repair, upgrade or the file's own word."""
    is_done: bool = True
    engine_hours: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundExpense(Found):
    title: str
    category: str | None = None
    """A word of `domain/running/expenses.py::Category`, where the reader knows; else None."""
    total: Decimal | None = None
    """Below zero: money back."""
    currency: str | None = None
    ends_on: date | None = None
    """Of a policy or certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReading(Found):
    engine_hours: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlan(Found):
    """`day`, `odometer`: when it was last done, None for never."""

    title: str
    every_distance: Decimal | None = None
    every_months: int | None = None
    every_days: int | None = None
    every_hours: Decimal | None = None
    next_on: date | None = None
    next_at: Decimal | None = None
    is_recurring: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNote(Found):
    """What becomes a note of its car: parts in stock, equipment, notes."""

    title: str
    kind: str = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut(Found):
    """Read, understood and not taken, on purpose: incomes, pictures, trips. Listed, not an error."""

    what: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be taken. `cell`: as it was, cut at 200 characters."""

    place: Place
    column: str
    code: str
    """date_missing, date_impossible, number_unreadable, number_missing, negative_quantity, unknown_vehicle, cells_wrong …"""
    cell: str = ""


Item: TypeAlias = (
    FoundCar
    | FoundFill
    | FoundRecord
    | FoundExpense
    | FoundReading
    | FoundPlan
    | FoundNote
    | LeftOut
    | Bad
)


@dataclass(frozen=True, slots=True)
class Question:
    """What only the person can say, once per file. `proposed`: the likeliest, where there is one."""

    name: str
    """decimal_mark, date_order, distance_unit, quantity_unit, currency, time_zone, record_kind …"""
    choices: Sequence[str]
    proposed: str | None = None
    samples: Sequence[str] = ()
    """A few cells that show why it is asked."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a file is to be read: what was found out of its whole columns, what was answered, what is still asked."""

    format: str
    facts: Mapping[str, str]
    """Each by its question's name: `decimal_mark` ',' …; shown to the person before anything is applied."""
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A text file as taken in: decoded, one of several where it came in a zip."""

    name: str
    text: str
    encoding: str


class Reader(Protocol):
    """One format. `name` is its stable word: lubelogger, fuelio, drivvo, fuelly, acar, spritmonitor, simplyauto, mygarage, …"""

    name: str

    def recognises(self, parts: Sequence[Part]) -> bool: ...
    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled: ...
    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        """Cars first. Only where `settled` has no open question."""
        ...
