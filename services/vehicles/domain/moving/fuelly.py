"""Fuelly: the fuel-ups and services of its site, and the history of its app.

The site's columns name their units, its `price` is that of one unit and no total is written: the total is quantity times price, to the
cent, half to even, as the site shows it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from services.vehicles.domain.cars.energies import QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import MDY, OrderSeen, clock_of
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundLine,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import POINT, MarksSeen
from services.vehicles.domain.moving.sections import by_kind, first_header, table_of
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    GALLONS,
    QUANTITIES,
    QUANTITY_UNIT,
    Settling,
)
from services.vehicles.domain.moving.sheets import Header, Lens, Line, read_each, words_of
from services.vehicles.domain.moving.visits import expense_of
from services.vehicles.domain.moving.words import cost_of, distance_of, energy_of, unit_of

CENT: Final = Decimal("0.01")
FUEL_UPS, SERVICES, HISTORY = "fuel-ups", "services", "history"
CAR, DAY, ODOMETER, PRICE = (
    ("car_name", "car name"),
    ("fuelup_date", "fuelup date", "service_date", "service date"),
    "odometer",
    "price",
)
DISTANCE_COLUMNS: Final = ("miles", "km", "kilometers", "kilometres", "kms", "mi")
QUANTITY_COLUMNS: Final = (
    "gallons", "litres", "liters", "us gallons", "us_gallons", "imp gallons", "imp_gallons", "imperial gallons", "uk gallons",
    "uk_gallons", "gal", "l", "kwh", "kg",
)  # fmt: skip
KEPT: Final = ("city_percentage", "city percentage")
NAMES: Final = {
    FUEL_UPS: (ODOMETER, PRICE, *QUANTITY_COLUMNS),
    SERVICES: (ODOMETER, PRICE),
    HISTORY: (ODOMETER, "total cost", "tire pressure"),
}


class Fuelly:
    name = "fuelly"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_kind(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        seen = _Seen()
        for part, kind in by_kind(parts, _kind):
            header = first_header(part)
            if header:
                seen.head(header)
            for line in table_of(part):
                seen.see(line, kind)
        settling.marks(seen.numbers, POINT)
        settling.order(seen.days, MDY)
        seen.settle(settling)
        settling.currency(seen.amounts)
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        mine = by_kind(parts, _kind)
        make = _Rows(settled.facts)
        yield from _cars(mine, lens, make)
        for part, kind in mine:
            read = {FUEL_UPS: make.fill, SERVICES: make.service, HISTORY: make.event}[kind]
            yield from read_each(table_of(part, lens, kind), read)


def _kind(part: Part) -> str | None:
    header = first_header(part)
    if header is None:
        return None
    if any(name in header.places for name in CAR):
        if any(name in header.places for name in ("service_type", "service type")):
            return SERVICES
        if any(name in header.places for name in DAY[:2]) and PRICE in header.places:
            return FUEL_UPS
    return HISTORY if header.has("type", "vehicle", "filled up", "total cost") else None


def _quantity_name(header: Header) -> str:
    """Of the site by its own names; of the app behind the price of one."""
    return next((name for name in QUANTITY_COLUMNS if name in header.places), "")


@dataclass(slots=True)
class _Seen:
    numbers: MarksSeen = field(default_factory=MarksSeen)
    days: OrderSeen = field(default_factory=OrderSeen)
    distances: dict[DistanceUnit, None] = field(default_factory=dict)
    quantities: dict[QuantityUnit, None] = field(default_factory=dict)
    amounts: dict[str, None] = field(default_factory=dict)

    def head(self, header: Header) -> None:
        said = next((name for name in DISTANCE_COLUMNS if name in header.places), "")
        told = distance_of(said) or next(
            (
                unit
                for name in header.names[:4]
                if (unit := distance_of(name.replace("l/100km", "km")))
            ),
            None,
        )
        if told:
            self.distances[told] = None
        quantity = _quantity_name(header)
        if quantity:
            imperial = any("imp" in name or "uk" in name for name in header.names[:6])
            usual = QuantityUnit.GALLON_UK if imperial else QuantityUnit.GALLON_US
            self.quantities[unit_of(quantity) or usual] = None

    def see(self, line: Line, kind: str) -> None:
        for name in NAMES[kind]:
            self.numbers.see(line.text(name))
        self.days.see(line.text(*DAY, "date"))
        if kind == HISTORY and len(self.amounts) < 3:  # noqa: PLR2004 - a few show it
            paid = line.text("total cost")
            self.numbers.see(paid)
            self.amounts.update({paid.strip("0123456789., "): None} if paid else {})

    def settle(self, settling: Settling) -> None:
        self.amounts = {f"{sign}1": None for sign in self.amounts if sign}
        if len(self.distances) == 1:
            settling.tell(DISTANCE_UNIT, next(iter(self.distances)))
        else:
            settling.ask(DISTANCE_UNIT, DISTANCES)
        if len(self.quantities) == 1:
            unit = next(iter(self.quantities))
            settling.tell(QUANTITY_UNIT, unit, GALLONS if unit in GALLONS else ())
        elif self.quantities:
            settling.ask(QUANTITY_UNIT, QUANTITIES)


def _cars(mine: Sequence[tuple[Part, str]], lens: Lens, make: "_Rows") -> Iterator[Item]:
    """Each name once, with what its line of purchase says."""
    first: dict[str, Line] = {}
    bought: dict[str, Line] = {}
    for part, kind in mine:
        for line in table_of(part, lens, kind):
            name = line.text(*CAR, "vehicle")
            if name:
                first.setdefault(name, line)
                if line.text("service_type", "service type").lower() == "bought":
                    bought.setdefault(name, line)
    for name, line in first.items():
        yield from read_each([bought.get(name, line)], make.car)


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]

    @property
    def unit(self) -> QuantityUnit | None:
        said = self.facts.get(QUANTITY_UNIT)
        return QuantityUnit(said) if said else None

    def car(self, line: Line) -> FoundCar:
        is_purchase = line.text("service_type", "service type").lower() == "bought"
        name = line.text(*CAR, "vehicle")
        return FoundCar(
            place=line.place, car=name, name=name,
            model=line.text("model") or None,
            distance_unit=DistanceUnit(self.facts[DISTANCE_UNIT]),
            purchased_on=line.moment(*DAY)[0] if is_purchase else None,
            purchase_price=line.number(PRICE) if is_purchase else None,
            odometer=line.counted(ODOMETER) if is_purchase else None,
            currency=self.facts.get(CURRENCY),
        )  # fmt: skip

    def fill(self, line: Line) -> FoundFill:
        day, _ = line.moment(*DAY)
        quantity, price = (
            line.quantity(_quantity_name(line.header) or "gallons"),
            line.number(PRICE),
        )
        total = (
            (quantity * price).quantize(CENT, ROUND_HALF_EVEN)
            if quantity is not None and price is not None
            else None
        )
        return FoundFill(
            place=line.place, car=line.text(*CAR), day=day,
            odometer=line.counted(ODOMETER),
            quantity=quantity, unit=self.unit,
            unit_price=price or None, total=total or None, currency=self.facts.get(CURRENCY),
            is_full=line.flag("partial_fuelup", "partial fuelup") is not True,
            missed_before=line.flag("missed_fuelup", "missed fuelup") is True,
            station=line.text("brand") or None,
            tags=words_of(line.text("tags")), note=line.text("notes") or None,
            extra=line.rest(KEPT),
        )  # fmt: skip

    def service(self, line: Line) -> Item | None:
        day, _ = line.moment(*DAY)
        kind = line.text("service_type", "service type").lower()
        if kind == "bought":
            return None
        jobs = [
            said.replace("_", " ")
            for said in words_of(line.text("sub_service_types", "sub service types"))
        ]
        note = line.text("notes") or None
        total, odometer, car = line.number(PRICE), line.counted(ODOMETER), line.text(*CAR)
        title = ", ".join(jobs) or note or kind or "service"
        if kind == "service":
            return FoundRecord(
                place=line.place, car=car, day=day, odometer=odometer, title=title, lines=_lines(jobs), total=total,
                currency=self.facts.get(CURRENCY), category=kind, tags=words_of(line.text("tags")), note=note,
            )  # fmt: skip
        if kind == "expense":
            return FoundExpense(
                place=line.place, car=car, day=day, odometer=odometer, title=title, category=cost_of(" ".join(jobs)), total=total,
                currency=self.facts.get(CURRENCY), tags=words_of(line.text("tags")), note=note,
            )  # fmt: skip
        return LeftOut(place=line.place, car=car, day=day, what=kind or "entry")

    def event(self, line: Line) -> Item:
        kind = line.text("type").lower()
        day, at = line.moment("date")
        clock = clock_of(line.text("time"))
        at = clock.at if clock and clock.at else at
        if kind in {"service", "expense"}:
            return self._event(line, kind)
        quantity = line.quantity(_quantity_name(line.header) or "gallons")
        price = next(
            (
                line.number(name)
                for name in line.header.names
                if name.startswith(("cost/", "price/"))
            ),
            None,
        )
        total = _paid(line)
        return FoundFill(
            place=line.place, car=line.text("vehicle"), day=day, at=at,
            odometer=line.counted(ODOMETER),
            quantity=quantity, unit=self.unit, energy=energy_of(line.text("gas type", "fuel type")),
            unit_price=price or None, total=total, currency=self.facts.get(CURRENCY),
            is_full=line.flag("filled up") is not False,
            missed_before="miss" in line.text("filled up").lower(),
            station=", ".join(said for said in (line.text("gas brand"), line.text("location")) if said) or None,
            tags=words_of(line.text("tags")), note=line.text("notes") or None,
            extra=line.rest(["octane", "payment type", "tire pressure"]),
            doubts=amounts_differ(quantity, price, total),
        )  # fmt: skip

    def _event(self, line: Line, kind: str) -> Item:
        day, at = line.moment("date")
        clock = clock_of(line.text("time"))
        jobs, note = words_of(line.text("services", "expenses")), line.text("notes") or None
        record = FoundRecord(
            place=line.place, car=line.text("vehicle"), day=day, at=clock.at if clock and clock.at else at,
            odometer=line.counted(ODOMETER), title=", ".join(jobs) or note or kind, lines=_lines(jobs),
            total=_paid(line), currency=self.facts.get(CURRENCY), category=kind,
            garage=line.text("location") or None, tags=words_of(line.text("tags")), note=note, extra=line.rest(["payment type"]),
        )  # fmt: skip
        return record if kind == "service" else expense_of(record, cost_of(" ".join(jobs)))


def _paid(line: Line) -> Decimal | None:
    """The app writes the total of fuel, and behind it that of work, under one name: what is not nought."""
    paid = [line.lens.number(said, "total cost") for said in line.texts("total cost")]
    return next((each for each in paid if each), paid[0] if paid else None)


def _lines(jobs: Sequence[str]) -> Sequence[FoundLine]:
    """One job is the title."""
    return tuple(FoundLine(job) for job in jobs) if len(jobs) > 1 else ()
