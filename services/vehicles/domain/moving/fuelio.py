"""Fuelio: one car a file, sections under each other. The quantity's column is headed by the unit of tank 1; rows of tank 2 are in the
unit that the car's line names. `Price` is what was paid in all, `VolumePrice` what one unit cost.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen, order_in
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundPlan,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import POINT, MarksSeen
from services.vehicles.domain.moving.sections import headers_of, lines_of, those
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    QUANTITY_UNIT,
    VOLUMES,
    Settling,
)
from services.vehicles.domain.moving.sheets import Header, Lens, Line, positive, read_each
from services.vehicles.domain.moving.words import cost_of, distance_of, is_work, unit_of
from services.vehicles.domain.running.expenses import Category

OPTIONAL: Final = re.compile(r"\s*\(optional\)$")
MARK: Final = re.compile(r"##\s*(\w[\w ]{0,30})")
VEHICLE, LOG, COSTS, KINDS, TRIPS, PICTURES = (
    "vehicle",
    "log",
    "costs",
    "costcategories",
    "triplog",
    "pictures",
)
SECTIONS: Final = frozenset(
    {VEHICLE, LOG, COSTS, KINDS, TRIPS, PICTURES, "favstations", "category"}
)
ENERGIES: Final[Mapping[str, Energy]] = {
    "1": Energy.PETROL,
    "2": Energy.DIESEL,
    "3": Energy.E85,
    "4": Energy.LPG,
    "5": Energy.CNG,
    "6": Energy.ELECTRIC,
    "7": Energy.HYDROGEN,
}
"""By the hundreds of its codes: 110 is a kind of 100."""
CODE: Final = re.compile(r"([1-9])[0-9]{2}")
UNITS: Final[Mapping[str, QuantityUnit]] = {
    "0": QuantityUnit.LITRE,
    "1": QuantityUnit.GALLON_US,
    "2": QuantityUnit.GALLON_UK,
    "4": QuantityUnit.KILOGRAM,
}
"""Of its car's line. Others are told by the quantity's header alone."""
WORK: Final = frozenset({"1", "2"})
"""Service and maintenance, whatever they were renamed to."""
DEFAULTS: Final = {
    "4": Category.TAX,
    "5": Category.PARKING,
    "6": Category.OTHER,
    "7": Category.TOLL,
    "8": Category.FINE,
    "31": Category.INSURANCE,
}
"""Registration, parking, wash, tolls, fines, insurance: what a new list of types holds, for names in a language unknown here."""
NO_DAY: Final = frozenset({"", "0", "2011-01-01"})
SECOND: Final = "2"
NUMBERS: Final = ("price", "volumeprice", "excludedistance", "cost")
DAYS: Final = ("data", "date")


def section_of(cell: str) -> str | None:
    found = MARK.fullmatch(cell)
    name = found[1].strip().lower() if found else ""
    return name if name in SECTIONS else None


def lines(part: Part, lens: Lens) -> Iterator[Line]:
    last: Header | None = None
    tight: Header | None = None
    for line in lines_of(part, section_of, lens, first=LOG):
        if tight is None or line.header is not last:
            last, tight = line.header, tightened(line.header)
        yield replace(line, header=tight)


def tightened(header: Header) -> Header:
    """`Price (optional)` and the `Price(optional)` of programs that write for it are `price`, `Odo (km)` is `odo(km)`."""
    return header.named([OPTIONAL.sub("", name).replace(" (", "(") for name in header.names])


def quantity_at(header: Header) -> int:
    """Behind the odometer, whatever its unit is called."""
    return _odometer_at(header) + 1


def _odometer_at(header: Header) -> int:
    return next((at for at, name in enumerate(header.names) if name.startswith("odo")), 1)


@dataclass(frozen=True, slots=True)
class Car:
    """What of a file's first section and headers its rows are read by."""

    key: str = ""
    line: Line | None = None
    unit: QuantityUnit | None = None
    other_unit: QuantityUnit | None = None
    kinds: Mapping[str, str] | None = None

    @property
    def tanks(self) -> Mapping[str, str]:
        if self.line is None:
            return {}
        return {"1": self.line.text("tank1type"), SECOND: self.line.text("tank2type")}


class Fuelio:
    name = "fuelio"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        numbers, days, pattern, unsaid = MarksSeen(), OrderSeen(), None, False
        for part in those(parts, _is_one):
            for line in lines(part, Lens()):
                section = line.place.section
                if section == VEHICLE:
                    pattern = order_in(line.text("importcsvdateformat")) or pattern
                elif section in {LOG, COSTS}:
                    _see(line, numbers, days)
            unsaid = unsaid or _car_of(part, "", {}).unit is None
        settling.marks(numbers, POINT)
        settling.order(days, pattern)
        if unsaid:
            settling.ask(
                QUANTITY_UNIT, (*VOLUMES, QuantityUnit.KILOGRAM, QuantityUnit.KILOWATT_HOUR)
            )
        units = {_distance(part) for part in those(parts, _is_one)}
        settling.tell_each(DISTANCE_UNIT, units)
        settling.currency()
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens, facts = Lens.of(settled.facts), settled.facts
        mine = those(parts, _is_one)
        keys = _keys(mine)
        cars = [_car_of(part, key, facts) for part, key in zip(mine, keys, strict=True)]
        known = [car for car in cars if car.line is not None]
        for car in known:
            yield from read_each(
                [replace(car.line, lens=lens)] if car.line else [], _Car(car, facts)
            )
        for part, car in zip(mine, cars, strict=True):
            yield from read_each(lines(part, lens), _Rows(car, facts))


def _is_one(part: Part) -> bool:
    found = [(section, tightened(each)) for section, each in headers_of(part, section_of)]
    return any(
        section in {LOG, ""}
        and "data" in header.places
        and any(name.startswith("odo(") for name in header.names)
        for section, header in found
    ) or any(section == VEHICLE and header.has("name", "distunit") for section, header in found)


def _distance(part: Part) -> DistanceUnit:
    """As its log is headed, else as its car's line says."""
    unit = DistanceUnit.KM
    for line in lines(part, Lens()):
        if line.place.section == LOG:
            return distance_of(line.header.names[_odometer_at(line.header)]) or unit
        if line.place.section == VEHICLE and line.text("distunit") == "1":
            unit = DistanceUnit.MI
    return unit


def _see(line: Line, numbers: MarksSeen, days: OrderSeen) -> None:
    if line.place.section == LOG:
        numbers.see(line.at(_odometer_at(line.header)))
        numbers.see(line.at(quantity_at(line.header)))
    for name in NUMBERS:
        numbers.see(line.text(name))
    for name in DAYS:
        days.see(line.text(name))


def _keys(parts: Sequence[Part]) -> Sequence[str]:
    """Cars by their names; two of one name by their files' as well."""
    names = [_name(part) for part in parts]
    return [
        name if names.count(name) == 1 else f"{name} ({part.name})"
        for name, part in zip(names, parts, strict=True)
    ]


def _name(part: Part) -> str:
    for line in lines(part, Lens()):
        if line.place.section == VEHICLE:
            return line.text("name")
        break
    return ""


def _car_of(part: Part, key: str, facts: Mapping[str, str]) -> Car:
    vehicle, header, kinds = None, None, {}
    for line in lines(part, Lens()):
        section = line.place.section
        if section == VEHICLE and vehicle is None:
            vehicle = line
        elif section == LOG and header is None:
            header = line.header
        elif section == KINDS:
            kinds[line.text("costtypeid")] = line.text("name")
    said = (
        header.names[quantity_at(header)] if header and header.width > quantity_at(header) else ""
    )
    code = UNITS.get(vehicle.text("fuelunit")) if vehicle else None
    answer = facts.get(QUANTITY_UNIT)
    unit = unit_of(said) or code or (QuantityUnit(answer) if answer else None)
    if header is None:
        unit = unit or QuantityUnit.LITRE
    other = UNITS.get(vehicle.text("fuelunittank2")) if vehicle else None
    return Car(key, vehicle, unit, other, kinds)


def _energy(*codes: str) -> Energy | None:
    for code in codes:
        found = CODE.fullmatch(code)
        if found and found[1] in ENERGIES:
            return ENERGIES[found[1]]
    return None


@dataclass(frozen=True, slots=True)
class _Car:
    car: Car
    facts: Mapping[str, str]

    def __call__(self, line: Line) -> Item:
        energies = [_energy(code) for code in self.car.tanks.values()]
        year = line.text("year")
        return FoundCar(
            place=line.place,
            car=self.car.key,
            name=line.text("name"),
            make=line.text("make") or None,
            model=line.text("model") or None,
            year=int(year) if re.fullmatch("[12][0-9]{3}", year) else None,
            plate=line.text("plate") or None,
            vin=line.text("vin") or None,
            energies=tuple(dict.fromkeys(each for each in energies if each)),
            distance_unit=DistanceUnit.MI if line.text("distunit") == "1" else DistanceUnit.KM,
            currency=self.facts.get(CURRENCY),
            note=line.text("description") or None,
            extra=line.rest(["insurance"]),
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    car: Car
    facts: Mapping[str, str]

    def __call__(self, line: Line) -> "Item | Sequence[Item] | None":
        match line.place.section:
            case "log":
                return self._fill(line)
            case "costs":
                return self._cost(line)
            case "triplog" | "pictures" as what:
                return LeftOut(place=line.place, car=self.car.key, what=what)
            case _:
                return None

    def _fill(self, line: Line) -> FoundFill:
        at = _odometer_at(line.header)
        tank = line.text("tanknumber") or "1"
        day, clock = line.moment(*DAYS)
        name = line.header.names[at + 1] if line.header.width > at + 1 else "fuel"
        quantity = positive(line.lens.number(line.at(at + 1), name), name)
        total, price = (
            line.number("price") or None,
            line.number("volumeprice") or None,
        )
        other = line.number("excludedistance") or None
        return FoundFill(
            place=line.place, car=self.car.key,
            source_id=line.text("guid", "uniqueid") or None,
            day=day, at=clock,
            odometer=line.counted(line.header.names[at]),
            quantity=quantity,
            unit=self._unit(tank),
            energy=_energy(line.text("fueltype"), self.car.tanks.get(tank, "")),
            unit_price=price, total=total, currency=self.facts.get(CURRENCY),
            is_full=line.flag("full") is not False,
            missed_before=line.flag("missed") is True,
            distance_on_other=other,
            station=line.text("city") or None,
            note=line.text("notes") or None,
            doubts=amounts_differ(quantity, price, total),
        )  # fmt: skip

    def _unit(self, tank: str) -> QuantityUnit | None:
        if tank != SECOND:
            return self.car.unit
        if self.car.other_unit:
            return self.car.other_unit
        electric = _energy(self.car.tanks.get(SECOND, "")) is Energy.ELECTRIC
        return QuantityUnit.KILOWATT_HOUR if electric else self.car.unit

    def _cost(self, line: Line) -> Sequence[Item]:
        total = line.number("cost")
        plan = self._plan(line)
        if line.text("isincome") == "1":
            return [LeftOut(place=line.place, car=self.car.key, what="income")]
        if plan and (line.text("istemplate") == "1" or not total):
            return [plan]
        if line.text("istemplate") == "1":
            return [LeftOut(place=line.place, car=self.car.key, what="template")]
        return [self._paid(line, total), *([plan] if plan else [])]

    def _paid(self, line: Line, total: Decimal | None) -> Item:
        day, clock = line.moment(*DAYS)
        title, type_ = line.text("costtitle"), line.text("costtypeid")
        kind = (self.car.kinds or {}).get(type_, "")
        source, note = line.text("guid", "uniqueid") or None, line.text("notes") or None
        odometer, currency = line.counted("odo"), self.facts.get(CURRENCY)
        named = cost_of(kind) or DEFAULTS.get(type_)
        if type_ in WORK or is_work(kind) or (not named and is_work(title)):
            return FoundRecord(
                place=line.place, car=self.car.key, source_id=source, day=day, at=clock, odometer=odometer,
                title=title or kind, total=total, currency=currency, category=kind or None, note=note,
            )  # fmt: skip
        return FoundExpense(
            place=line.place, car=self.car.key, source_id=source, day=day, at=clock, odometer=odometer,
            title=title or kind, category=named or cost_of(title), total=total, currency=currency, note=note,
            extra={"category": kind} if kind else {},
        )  # fmt: skip

    def _plan(self, line: Line) -> FoundPlan | None:
        """A reminder: at a distance, on a day, again and again."""
        next_at, every = line.number("remindodo") or None, line.number("repeatodo") or None
        months = line.number("repeatmonths") or None
        next_on = self._reminded(line)
        if not any((next_at, every, months, next_on)):
            return None
        return FoundPlan(
            place=line.place, car=self.car.key,
            source_id=line.text("guid", "uniqueid") or None,
            title=line.text("costtitle") or (self.car.kinds or {}).get(line.text("costtypeid"), ""),
            odometer=line.counted("odo"),
            every_distance=every, every_months=int(months) if months else None,
            next_on=next_on, next_at=next_at, is_recurring=bool(every or months),
            note=line.text("notes") or None,
        )  # fmt: skip

    @staticmethod
    def _reminded(line: Line) -> date | None:
        said = line.text("reminddate")
        return None if said[:10] in NO_DAY else line.moment("reminddate")[0]
