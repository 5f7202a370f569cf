"""Any table, by a mapping that a person made: which column is which of ours.

The mapping is one answer, a JSON object: `kind` (fill, record, expense, reading) and, by our names, a column's header or `#3` for the
third. It is proposed out of the headers' own words; kept, it is a profile for the next file of the same program.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.columns import AMOUNTS, METER, NEEDED, QUANTITY, guessed
from services.vehicles.domain.moving.days import OrderSeen, Parts, clock_of
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.flags import FlagsSeen, flag_by
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundReading,
    FoundRecord,
    Item,
    Part,
    Place,
    Question,
    Settled,
)
from services.vehicles.domain.moving.marks import ISO, MarksSeen
from services.vehicles.domain.moving.sections import rows_in
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    QUANTITIES,
    QUANTITY_UNIT,
    Settling,
)
from services.vehicles.domain.moving.sheets import (
    Header,
    Lens,
    Line,
    folded,
    known,
    positive,
    read_each,
    words_of,
)
from services.vehicles.domain.moving.trees import looks_like_tree
from services.vehicles.domain.moving.words import cost_of, distance_of, energy_of, unit_of

MAPPING: Final = "mapping"
LEAST_COLUMNS: Final = 2
SHOWN: Final = 3
LOOKED_AT: Final = 20
"""Rows by which a mapping is proposed."""
LONGEST_MAPPING: Final = 20_000
LONGEST_SHOWN: Final = 80
FLAGS: Final = ("full", "partial", "missed")


class Mapped:
    name = "mapped"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_table(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        mine = [part for part in parts if _is_table(part)]
        header = _header(mine[0]) if mine else None
        if header is None:
            return settling.done()
        mapping = _mapping(answers.get(MAPPING, ""), header)
        if mapping is None:
            _ask(settling, header, mine[0])
            return settling.done()
        settling.facts[MAPPING] = json.dumps(mapping, ensure_ascii=False)
        _settle(settling, mine, mapping)
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        mapping: dict[str, str] = json.loads(settled.facts[MAPPING])
        lens = Lens.of(settled.facts)
        mine = [part for part in parts if _is_table(part)]
        rows = _Rows(settled.facts, mapping)
        named: dict[str, Line] = {}
        for part in mine:
            for line in _lines(part, lens):
                if name := rows.text(line, "vehicle"):
                    named.setdefault(name, line)
        for name, line in named.items():
            unit = settled.facts.get(DISTANCE_UNIT)
            yield FoundCar(
                place=line.place,
                car=name,
                name=name,
                distance_unit=DistanceUnit(unit) if unit else None,
            )
        for part in mine:
            yield from read_each(_lines(part, lens), rows)


def _is_table(part: Part) -> bool:
    header = None if looks_like_tree(part.text) else _header(part)
    return header is not None and header.width >= LEAST_COLUMNS


def _header(part: Part) -> Header | None:
    """The first row of more than one cell; where it holds a day it is a row already, and the columns are numbered."""
    for row in rows_in(part):
        if sum(1 for cell in row.cells if cell.strip()) >= LEAST_COLUMNS:
            header = Header.of(row)
            if not any(Parts.of(cell) for cell in row.cells):
                return header
            names = tuple(f"#{at}" for at in range(1, header.width + 1))
            return Header(0, names, {name: at for at, name in enumerate(names)}, names)
    return None


def _lines(part: Part, lens: Lens) -> Iterator[Line]:
    header = _header(part)
    number = 0
    for row in rows_in(part) if header else ():
        if header and row.line > header.line and any(cell.strip() for cell in row.cells):
            number += 1
            yield Line(header, row, lens, Place(row.line, "", number))


def _mapping(answer: str, header: Header) -> dict[str, str] | None:
    """None for none, and for one that this file does not fit."""
    if not answer or len(answer) > LONGEST_MAPPING:
        return None
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        return None
    found = {
        name: folded(column) if name != "kind" else column
        for name, column in said.items()
        if column
    }
    kind = found.get("kind", "")
    needed = NEEDED.get(kind)
    fits = all(_at(header, column) is not None for name, column in found.items() if name != "kind")
    return found if needed and fits and all(name in found for name in needed) else None


def _at(header: Header, column: str) -> int | None:
    """By its header, or its number from 1."""
    if column in header.places:
        return header.places[column]
    number = column.removeprefix("#")
    at = int(number) - 1 if number.isdecimal() and len(number) <= SHOWN else -1
    return at if 0 <= at < header.width else None


def _ask(settling: Settling, header: Header, part: Part) -> None:
    rows = [line.row.cells for line in islice(_lines(part, Lens()), LOOKED_AT)]
    proposed = guessed(header.names, rows)
    samples = [
        json.dumps([cell[:LONGEST_SHOWN] for cell in cells], ensure_ascii=False)
        for cells in rows[:SHOWN]
    ]
    shown = tuple(dict.fromkeys(name.strip() for name in header.shown if name.strip()))
    said = json.dumps(proposed, ensure_ascii=False) if proposed else None
    settling.questions.append(Question(MAPPING, shown, said, samples))


def _settle(settling: Settling, mine: Sequence[Part], mapping: Mapping[str, str]) -> None:
    numbers, days, flags, amounts = MarksSeen(), OrderSeen(), FlagsSeen(), list[str]()
    rows = _Rows({}, mapping)
    has_currency = "currency" in mapping
    for part in mine:
        for line in _lines(part, Lens()):
            for name in (*AMOUNTS, METER, QUANTITY):
                numbers.see(rows.text(line, name))
            days.see(rows.text(line, "date"))
            for name in FLAGS:
                flags.see(rows.text(line, name))
            if len(amounts) < SHOWN and (
                paid := rows.text(line, "total") or rows.text(line, "unit_price")
            ):
                amounts.append(paid)
            has_currency = (
                has_currency and ISO.fullmatch(rows.text(line, "currency").upper()) is not None
            )
    settling.marks(numbers)
    settling.order(days)
    settling.zone(days)
    flags.settle(settling)
    _settle_units(settling, mapping)
    if not has_currency and any(name in mapping for name in AMOUNTS):
        settling.currency(amounts)


def _settle_units(settling: Settling, mapping: Mapping[str, str]) -> None:
    """Out of the headers where they say them."""
    if METER in mapping:
        told = distance_of(mapping[METER])
        _ = settling.tell(DISTANCE_UNIT, told) if told else settling.ask(DISTANCE_UNIT, DISTANCES)
    if mapping["kind"] != "fill":
        return
    unit = None if "unit" in mapping else unit_of(mapping[QUANTITY])
    usual = QuantityUnit.LITRE if "unit" in mapping else None
    _ = (
        settling.tell(QUANTITY_UNIT, unit)
        if unit
        else settling.ask(QUANTITY_UNIT, QUANTITIES, proposed=usual)
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]
    mapping: Mapping[str, str]

    def text(self, line: Line, name: str) -> str:
        column = self.mapping.get(name)
        at = _at(line.header, column) if column else None
        return line.at(at) if at is not None else ""

    def _number(self, line: Line, name: str) -> Decimal | None:
        return line.lens.number(self.text(line, name), self.mapping.get(name, name))

    def _currency(self, line: Line) -> str | None:
        said = self.text(line, "currency").upper()
        return said if ISO.fullmatch(said) else self.facts.get(CURRENCY)

    def __call__(self, line: Line) -> Item:
        day, at = line.lens.moment(self.text(line, "date"), self.mapping["date"])
        clock = clock_of(self.text(line, "time"))
        at = clock.at if clock and clock.at else at
        odometer, car = known(self._number(line, METER), METER), self.text(line, "vehicle")
        note, tags = self.text(line, "note") or None, words_of(self.text(line, "tags"))
        match self.mapping["kind"]:
            case "fill":
                return self._fill(
                    line,
                    FoundReading(
                        place=line.place,
                        car=car,
                        day=day,
                        at=at,
                        odometer=odometer,
                        note=note,
                        tags=tags,
                    ),
                )
            case "reading":
                typed = positive(self._number(line, METER), METER)
                return FoundReading(
                    place=line.place, car=car, day=day, at=at, odometer=typed, note=note, tags=tags
                )
            case "record":
                return FoundRecord(
                    place=line.place, car=car, day=day, at=at, odometer=odometer, note=note, tags=tags,
                    title=self.text(line, "title") or note or "service", total=self._number(line, "total"),
                    currency=self._currency(line), garage=self.text(line, "place") or None,
                    category=self.text(line, "category") or None,
                )  # fmt: skip
            case _:
                title, kind = self.text(line, "title"), self.text(line, "category")
                return FoundExpense(
                    place=line.place, car=car, day=day, at=at, odometer=odometer, note=note, tags=tags,
                    title=title or kind or note or "expense", category=cost_of(kind) or cost_of(title),
                    total=self._number(line, "total"), currency=self._currency(line),
                )  # fmt: skip

    def _fill(self, line: Line, seen: FoundReading) -> FoundFill:
        quantity = positive(self._number(line, QUANTITY), self.mapping[QUANTITY])
        price, total = self._number(line, "unit_price"), self._number(line, "total")
        answer = self.facts.get(QUANTITY_UNIT)
        unit = unit_of(self.text(line, "unit")) or (QuantityUnit(answer) if answer else None)
        full, partial = (
            flag_by(self.facts, self.text(line, "full")),
            flag_by(self.facts, self.text(line, "partial")),
        )
        energy = energy_of(self.text(line, "energy"))
        return FoundFill(
            place=seen.place, car=seen.car, day=seen.day, at=seen.at, odometer=seen.odometer, note=seen.note, tags=seen.tags,
            quantity=quantity, unit=unit, energy=Energy.ELECTRIC if unit is QuantityUnit.KILOWATT_HOUR else energy,
            unit_price=price or None, total=total, currency=self._currency(line),
            is_full=full is not False and partial is not True,
            missed_before=flag_by(self.facts, self.text(line, "missed")) is True,
            station=self.text(line, "place") or None,
            doubts=amounts_differ(quantity, price or None, total),
        )  # fmt: skip
