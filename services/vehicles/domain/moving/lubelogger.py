"""LubeLogger: one CSV a kind, written in its server's culture; neither the kind nor the units are in the file.

Service, repair and upgrade have the same header, so which it is must be asked. Amounts are currency text, but for fuel, where they are
bare numbers. With UK miles per gallon switched on the export holds imperial gallons although the screen takes litres: what a row tells
of its own economy says which units fit, and is proposed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import MDY, OrderSeen
from services.vehicles.domain.moving.found import (
    FoundExpense,
    FoundFill,
    FoundNote,
    FoundReading,
    FoundRecord,
    Item,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import COMMA, POINT, MarksSeen, decimal_of
from services.vehicles.domain.moving.sections import by_kind, first_header, table_of
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    QUANTITIES,
    QUANTITY_UNIT,
    RECORD_KIND,
    Settling,
)
from services.vehicles.domain.moving.sheets import (
    Header,
    Lens,
    Line,
    positive,
    read_each,
    words_of,
)
from services.vehicles.domain.running.expenses import Category

FUEL, WORK, ODOMETER, TAX, SUPPLIES, PLAN, EQUIPMENT = (
    "fuel",
    "work",
    "odometer",
    "tax",
    "supplies",
    "plan",
    "equipment",
)
HEADERS: Final = (
    (FUEL, ("date", "odometer", "fuelconsumed", "cost")),
    (SUPPLIES, ("date", "partnumber", "description", "cost")),
    (PLAN, ("datecreated", "description", "type", "progress", "cost")),
    (EQUIPMENT, ("description", "notes", "isequipped")),
    (ODOMETER, ("date", "initialodometer", "odometer")),
    (WORK, ("date", "description", "cost", "notes", "odometer", "tags")),
    (TAX, ("date", "description", "cost", "notes", "tags")),
)
OLDER: Final = ("date", "odometer", "description", "notes", "cost")
"""Before there were tags, of work and of taxes alike."""
KINDS: Final = ("service", "repair", "upgrade")
EXTRA: Final = "extrafield_"
NUMBERS: Final = {FUEL: ("odometer", "fuelconsumed", "cost", "fueleconomy")}
OTHER_NUMBERS: Final = ("odometer", "cost")
DAYS: Final = ("date", "datecreated", "datemodified")
ENOUGH: Final = 400
"""Rows whose economy is tried."""
CLOSE: Final = Decimal("0.005")
UK_LITRES: Final = Decimal("4.54609")
TYPES: Final = {"servicerecord": "service", "repairrecord": "repair", "upgraderecord": "upgrade"}
AMOUNTS: Final = 3


class LubeLogger:
    name = "lubelogger"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_kind(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        mine = by_kind(parts, _kind)
        seen = _Seen()
        for part, kind in mine:
            for line in table_of(part):
                seen.see(line, kind)
        mark = settling.marks(seen.numbers)
        order = settling.order(seen.days)
        kinds = {kind for _, kind in mine}
        if kinds & {FUEL, WORK, ODOMETER}:
            unit, quantity = seen.likely(mark, order)
            settling.ask(DISTANCE_UNIT, DISTANCES, proposed=unit)
            if FUEL in kinds:
                settling.ask(QUANTITY_UNIT, QUANTITIES, proposed=quantity)
        if kinds & {FUEL, WORK, TAX, SUPPLIES, PLAN}:
            settling.currency(seen.amounts)
        for part, kind in mine:
            if kind == WORK:
                settling.ask(_question(part, mine), _choices(part), proposed=_proposed(part))
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        mine = by_kind(parts, _kind)
        for part, kind in mine:
            facts = settled.facts
            rows = _Rows(facts, facts.get(_question(part, mine), KINDS[0]))
            yield from read_each(table_of(part, lens, kind), rows.reading(kind))


def _kind(part: Part) -> str | None:
    header = first_header(part)
    return _kind_of(header) if header else None


def _kind_of(header: Header) -> str | None:
    """Its own names only, so that a table which happens to have a date, a cost and notes is none of its."""
    if header.names == OLDER:
        return WORK
    return next(
        (
            kind
            for kind, names in HEADERS
            if header.has(*names) and (kind not in {WORK, TAX} or _is_plain(header, names))
        ),
        None,
    )


def _is_plain(header: Header, names: Sequence[str]) -> bool:
    more = {*names, "extrafields", "files", "id"}
    return all(not name or name in more or name.startswith(EXTRA) for name in header.names)


def _question(part: Part, mine: Sequence[tuple[Part, str]]) -> str:
    """One file, one question; several files, one for each."""
    same = [each for each, kind in mine if kind == WORK]
    return RECORD_KIND if len(same) <= 1 else f"{RECORD_KIND}:{part.name}"


def _choices(part: Part) -> Sequence[str]:
    header = first_header(part)
    return (*KINDS, TAX) if header and header.names == OLDER else KINDS


def _proposed(part: Part) -> str:
    name = part.name.lower()
    return next((kind for kind in _choices(part) if kind in name), KINDS[0])


@dataclass(slots=True)
class _Seen:
    numbers: MarksSeen = field(default_factory=MarksSeen)
    days: OrderSeen = field(default_factory=OrderSeen)
    amounts: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def see(self, line: Line, kind: str) -> None:
        for name in NUMBERS.get(kind, OTHER_NUMBERS):
            self.numbers.see(line.text(name))
        for name in DAYS:
            self.days.see(line.text(name))
        if kind == FUEL and len(self.rows) < ENOUGH:
            self.rows.append(
                (line.text("odometer"), line.text("fuelconsumed"), line.text("fueleconomy"))
            )
        elif kind != FUEL and len(self.amounts) < AMOUNTS and (paid := line.text("cost")):
            self.amounts.append(paid)

    def likely(self, mark: str, order: str) -> tuple[DistanceUnit, QuantityUnit]:
        """What fits the economy that the rows tell of themselves; else what people use where days and numbers are written so."""
        usual = (
            (DistanceUnit.MI, QuantityUnit.GALLON_US)
            if order == MDY
            else (DistanceUnit.KM, QuantityUnit.LITRE)
        )
        for distance, quantity, economy in _stretches(self.rows, mark or POINT):
            if _are_close(economy * distance, 100 * quantity):
                return DistanceUnit.KM, QuantityUnit.LITRE
            if _are_close(economy * quantity, distance * UK_LITRES):
                return DistanceUnit.MI, QuantityUnit.LITRE
            if _are_close(economy * quantity, distance):
                return _by_distance(mark, order)
        return usual


def _by_distance(mark: str, order: str) -> tuple[DistanceUnit, QuantityUnit]:
    """Distance by quantity: miles to the gallon, or kilometres to the litre where a comma is the decimal mark."""
    if mark == COMMA:
        return DistanceUnit.KM, QuantityUnit.LITRE
    return DistanceUnit.MI, QuantityUnit.GALLON_US if order == MDY else QuantityUnit.GALLON_UK


def _are_close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= CLOSE * abs(other)


def _stretches(
    rows: Iterable[tuple[str, str, str]], mark: str
) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Distance since the fill before, quantity, economy, of the rows that tell all."""
    known = []
    for row in rows:
        try:
            known.append(tuple(decimal_of(cell, mark) for cell in row))
        except ValueError:
            continue
    known.sort()
    for before, after in pairwise(known):
        distance = after[0] - before[0]
        if distance > 0 and after[1] > 0 and after[2] > 0 and before[0] > 0:
            yield distance, after[1], after[2]


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]
    kind: str

    def reading(self, kind: str) -> "_Reading":
        return _Reading(self, kind)

    @property
    def currency(self) -> str | None:
        return self.facts.get(CURRENCY)


@dataclass(frozen=True, slots=True)
class _Reading:
    rows: _Rows
    kind: str

    def __call__(self, line: Line) -> Item:
        match self.kind:
            case "fuel":
                return self._fill(line)
            case "work":
                return self._tax(line) if self.rows.kind == TAX else self._work(line)
            case "odometer":
                return self._odometer(line)
            case "tax":
                return self._tax(line)
            case "plan":
                return self._plan(line)
            case _:
                return self._thing(line)

    def _fill(self, line: Line) -> FoundFill:
        day, at = line.moment("date")
        unit = QuantityUnit(self.rows.facts[QUANTITY_UNIT])
        before, after = line.number("startingsoc"), line.number("endingsoc")
        is_charge = unit is QuantityUnit.KILOWATT_HOUR or bool(before or after)
        return FoundFill(
            place=line.place, day=day, at=at,
            odometer=line.counted("odometer"),
            quantity=line.quantity("fuelconsumed"),
            unit=QuantityUnit.KILOWATT_HOUR if is_charge else unit,
            energy=Energy.ELECTRIC if is_charge else None,
            total=line.number("cost"), currency=self.rows.currency,
            is_full=line.flag("isfilltofull") is not False,
            missed_before=line.flag("missedfuelup") is True,
            level_before=before if is_charge else None, level_after=after if is_charge else None,
            note=line.text("notes") or None, tags=_tags(line), extra=_extra(line),
        )  # fmt: skip

    def _work(self, line: Line) -> FoundRecord:
        day, at = line.moment("date")
        return FoundRecord(
            place=line.place, day=day, at=at,
            odometer=line.counted("odometer"),
            title=line.text("description") or self.rows.kind,
            total=line.number("cost"), currency=self.rows.currency,
            category=self.rows.kind,
            note=line.text("notes") or None, tags=_tags(line), extra=_extra(line),
        )  # fmt: skip

    @staticmethod
    def _odometer(line: Line) -> FoundReading:
        day, at = line.moment("date")
        return FoundReading(
            place=line.place, day=day, at=at,
            odometer=positive(line.number("odometer"), "odometer"),
            note=line.text("notes") or None, tags=_tags(line), extra=_extra(line),
        )  # fmt: skip

    def _tax(self, line: Line) -> FoundExpense:
        day, at = line.moment("date")
        return FoundExpense(
            place=line.place, day=day, at=at,
            title=line.text("description") or TAX, category=Category.TAX,
            total=line.number("cost"), currency=self.rows.currency,
            note=line.text("notes") or None, tags=_tags(line), extra=_extra(line),
        )  # fmt: skip

    def _plan(self, line: Line) -> FoundRecord:
        """Work to do: it has no day yet. Done is what was moved there on the day it was last changed."""
        is_done = line.text("progress").lower() == "done"
        day, at = line.moment("datemodified", "datecreated") if is_done else (None, None)
        return FoundRecord(
            place=line.place, day=day, at=at,
            title=line.text("description") or PLAN,
            total=line.number("cost"), currency=self.rows.currency,
            category=TYPES.get(line.text("type").lower(), line.text("type") or None),
            is_done=is_done,
            note=line.text("notes") or None,
            extra={**line.rest(["priority", "progress", "datecreated"]), **_extra(line)},
        )  # fmt: skip

    def _thing(self, line: Line) -> FoundNote:
        """A part in stock, or a piece of equipment."""
        day, at = line.moment("date") if line.text("date") else (None, None)
        names = ("partnumber", "partsupplier", "partquantity", "cost", "isequipped")
        return FoundNote(
            place=line.place, day=day, at=at,
            title=line.text("description", "partnumber") or self.kind,
            kind="part" if self.kind == SUPPLIES else self.kind,
            note=line.text("notes") or None, tags=_tags(line),
            extra={**line.rest(names), **_extra(line)},
        )  # fmt: skip


def _tags(line: Line) -> Sequence[str]:
    return words_of(line.text("tags"), r"\s")


def _extra(line: Line) -> Mapping[str, str]:
    """By the names that their owner gave them."""
    found = {}
    for at, name in enumerate(line.header.names):
        if name.startswith(EXTRA) and (said := line.at(at)):
            found[line.header.shown[at][len(EXTRA) :]] = said
    return found
