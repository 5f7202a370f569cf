"""A table that no reader knows, read by what somebody says about its columns; kept as a profile, it reads the next one too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.moving.cells import Row, rows_of, separator_of, unwrapped
from services.vehicles.domain.moving.days import OrderSeen
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.found import (
    FoundExpense,
    FoundFill,
    FoundReading,
    FoundRecord,
    Item,
    Part,
    Settled,
)
from services.vehicles.domain.moving.intake import looks_like_sql, looks_like_tree
from services.vehicles.domain.moving.marks import MarksSeen
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    QUANTITIES,
    QUANTITY_UNIT,
    Settling,
)
from services.vehicles.domain.moving.sheets import (
    BadCell,
    Header,
    Lens,
    Line,
    lines_under,
    read_each,
    words_of,
)
from services.vehicles.domain.moving.words import cost_of, energy_of

CSV: Final = "csv"
FEWEST_COLUMNS: Final = 2
SHOWN: Final = 3
"""Rows shown with each column, so that its owner sees what it holds."""


class MappedKind(StrEnum):
    FILL = "fill"
    RECORD = "record"
    EXPENSE = "expense"
    READING = "reading"


class Field(StrEnum):
    """What a column may hold."""

    CAR = "car"
    DATE = "date"
    TIME = "time"
    ODOMETER = "odometer"
    HOURS = "engine_hours"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    TOTAL = "total"
    CURRENCY = "currency"
    ENERGY = "energy"
    FULL = "full"
    MISSED = "missed"
    STATION = "station"
    TITLE = "title"
    CATEGORY = "category"
    GARAGE = "garage"
    NOTE = "note"
    TAGS = "tags"
    ID = "id"


NEEDED: Final[Mapping[MappedKind, tuple[Field, ...]]] = {
    MappedKind.FILL: (Field.DATE, Field.QUANTITY),
    MappedKind.RECORD: (Field.DATE, Field.TITLE),
    MappedKind.EXPENSE: (Field.DATE, Field.TOTAL),
    MappedKind.READING: (Field.DATE,),
}
NUMBERS: Final = (Field.ODOMETER, Field.HOURS, Field.QUANTITY, Field.UNIT_PRICE, Field.TOTAL)


def is_table(parts: Sequence[Part]) -> bool:
    return any(columns_of(part) for part in parts)


def columns_of(part: Part) -> list[str]:
    """As its first row with several cells names them; empty for what is no table."""
    found = _header(part)
    return [] if found is None else [" ".join(cell.split()) for cell in found[0].cells]


def samples_of(part: Part) -> list[dict[str, str]]:
    """A few rows by their columns."""
    found = _header(part)
    if found is None:
        return []
    names = columns_of(part)
    return [
        {name: cell[:100] for name, cell in zip(names, row.cells, strict=False) if name}
        for row in islice(found[1], SHOWN)
    ]


def _header(part: Part) -> tuple[Row, Iterator[Row]] | None:
    if looks_like_tree(part.text) or looks_like_sql(part.text):
        return None
    separator = separator_of(part.text)
    rows = unwrapped(rows_of(part.text, separator), separator)
    first = next((row for row in rows if len(row.cells) >= FEWEST_COLUMNS), None)
    return None if first is None else (first, rows)


@dataclass(slots=True)
class Mapped:
    """The reader of such a table. `mapping`: `{"kind": "fill", "columns": {"date": "Datum", …}}`."""

    mapping: Mapping[str, Any]
    name: str = CSV

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(self._fits(part) for part in parts)

    def _fits(self, part: Part) -> bool:
        known = set(columns_of(part))
        return bool(known) and set(self.columns.values()) <= known

    @property
    def kind(self) -> MappedKind:
        return MappedKind(self.mapping["kind"])

    @property
    def columns(self) -> Mapping[str, str]:
        said: Mapping[str, str] = self.mapping["columns"]
        return said

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        numbers, days = MarksSeen(), OrderSeen()
        amounts: list[str] = []
        for line in self._lines(parts, Lens()):
            for field in NUMBERS:
                numbers.see(self._cell(line, field))
            days.see(self._cell(line, Field.DATE))
            if len(amounts) < SHOWN * SHOWN and (cell := self._cell(line, Field.TOTAL)):
                amounts.append(cell)
        settling.marks(numbers)
        settling.order(days)
        settling.zone(days)
        if Field.ODOMETER in self.columns:
            settling.ask(DISTANCE_UNIT, DISTANCES)
        if self.kind is MappedKind.FILL:
            settling.ask(QUANTITY_UNIT, QUANTITIES)
        has_amounts = {Field.TOTAL, Field.UNIT_PRICE} & set(self.columns)
        if has_amounts and Field.CURRENCY not in self.columns:
            settling.currency(amounts)
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens, facts = Lens.of(settled.facts), settled.facts
        return read_each(self._lines(parts, lens), lambda line: self._item(line, facts))

    def _lines(self, parts: Sequence[Part], lens: Lens) -> Iterator[Line]:
        for part in parts:
            found = _header(part) if self._fits(part) else None
            if found is not None:
                yield from lines_under(Header.of(found[0]), found[1], lens)

    def _cell(self, line: Line, field: Field) -> str:
        column = self.columns.get(field)
        return line.text(" ".join(column.lower().split())) if column else ""

    def _item(self, line: Line, facts: Mapping[str, str]) -> Item:
        day, at = line.lens.moment(self._cell(line, Field.DATE), self._named(Field.DATE))
        if clock := self._cell(line, Field.TIME):
            at = line.lens.moment(f"2000-01-01 {clock}", self._named(Field.TIME))[1]
        said: dict[str, Any] = {
            "place": line.place,
            "car": self._cell(line, Field.CAR),
            "source_id": self._cell(line, Field.ID) or None,
            "day": day,
            "at": at,
            "odometer": self._number(line, Field.ODOMETER) or None,
            "note": self._cell(line, Field.NOTE) or None,
            "tags": words_of(self._cell(line, Field.TAGS), ", "),
        }
        total = self._number(line, Field.TOTAL)
        currency = self._cell(line, Field.CURRENCY).upper() or facts.get(CURRENCY)
        hours = self._number(line, Field.HOURS) or None
        title = self._cell(line, Field.TITLE)
        match self.kind:
            case MappedKind.FILL:
                return self._fill(line, facts, {**said, "total": total, "currency": currency})
            case MappedKind.RECORD:
                if not title:
                    raise BadCell(self._named(Field.TITLE), "title_missing")
                return FoundRecord(
                    **said,
                    title=title,
                    total=total,
                    currency=currency,
                    garage=self._cell(line, Field.GARAGE) or None,
                    category=self._cell(line, Field.CATEGORY) or None,
                    engine_hours=hours,
                )
            case MappedKind.EXPENSE:
                category = self._cell(line, Field.CATEGORY)
                return FoundExpense(
                    **said,
                    title=title or category,
                    category=cost_of(category) or cost_of(title),
                    total=total,
                    currency=currency,
                )
            case MappedKind.READING:
                return FoundReading(**said, engine_hours=hours)

    def _fill(self, line: Line, facts: Mapping[str, str], said: dict[str, Any]) -> FoundFill:
        quantity = self._number(line, Field.QUANTITY)
        if quantity is None:
            raise BadCell(self._named(Field.QUANTITY), "number_missing")
        if quantity < 0:
            raise BadCell(self._named(Field.QUANTITY), "negative_quantity", str(quantity))
        price = self._number(line, Field.UNIT_PRICE)
        unit = facts.get(QUANTITY_UNIT)
        return FoundFill(
            **said,
            quantity=quantity,
            unit=QuantityUnit(unit) if unit else None,
            energy=self._energy(line),
            unit_price=price,
            is_full=self._flag(line, Field.FULL) is not False,
            missed_before=self._flag(line, Field.MISSED) is True,
            engine_hours=self._number(line, Field.HOURS) or None,
            station=self._cell(line, Field.STATION) or None,
            doubts=amounts_differ(quantity, price, said["total"]),
        )

    def _energy(self, line: Line) -> Energy | None:
        cell = self._cell(line, Field.ENERGY)
        return energy_of(cell) if cell else None

    def _flag(self, line: Line, field: Field) -> bool | None:
        column = self.columns.get(field)
        return line.flag(" ".join(column.lower().split())) if column else None

    def _number(self, line: Line, field: Field) -> Any:
        return line.lens.number(self._cell(line, field), self._named(field))

    def _named(self, field: Field) -> str:
        return self.columns.get(field, field.value)
