"""MyGarage: one CSV a kind, each row with the version of its units, or one JSON a car.

Version 5 says metric or imperial on each row, and its columns are named so; 3 and 4 are metric; what has no version at all is 2: miles
and US gallons.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen
from services.vehicles.domain.moving.doubting import amounts_differ
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
from services.vehicles.domain.moving.marks import POINT, MarksSeen
from services.vehicles.domain.moving.mygarage_tree import is_tree, read_tree, see_tree
from services.vehicles.domain.moving.sections import first_header, table_of
from services.vehicles.domain.moving.settling import CURRENCY, DISTANCE_UNIT, DISTANCES, Settling
from services.vehicles.domain.moving.sheets import BadCell, Header, Lens, Line, read_each
from services.vehicles.domain.moving.visits import together
from services.vehicles.domain.moving.words import distance_of, energy_of
from services.vehicles.domain.running.expenses import Category

FUEL, DEF, SERVICE, ODOMETER, HOURS, TAX, INSURANCE, WARRANTY, NOTE = (
    "fuel", "def", "service", "odometer", "hours", "tax", "insurance", "warranty", "note",
)  # fmt: skip
VERSION, SYSTEM = "units_version", "unit_system"
KINDS: Final[Sequence[tuple[str, Sequence[str]]]] = (
    (FUEL, ("date", "total cost", "full tank", "missed fill-up")),
    (DEF, ("date", "total cost", "fill level")),
    (SERVICE, ("date", "category", "description", "vendor")),
    (SERVICE, ("date", "service type", "description", "vendor name")),
    (INSURANCE, ("provider", "policy number", "start date", "end date", "premium")),
    (WARRANTY, ("provider", "coverage", "start date", "end date", "max claims")),
    (TAX, ("type", "amount", "renewal date")),
    (TAX, ("type", "amount", "paid date", "jurisdiction")),
)
ONLY_WITH_VERSION: Final[Sequence[tuple[str, Sequence[str]]]] = (
    (HOURS, ("date", "hours")),
    (HOURS, ("date", "engine hours", "notes")),
    (NOTE, ("date", "title", "content")),
)
EXACT: Final[Mapping[tuple[str, ...], str]] = {
    ("date", "reading", "notes"): ODOMETER,
    ("date", "title", "content"): NOTE,
}
"""Of version 2, which says nothing else of itself."""
METRIC, IMPERIAL = "metric", "imperial"
READINGS: Final = ("odometer", "reading", "mileage")
LITRES, GALLONS = ("liters", "litres"), ("gallons",)
NUMBERS: Final = ("total cost", "cost", "amount", "premium", "rebate", "engine hours", "hours")
DAYS: Final = ("date", "start date", "end date", "paid date", "due date", "renewal date")


class MyGarage:
    name = "mygarage"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(is_tree(part) or _kind(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        numbers, days, units = MarksSeen(), OrderSeen(), dict[DistanceUnit, None]()
        for part in parts:
            if is_tree(part):
                units[see_tree(part, days)] = None
            elif kind := _kind(part):
                for line in table_of(part, section=kind):
                    for name in (*NUMBERS, *_measured(line.header)):
                        numbers.see(line.text(name))
                    for name in DAYS:
                        days.see(line.text(name))
                    units[_distance(line)] = None
        settling.marks(numbers, POINT)
        settling.order(days)
        settling.zone(days)
        if len(units) > 1:
            settling.ask(DISTANCE_UNIT, DISTANCES)
        else:
            settling.tell_each(DISTANCE_UNIT, units)
        settling.currency()
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        rows = _Rows(settled.facts)
        for part in parts:
            if is_tree(part):
                yield from read_tree(part, lens, settled.facts.get(CURRENCY))
        for part in parts:
            kind = None if is_tree(part) else _kind(part)
            if kind:
                yield from together(read_each(table_of(part, lens, kind), rows.of(kind)))


def _kind(part: Part) -> str | None:
    header = first_header(part)
    if header is None:
        return None
    found = next((kind for kind, names in KINDS if header.has(*names)), None)
    if found or VERSION not in header.places:
        return found or EXACT.get(tuple(name for name in header.names if name))
    if any(name.startswith(READINGS) for name in header.names):
        return ODOMETER
    return next((kind for kind, names in ONLY_WITH_VERSION if header.has(*names)), None)


def _measured(header: Header) -> Sequence[str]:
    return [
        name
        for name in header.names
        if name.startswith((*READINGS, *LITRES, *GALLONS, "price per"))
    ]


def _distance(line: Line) -> DistanceUnit:
    name = line.named(*READINGS)
    said = distance_of(name)
    if said:
        return said
    has_version = line.header.has(VERSION)
    is_metric = has_version and line.text(SYSTEM).lower() != IMPERIAL
    return DistanceUnit.KM if is_metric else DistanceUnit.MI


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]

    def of(self, kind: str) -> Callable[[Line], Item]:
        readings: Mapping[str, Callable[[Line], Item]] = {
            FUEL: self._fill, DEF: self._fluid, SERVICE: self._work, ODOMETER: self._reading, HOURS: self._hours, TAX: self._tax,
            INSURANCE: self._policy, WARRANTY: self._policy,
        }  # fmt: skip
        return readings.get(kind, self._note)

    @property
    def _currency(self) -> str | None:
        return self.facts.get(CURRENCY)

    def _fill(self, line: Line) -> FoundFill:
        day, _ = line.moment("date")
        at = line.moment("filled at")[1] if line.text("filled at") else None
        energy = energy_of(line.text("fuel type used", "fuel type"))
        unit, name = _quantity(line)
        is_charge = energy is Energy.ELECTRIC
        quantity = line.quantity(name, is_needed=not is_charge) if name else None
        price_name = line.named("price per")
        price, total = line.number(price_name) if price_name else None, line.number("total cost")
        return FoundFill(
            place=line.place, day=day, at=at,
            odometer=_odometer(line),
            engine_hours=line.number("engine hours") or None,
            quantity=quantity, unit=QuantityUnit.KILOWATT_HOUR if is_charge else unit, energy=energy,
            unit_price=price, total=total, currency=self._currency,
            is_full=line.flag("full tank") is not False,
            missed_before=line.flag("missed fill-up") is True,
            level_before=line.number("soc start (%)"), level_after=line.number("soc end (%)"),
            station=line.text("station", "charge location") or None, note=line.text("notes") or None,
            extra=line.rest(["rebate", "driver", "payment method", "trip type", "charge level", "battery soh (%)"]),
            doubts=() if line.text("rebate") else amounts_differ(quantity, price, total),
        )  # fmt: skip

    def _fluid(self, line: Line) -> FoundFill:
        day, _ = line.moment("date")
        unit, name = _quantity(line)
        price_name = line.named("price per")
        return FoundFill(
            place=line.place, day=day, odometer=_odometer(line),
            quantity=line.quantity(name or "liters"), unit=unit, energy=Energy.ADBLUE,
            unit_price=line.number(price_name) if price_name else None,
            total=line.number("total cost"), currency=self._currency,
            station=line.text("source") or None, note=line.text("notes") or None, extra=line.rest(["brand", "fill level"]),
        )  # fmt: skip

    def _work(self, line: Line) -> FoundRecord:
        day, _ = line.moment("date")
        category = line.text("category", "service type")
        return FoundRecord(
            place=line.place, day=day, odometer=_odometer(line),
            engine_hours=line.number("engine hours") or None,
            title=line.text("description") or category or SERVICE,
            total=line.number("cost"), currency=self._currency,
            garage=line.text("vendor", "vendor name") or None, category=category or None, note=line.text("notes") or None,
        )  # fmt: skip

    @staticmethod
    def _reading(line: Line) -> FoundReading:
        day, _ = line.moment("date")
        name = line.named(*READINGS)
        odometer = line.quantity(name)
        return FoundReading(
            place=line.place, day=day, odometer=odometer, note=line.text("notes") or None
        )

    @staticmethod
    def _hours(line: Line) -> FoundReading:
        day, _ = line.moment("date")
        hours = line.quantity("hours" if "hours" in line.header.places else "engine hours")
        return FoundReading(
            place=line.place, day=day, engine_hours=hours, note=line.text("notes") or None
        )

    def _tax(self, line: Line) -> FoundExpense:
        day, _ = line.moment("date", "paid date", "due date")
        ends = line.moment("renewal date")[0] if line.text("renewal date") else None
        return FoundExpense(
            place=line.place, day=day, title=line.text("type") or TAX, category=Category.TAX,
            total=line.number("amount"), currency=self._currency, ends_on=ends, note=line.text("notes") or None,
            extra=line.rest(["jurisdiction"]),
        )  # fmt: skip

    def _policy(self, line: Line) -> FoundExpense:
        day, _ = line.moment("start date")
        kind = line.place.section
        return FoundExpense(
            place=line.place, day=day, title=line.text("provider") or kind,
            category=Category.INSURANCE if kind == INSURANCE else None,
            total=line.number("premium", "cost"), currency=self._currency,
            ends_on=line.moment("end date")[0] if line.text("end date") else None, note=line.text("notes") or None,
            extra=line.rest(["policy number", "type", "deductible", "coverage limits", "coverage", "terms", "max claims"]),
        )  # fmt: skip

    @staticmethod
    def _note(line: Line) -> FoundNote:
        day = line.moment("date")[0] if line.text("date") else None
        return FoundNote(
            place=line.place,
            day=day,
            title=line.text("title") or NOTE,
            note=line.text("content") or None,
        )


def _odometer(line: Line) -> "Decimal | None":
    name = line.named(*READINGS)
    return line.counted(name) if name else None


def _quantity(line: Line) -> tuple[QuantityUnit, str]:
    """The unit by the column's own name."""
    name = line.named(*LITRES)
    if name:
        return QuantityUnit.LITRE, name
    name = line.named(*GALLONS)
    if not name:
        raise BadCell("liters", "number_missing")
    return (
        QuantityUnit.GALLON_UK if "imp" in name or "uk" in name else QuantityUnit.GALLON_US
    ), name
