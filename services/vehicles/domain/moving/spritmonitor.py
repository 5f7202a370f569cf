"""Spritmonitor: fuel and costs, `;` and decimal commas, days first, a backslash before a quote within a text, newest row first.

Its numbers for tyres, roads, driving and fuels are its own (tables of LukasMaly/PySpritmonitor; 1 is summer, 2 winter: settled by the
months of 335 real rows).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import DMY, OrderSeen, Parts
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundRecord,
    Item,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import COMMA, ISO, MarksSeen
from services.vehicles.domain.moving.sections import PLAIN, by_kind, first_header, table_of
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    Settling,
)
from services.vehicles.domain.moving.sheets import BadCell, Header, Lens, Line, read_each
from services.vehicles.domain.moving.words import distance_of
from services.vehicles.domain.running.expenses import Category

ESCAPE: Final = "\\"
DAY: Final = ("datum", "date", "fecha", "data")
ODOMETER: Final = ("km-stand", "odometer", "odometer reading", "mileage", "kilométrage")
QUANTITY: Final = ("spritmenge", "quantity", "fuel quantity", "menge")
PAID: Final = ("kosten", "total price", "costs", "cost", "price", "gesamtpreis")
MONEY: Final = ("währung", "currency", "wahrung")
FILLING: Final = ("tankart", "type", "fuelling type", "refuelling type")
TYRES: Final = ("reifen", "tires", "tyres")
ROADS: Final = ("strecken", "roads", "routes")
STYLE: Final = ("fahrweise", "driving style")
FUEL: Final = ("kraftstoff", "fuel", "fuel type", "fuel sort", "spritsorte")
NOTE: Final = ("bemerkung", "note", "notes", "remark")
COST_TYPE: Final = ("kostenart", "cost type", "costs type", "type of cost", "type of costs")
TITLE: Final = ("bezeichnung", "description", "designation", "title")
STATION: Final = (
    "tankstelle",
    "company",
    "gas station",
    "station",
    "petrol station",
    "fuel station",
)
PLACE: Final = ("ort", "city", "location", "place")
FUEL_ORDER: Final = tuple(
    names[0]
    for names in (DAY, ODOMETER, ("teil-km",), QUANTITY, PAID, MONEY, FILLING, TYRES, ROADS, STYLE, FUEL, NOTE)
)  # fmt: skip
COST_ORDER: Final = tuple(
    names[0] for names in (DAY, ODOMETER, COST_TYPE, TITLE, PAID, MONEY, NOTE)
)
FUEL_AT: Final = 10
CODE: Final = 2
"""Digits of its longest code."""
ROWS_LOOKED_AT: Final = 5
PARTIAL, FIRST = "2", "3"
FILLINGS: Final = frozenset({"1", PARTIAL, FIRST})
TYRE_WORDS: Final = {"1": "summer", "2": "winter", "3": "all-season"}
ROAD_BITS: Final = ((2, "motorway"), (4, "town"), (8, "country"))
STYLE_WORDS: Final = {"1": "moderate", "2": "normal", "3": "fast"}
FUELS: Final[Mapping[str, Energy]] = {
    **dict.fromkeys(("1", "2", "3", "4", "25"), Energy.DIESEL),
    **dict.fromkeys(("6", "7", "8", "9", "16", "18", "20", "22"), Energy.PETROL),
    "15": Energy.E85,
    "12": Energy.LPG,
    **dict.fromkeys(("13", "14"), Energy.CNG),
    **dict.fromkeys(("19", "24"), Energy.ELECTRIC),
    "21": Energy.ADBLUE,
    "23": Energy.HYDROGEN,
}
UNITS: Final = {
    Energy.CNG: QuantityUnit.KILOGRAM,
    Energy.HYDROGEN: QuantityUnit.KILOGRAM,
    Energy.ELECTRIC: QuantityUnit.KILOWATT_HOUR,
}
WORK: Final = {
    "1": "service",
    "2": "repair",
    "3": "tyres",
    "4": "service",
    "7": "inspection",
    "8": "upgrade",
}
PURCHASE, REFUND = "10", "16"
COSTS: Final[Mapping[str, Category]] = {
    "5": Category.INSURANCE,
    "6": Category.TAX,
    "17": Category.FINE,
    "18": Category.PARKING,
    "19": Category.TOLL,
    "20": Category.MAINTENANCE,
}
KINDS: Final = {
    "1": "maintenance", "2": "repair", "3": "tyre change", "4": "oil change", "5": "insurance", "6": "tax", "7": "inspection",
    "8": "tuning", "9": "accessories", "16": "refund", "17": "fine", "18": "parking", "19": "toll", "20": "spare parts",
}  # fmt: skip
"""For a cost that was given no name."""


class Spritmonitor:
    name = "spritmonitor"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_kind(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        numbers, days, money, units = MarksSeen(), OrderSeen(), dict[str, None](), set()
        for part, _ in by_kind(parts, _kind):
            for line in _lines(part):
                for names in (ODOMETER, QUANTITY, PAID):
                    numbers.see(text(line, *names))
                days.see(text(line, *DAY))
                money[text(line, *MONEY)] = None
            header = _header(part)
            units.add(_unit(header) if header else None)
        settling.marks(numbers, COMMA)
        settling.order(days, DMY)
        _settle_unit(settling, units)
        _settle_money(settling, money)
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        make = _Rows(settled.facts)
        for part, kind in sorted(by_kind(parts, _kind), key=lambda each: each[1]):
            lines = _lines(part, lens, kind)
            if kind == "costs":
                bought = (
                    line for line in _lines(part, lens, kind) if text(line, *COST_TYPE) == PURCHASE
                )
                yield from read_each(bought, make.car)
                yield from read_each(lines, make.cost)
            else:
                yield from read_each(lines, make.fill)


def text(line: Line, *names: str) -> str:
    """Without the apostrophes that a spreadsheet left around it."""
    said = line.text(*names)
    return said[1:-1].strip() if len(said) > 1 and said[0] == said[-1] == "'" else said.strip("'")


def _header(part: Part) -> Header | None:
    """By the names known here, else under them where its first rows show that it is one: the columns' order is the same in all its
    languages, and hardly another program writes such numbers after each other.
    """
    header = first_header(part)
    if header is None or _named(header):
        return header
    rows = [line.row.cells for line in islice(table_of(part, escape=ESCAPE), ROWS_LOOKED_AT)]
    for names, is_one in ((FUEL_ORDER, _is_fill), (COST_ORDER, _is_cost)):
        if rows and len(header.names) >= len(names) and all(map(is_one, rows)):
            return header.named([*names, *header.names[len(names) :]])
    return header


def _is_fill(cells: Sequence[str]) -> bool:
    said = [cell.strip("' ") for cell in cells]
    return (
        len(said) > FUEL_AT
        and Parts.of(said[0]) is not None
        and ISO.fullmatch(said[5]) is not None
        and said[6] in {"0", *FILLINGS}
        and all(code.isdecimal() and len(code) <= CODE for code in said[7 : FUEL_AT + 1])
    )


def _is_cost(cells: Sequence[str]) -> bool:
    said = [cell.strip("' ") for cell in cells]
    return (
        len(said) >= len(COST_ORDER)
        and Parts.of(said[0]) is not None
        and said[2].isdecimal()
        and len(said[2]) <= CODE
        and ISO.fullmatch(said[5]) is not None
    )


def _lines(part: Part, lens: Lens = PLAIN, section: str = "") -> Iterator[Line]:
    header = _header(part)
    for line in table_of(part, lens, section, ESCAPE):
        yield replace(line, header=header or line.header)


def _kind(part: Part) -> str | None:
    header = _header(part)
    return _named(header) if header else None


def _named(header: Header) -> str | None:
    if not _has(header, DAY) or not _has(header, MONEY):
        return None
    if _has(header, COST_TYPE) and _has(header, PAID):
        return "costs"
    fuel = all(_has(header, names) for names in (ODOMETER, QUANTITY, PAID, FILLING, FUEL))
    return "fuel" if fuel else None


def _has(header: Header, names: Sequence[str]) -> bool:
    return any(name in header.places for name in names)


def _unit(header: Header) -> DistanceUnit | None:
    return next((unit for name in header.names[:3] if (unit := distance_of(name))), None)


def _settle_unit(settling: Settling, units: "set[DistanceUnit | None]") -> None:
    known = units - {None}
    if len(known) == 1:
        settling.tell(DISTANCE_UNIT, str(next(iter(known))))
    else:
        settling.ask(DISTANCE_UNIT, DISTANCES, proposed=DistanceUnit.KM)


def _settle_money(settling: Settling, money: Mapping[str, None]) -> None:
    known = [code for code in money if code]
    if "" in money or not known:
        settling.ask(CURRENCY, (), proposed=known[0] if known else None)
    else:
        settling.tell_each(CURRENCY, known)


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]

    def _money(self, line: Line) -> str | None:
        return text(line, *MONEY).upper() or self.facts.get(CURRENCY)

    def fill(self, line: Line) -> FoundFill:
        filling = text(line, *FILLING)
        if filling not in FILLINGS:
            raise BadCell(FILLING[0], "not_valid", filling)
        day, clock = line.lens.moment(text(line, *DAY), DAY[0])
        energy = FUELS.get(text(line, *FUEL))
        unit = UNITS.get(energy, QuantityUnit.LITRE) if energy else QuantityUnit.LITRE
        place = ", ".join(said for said in (text(line, *STATION), text(line, *PLACE)) if said)
        return FoundFill(
            place=line.place, day=day, at=clock,
            odometer=line.counted(*ODOMETER),
            quantity=line.quantity(*QUANTITY),
            unit=unit, energy=energy,
            total=line.number(*PAID), currency=self._money(line),
            is_full=filling != PARTIAL, missed_before=filling == FIRST,
            station=place or None, note=text(line, *NOTE) or None,
            extra=_extra(line),
        )  # fmt: skip

    def cost(self, line: Line) -> Item | None:
        type_ = text(line, *COST_TYPE)
        if type_ == PURCHASE:
            return None
        day, clock = line.lens.moment(text(line, *DAY), DAY[0])
        total, odometer = line.number(*PAID), line.counted(*ODOMETER)
        title = text(line, *TITLE) or KINDS.get(type_, "cost")
        note, currency = text(line, *NOTE) or None, self._money(line)
        if type_ in WORK:
            return FoundRecord(
                place=line.place, day=day, at=clock, odometer=odometer, title=title, total=total, currency=currency,
                category=WORK[type_], note=note,
            )  # fmt: skip
        if type_ == REFUND and total is not None:
            total = -abs(total)
        return FoundExpense(
            place=line.place, day=day, at=clock, odometer=odometer, title=title, category=COSTS.get(type_), total=total,
            currency=currency, note=note,
        )  # fmt: skip

    def car(self, line: Line) -> FoundCar:
        """A purchase: a cost there, a fact of the car here. The file does not say the car's name."""
        day, _ = line.lens.moment(text(line, *DAY), DAY[0])
        price: Decimal | None = line.number(*PAID)
        unit = self.facts.get(DISTANCE_UNIT)
        return FoundCar(
            place=line.place, name="", distance_unit=DistanceUnit(unit) if unit else None, purchased_on=day, purchase_price=price,
            currency=self._money(line),
        )  # fmt: skip


def _extra(line: Line) -> Mapping[str, str]:
    roads = text(line, *ROADS)
    bits = int(roads) if roads.isdecimal() and len(roads) <= 2 else 0  # noqa: PLR2004
    found = {
        "tyres": TYRE_WORDS.get(text(line, *TYRES), ""),
        "roads": ", ".join(word for bit, word in ROAD_BITS if bits & bit),
        "driving style": STYLE_WORDS.get(text(line, *STYLE), ""),
    }
    return {name: said for name, said in found.items() if said}
