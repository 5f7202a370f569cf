"""MyGarage's JSON: one car with all its lists. Members are named after their units; a file without a version is of the second: miles
and US gallons.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.entries import Entry, entries_in, read_entries
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundFill,
    FoundNote,
    FoundPlan,
    FoundReading,
    FoundRecord,
    Item,
    Part,
    Place,
)
from services.vehicles.domain.moving.sheets import Lens
from services.vehicles.domain.moving.trees import Tree, branch, looks_like_tree, text_in, tree_of
from services.vehicles.domain.moving.visits import together
from services.vehicles.domain.moving.words import energy_of, joined

FUEL, DEF, SERVICE = "fuel_records", "def_records", "service_records"
IMPERIAL: Final = "imperial"
PER_KWH, PER_TANK = "per_kwh", "per_tank"
ODOMETER: Final = ("odometer_km", "odometer_mi", "odometer", "mileage")


def is_tree(part: Part) -> bool:
    if not looks_like_tree(part.text) or f'"{FUEL}"' not in part.text:
        return False
    tree = tree_of(part.text)
    return isinstance(branch(tree, "vehicle"), dict) and bool(branch(tree, "vehicle"))


def see_tree(part: Part, days: OrderSeen) -> DistanceUnit:
    """Looks at its days; the unit of its distances."""
    tree = tree_of(part.text)
    for name in (FUEL, DEF, SERVICE, "odometer_records", "hours_records", "notes"):
        for entry in entries_in(tree, name, Lens()):
            days.see(entry.text("date"))
    return _distance(tree)


def _distance(tree: Tree) -> DistanceUnit:
    """Of the second version, and of what says so."""
    is_metric = text_in(tree, "export_version") and text_in(tree, "units").lower() != IMPERIAL
    return DistanceUnit.KM if is_metric else DistanceUnit.MI


def read_tree(part: Part, lens: Lens, currency: str | None) -> Iterator[Item]:
    tree = tree_of(part.text)
    car = branch(tree, "vehicle")
    name = joined(
        [text_in(car, "nickname") or text_in(car, "make"), text_in(car, "model")], " "
    ) or text_in(car, "vin")
    rows = _Entries(name or "", currency, _distance(tree))
    yield from read_entries([Entry(car, Place(0, "vehicle", 1), lens)], rows.car)
    for section, make in (
        (FUEL, rows.fill),
        (DEF, rows.fluid),
        ("odometer_records", rows.reading),
        ("hours_records", rows.hours),
        ("reminders", rows.plan),
        ("notes", rows.note),
    ):
        yield from read_entries(entries_in(tree, section, lens), make)
    yield from together(read_entries(entries_in(tree, SERVICE, lens), rows.work))


@dataclass(frozen=True, slots=True)
class _Entries:
    key: str
    currency: str | None
    distance: DistanceUnit

    @property
    def gallon(self) -> QuantityUnit:
        return QuantityUnit.GALLON_US

    def car(self, entry: Entry) -> FoundCar:
        year = entry.whole("year")
        return FoundCar(
            place=entry.place, car=self.key, name=self.key,
            make=entry.text("make") or None,
            model=joined([entry.text("model"), entry.text("trim")], " "),
            year=year, plate=entry.text("license_plate") or None, vin=entry.text("vin") or None,
            distance_unit=self.distance,
            purchased_on=entry.day("purchase_date"), purchase_price=entry.number("purchase_price"), currency=self.currency,
            extra=entry.rest("color"),
        )  # fmt: skip

    def fill(self, entry: Entry) -> FoundFill:
        day, at = entry.moment("date")
        at = entry.moment("filled_at")[1] if entry.text("filled_at") else at
        basis = entry.text("price_basis")
        energy = energy_of(entry.text("fuel_type_used", "fuel_type"))
        is_charge = basis == PER_KWH or energy is Energy.ELECTRIC
        quantity, unit = self._quantity(entry, is_charge=is_charge)
        price, total = entry.number("price_per_unit"), entry.number("cost")
        price = None if basis == PER_TANK else price
        return FoundFill(
            place=entry.place, car=self.key, day=day, at=at,
            odometer=entry.counted(*ODOMETER), engine_hours=entry.number("engine_hours") or None,
            quantity=quantity, unit=unit, energy=Energy.ELECTRIC if is_charge else energy,
            unit_price=price, total=total, currency=self.currency,
            is_full=entry.flag("is_full_tank") is not False, missed_before=entry.flag("missed_fillup") is True,
            level_before=entry.number("soc_start_pct", "soc_start"), level_after=entry.number("soc_end_pct", "soc_end"),
            station=entry.text("station_name_freetext", "station", "charge_location") or None,
            note=entry.text("notes") or None, extra=entry.rest("rebate", "payment_method", "trip_type"),
            doubts=() if entry.text("rebate") else amounts_differ(quantity, price, total),
        )  # fmt: skip

    def _quantity(self, entry: Entry, *, is_charge: bool) -> "tuple[Decimal | None, QuantityUnit]":
        """By the member's own name."""
        if is_charge:
            return entry.quantity(
                "kwh", "kwh_added", "energy_kwh", is_needed=False
            ), QuantityUnit.KILOWATT_HOUR
        if entry.text("gallons") and not entry.text("liters"):
            return entry.quantity("gallons"), self.gallon
        return entry.quantity("liters"), QuantityUnit.LITRE

    def fluid(self, entry: Entry) -> FoundFill:
        day, at = entry.moment("date")
        quantity, unit = self._quantity(entry, is_charge=False)
        return FoundFill(
            place=entry.place, car=self.key, day=day, at=at, odometer=entry.counted(*ODOMETER),
            quantity=quantity, unit=unit, energy=Energy.ADBLUE,
            unit_price=entry.number("price_per_unit"), total=entry.number("cost"), currency=self.currency,
            station=entry.text("source") or None, note=entry.text("notes") or None, extra=entry.rest("brand", "fill_level"),
        )  # fmt: skip

    def work(self, entry: Entry) -> FoundRecord:
        day, at = entry.moment("date")
        category = entry.text("service_category")
        return FoundRecord(
            place=entry.place, car=self.key, day=day, at=at,
            odometer=entry.counted(*ODOMETER), engine_hours=entry.number("engine_hours") or None,
            title=entry.text("service_type", "description") or category or "service",
            total=entry.number("cost"), currency=self.currency,
            garage=entry.text("vendor_name", "vendor") or None, category=category or None, note=entry.text("notes") or None,
            extra=entry.rest("vendor_location"),
        )  # fmt: skip

    def reading(self, entry: Entry) -> FoundReading:
        day, at = entry.moment("date")
        odometer = entry.quantity("reading", *ODOMETER)
        return FoundReading(
            place=entry.place,
            car=self.key,
            day=day,
            at=at,
            odometer=odometer,
            note=entry.text("notes") or None,
        )

    def hours(self, entry: Entry) -> FoundReading:
        day, at = entry.moment("date")
        hours = entry.quantity("reading", "hours", "engine_hours")
        return FoundReading(
            place=entry.place,
            car=self.key,
            day=day,
            at=at,
            engine_hours=hours,
            note=entry.text("notes") or None,
        )

    def plan(self, entry: Entry) -> FoundPlan | None:
        """A reminder that is not done."""
        if entry.flag("is_completed"):
            return None
        return FoundPlan(
            place=entry.place, car=self.key, title=entry.text("description", "title") or "reminder",
            next_on=entry.day("due_date"), next_at=entry.number("due_mileage", "due_odometer_km", "due_odometer"),
            every_days=entry.whole("recurrence_days"),
            every_distance=entry.number("recurrence_miles", "recurrence_km") or None,
            is_recurring=entry.flag("is_recurring") is True, note=entry.text("notes") or None,
        )  # fmt: skip

    def note(self, entry: Entry) -> FoundNote:
        return FoundNote(
            place=entry.place, car=self.key, day=entry.day("date"), title=entry.text("title") or "note",
            note=entry.text("content") or None,
        )  # fmt: skip
