"""aCar: sections under lines that name them, with the formats of days and times told on top; several cars by their names; units stand on
each row, odometers are grouped and amounts have their sign. Addresses and positions are left where they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen, clock_of, order_in
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.flags import FlagsSeen, flag_by
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundFill,
    FoundLine,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import MarksSeen
from services.vehicles.domain.moving.sections import headers_of, lines_of, those
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    GALLONS,
    QUANTITY_UNIT,
    Settling,
)
from services.vehicles.domain.moving.sheets import Lens, Line, read_each, words_of
from services.vehicles.domain.moving.visits import expense_of
from services.vehicles.domain.moving.words import cost_of, distance_of, energy_of, joined, unit_of

METADATA, VEHICLES, FILLS, TRIPS = "metadata", "vehicles", "fill-up records", "trip records"
EVENTS, SERVICES, EXPENSES = "event records", "service records", "expense records"
SECTIONS: Final = frozenset({METADATA, VEHICLES, FILLS, TRIPS, EVENTS, SERVICES, EXPENSES})
WORK: Final = frozenset({EVENTS, SERVICES, EXPENSES})
PARTIAL: Final = ("partial fill-up?", "partial fill-up", "partial fillup?", "partial?")
MISSED: Final = (
    "previously missed fill-ups?", "previously missed fill-up?", "previously missed fill-ups", "previous missed fill-ups?",
    "missed fill-ups?", "missed fill-up?",
)  # fmt: skip
ODOMETER: Final = ("odometer reading", "odometer")
QUANTITY: Final = ("volume", "quantity")
PRICE: Final = ("price per unit", "volume price", "price per volume unit")
TOTAL: Final = ("total cost", "cost")
JOBS: Final = ("sub types", "subtypes", "services", "service", "expenses", "expense")
AMOUNTS: Final = 3
GALLON: Final = re.compile("gal", re.IGNORECASE)


def section_of(cell: str) -> str | None:
    name = " ".join(cell.lower().split())
    return name if name in SECTIONS else None


class ACar:
    name = "acar"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        seen = _Seen()
        for part in those(parts, _is_one):
            for line in lines_of(part, section_of):
                seen.see(line)
        settling.marks(seen.numbers)
        settling.order(seen.days, seen.pattern)
        seen.settle_units(settling)
        seen.flags.settle(settling)
        settling.currency(seen.amounts)
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        mine = those(parts, _is_one)
        seen = _Seen()
        for part in mine:
            for line in lines_of(part, section_of):
                seen.see(line)
        rows = _Rows(settled.facts, seen.gallons)
        yield from _cars(mine, lens, rows)
        for part in mine:
            yield from read_each(_lines(part, lens), rows)


def _is_one(part: Part) -> bool:
    return any(
        section in {FILLS, *WORK}
        and header.has("vehicle", "date")
        and any(name in header.places for name in ODOMETER)
        for section, header in headers_of(part, section_of)
    )


def _lines(part: Part, lens: Lens) -> Iterator[Line]:
    """A row with too many cells lost its place in the columns of addresses and positions, which are mostly empty: as many empty cells
    as there are too many are taken out of the longest run of them, so that what stands at the end is read from the end.
    """
    for line in lines_of(part, section_of, lens):
        cells = list(line.row.cells)
        surplus = len(cells) - line.header.width
        if surplus <= 0 or not any(cell.strip() for cell in cells[-surplus:]):
            yield line
            continue
        first, length = _longest_gap(cells)
        if length >= surplus:
            del cells[first : first + surplus]
        yield replace(line, row=replace(line.row, cells=cells))


def _longest_gap(cells: Sequence[str]) -> tuple[int, int]:
    best = (0, 0)
    start = 0
    for at, cell in enumerate(cells):
        if cell.strip():
            start = at + 1
        elif at + 1 - start > best[1]:
            best = (start, at + 1 - start)
    return best


def _cars(mine: Sequence[Part], lens: Lens, rows: "_Rows") -> Iterator[Item]:
    """Of the section of cars; then names on rows that it does not have."""
    named: set[str] = set()
    more: dict[str, Line] = {}
    for part in mine:
        for line in lines_of(part, section_of, lens):
            if line.place.section == VEHICLES:
                named.add(line.text("name"))
                yield from read_each([line], rows.car)
            elif line.place.section in {FILLS, *WORK} and (name := line.text("vehicle")):
                more.setdefault(name, line)
    for name, line in more.items():
        if name not in named:
            unit = distance_of(line.text("distance unit"))
            yield FoundCar(place=line.place, car=name, name=name, distance_unit=unit)


@dataclass(slots=True)
class _Seen:
    numbers: MarksSeen = field(default_factory=MarksSeen)
    days: OrderSeen = field(default_factory=OrderSeen)
    flags: FlagsSeen = field(default_factory=FlagsSeen)
    pattern: str | None = None
    distances: set[DistanceUnit | None] = field(default_factory=set)
    gallons: dict[str, QuantityUnit] = field(default_factory=dict)
    """Whose gallon each car's is."""
    is_unclear: bool = False
    amounts: list[str] = field(default_factory=list)

    def see(self, line: Line) -> None:
        section = line.place.section
        if section == METADATA:
            self.pattern = order_in(line.text("date format")) or self.pattern
        elif section == VEHICLES:
            unit = unit_of(line.text("volume unit").replace("_", " "))
            if unit in GALLONS:
                self.gallons[line.text("name")] = unit
        elif section in {FILLS, *WORK}:
            self._see_row(line, is_fill=section == FILLS)

    def _see_row(self, line: Line, *, is_fill: bool) -> None:
        for names in (ODOMETER, QUANTITY, PRICE, TOTAL):
            self.numbers.see(line.text(*names))
        self.days.see(line.text("date"))
        self.distances.add(distance_of(line.text("distance unit")))
        if len(self.amounts) < AMOUNTS and (paid := line.text(*TOTAL)):
            self.amounts.append(paid)
        if is_fill:
            self.flags.see(line.text(*PARTIAL))
            self.flags.see(line.text(*MISSED))
            said = line.text("volume unit")
            known = unit_of(said) or (
                GALLON.search(said) and self.gallons.get(line.text("vehicle"))
            )
            self.is_unclear = self.is_unclear or not known

    def settle_units(self, settling: Settling) -> None:
        if self.distances and None not in self.distances:
            settling.tell_each(DISTANCE_UNIT, (unit or "" for unit in self.distances))
        elif self.distances:
            settling.ask(DISTANCE_UNIT, DISTANCES)
        if self.is_unclear:
            settling.ask(
                QUANTITY_UNIT, (QuantityUnit.LITRE, *GALLONS), proposed=QuantityUnit.GALLON_US
            )


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]
    gallons: Mapping[str, QuantityUnit]

    def __call__(self, line: Line) -> Item | None:
        section = line.place.section
        if section == FILLS:
            return self._fill(line)
        if section in WORK:
            return self._event(line)
        return (
            LeftOut(place=line.place, car=line.text("vehicle"), what="trips")
            if section == TRIPS
            else None
        )

    def car(self, line: Line) -> FoundCar:
        year, name = line.text("year"), line.text("name")
        engine = line.text("engine")
        energy = energy_of(engine)
        return FoundCar(
            place=line.place, car=name, name=name,
            make=line.text("make") or None,
            model=joined([line.text("model"), line.text("submodel")], " "),
            year=int(year) if re.fullmatch("[12][0-9]{3}", year) else None,
            plate=line.text("license plate") or None, vin=line.text("vin") or None,
            energies=(energy,) if energy is Energy.DIESEL or energy is Energy.ELECTRIC else (),
            distance_unit=distance_of(line.text("distance unit").replace("_", " ")),
            note=line.text("notes") or None,
            extra=line.rest(["color", "engine", "transmission", "drive type", "body type", "insurance policy"]),
        )  # fmt: skip

    def _fill(self, line: Line) -> FoundFill:
        day, at = _moment(line)
        quantity, price, total = line.quantity(*QUANTITY), line.number(*PRICE), line.number(*TOTAL)
        said = line.text("volume unit")
        answer = self.facts.get(QUANTITY_UNIT)
        unit = unit_of(said) or (
            self.gallons.get(line.text("vehicle")) if GALLON.search(said) else None
        )
        energy = energy_of(" ".join((line.text("fuel type"), line.text("fuel category"))))
        place = [line.text("fuel brand"), line.text("fueling station address", "place name")]
        return FoundFill(
            place=line.place, car=line.text("vehicle"), day=day, at=at,
            odometer=line.counted(*ODOMETER),
            quantity=quantity,
            unit=unit or (QuantityUnit(answer) if answer else None), energy=energy,
            unit_price=price or None, total=total, currency=self.facts.get(CURRENCY),
            is_full=flag_by(self.facts, line.text(*PARTIAL)) is not True,
            missed_before=flag_by(self.facts, line.text(*MISSED)) is True,
            station=joined(place, ", "),
            note=line.text("notes") or None, tags=words_of(line.text("tags")),
            extra=line.rest(["fuel type", "payment", "payment type", "driving mode", "fuel additive name"]),
            doubts=amounts_differ(quantity, price or None, total),
        )  # fmt: skip

    def _event(self, line: Line) -> Item:
        day, at = _moment(line)
        section = line.place.section
        kind = line.text("type").lower() or {SERVICES: "service", EXPENSES: "expense"}.get(
            section, "service"
        )
        jobs, note = words_of(line.text(*JOBS)), line.text("notes") or None
        record = FoundRecord(
            place=line.place, car=line.text("vehicle"), day=day, at=at,
            odometer=line.counted(*ODOMETER),
            title=", ".join(jobs) or line.text("description") or note or kind,
            lines=tuple(FoundLine(job) for job in jobs) if len(jobs) > 1 else (),
            total=line.number(*TOTAL), currency=self.facts.get(CURRENCY),
            garage=line.text("place name", "service center name", "expense center name") or None,
            category=kind, note=note, tags=words_of(line.text("tags")),
            extra=line.rest(["payment", "payment type"]),
        )  # fmt: skip
        return expense_of(record, cost_of(" ".join(jobs))) if kind.startswith("expense") else record


def _moment(line: Line) -> "tuple[date, time | None]":
    day, at = line.moment("date")
    clock = clock_of(line.text("time"))
    return day, clock.at if clock and clock.at else at
