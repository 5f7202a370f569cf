"""May: one JSON, or a zip with it and the uploads. Each car has its own meter and unit of distance; volumes are in the account's unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen
from services.vehicles.domain.moving.doubting import amounts_differ
from services.vehicles.domain.moving.entries import Entry, entries_in, read_entries
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundNote,
    FoundPlan,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Settled,
)
from services.vehicles.domain.moving.marks import ISO
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    GALLONS,
    QUANTITY_UNIT,
    VOLUMES,
    Settling,
)
from services.vehicles.domain.moving.sheets import Lens
from services.vehicles.domain.moving.trees import Tree, branch, looks_like_tree, text_in, tree_of
from services.vehicles.domain.moving.words import cost_of, distance_of, energy_of, joined, unit_of

FILLS, CHARGES, EXPENSES, SCHEDULES, EVENTS, REMINDERS, PARTS = (
    "fuel_logs", "charging_sessions", "expenses", "maintenance_schedules", "maintenance_events", "reminders", "parts",
)  # fmt: skip
LEFT_OUT: Final = ("trips", "documents", "recurring_expenses", "tire_sets", "attachments")
DAYS: Final = {
    FILLS: ("date",), CHARGES: ("date",), EXPENSES: ("date",), EVENTS: ("date", "performed_date"),
    SCHEDULES: ("last_performed_date", "next_due_date"), REMINDERS: ("due_date",),
}  # fmt: skip
KILOMETRES_A_MILE: Final = Decimal("1.609344")
REPEATS: Final = {"monthly": 1, "quarterly": 3, "biannual": 6, "yearly": 12, "annually": 12}
HOURS: Final = "hours"


class May:
    name = "may"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        days, said, distances = OrderSeen(), dict[str, str](), dict[DistanceUnit | None, None]()
        for tree in _trees(parts):
            preferences = branch(tree, "user_preferences")
            said |= {name: text for name in preferences if (text := text_in(preferences, name))}
            for car in entries_in(tree, "vehicles", Lens()):
                distances[_distance(car, said)] = None
                for section, names in DAYS.items():
                    for entry in entries_in(car.tree, section, Lens()):
                        for name in names:
                            days.see(entry.text(name))
        settling.order(days)
        settling.zone(days)
        _settle_units(settling, said, distances)
        currency = said.get("currency", "").upper()
        if ISO.fullmatch(currency):
            settling.tell(CURRENCY, currency)
        else:
            settling.currency()
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        for tree in _trees(parts):
            preferences = branch(tree, "user_preferences")
            said = {name: text for name in preferences if (text := text_in(preferences, name))}
            cars = [_Car(car, said, settled.facts) for car in entries_in(tree, "vehicles", lens)]
            for car in cars:
                yield from read_entries([car.entry], car.car)
            for car in cars:
                yield from car.items(lens)


def _is_one(part: Part) -> bool:
    if not looks_like_tree(part.text) or f'"{FILLS}"' not in part.text:
        return False
    tree = tree_of(part.text)
    return bool(branch(tree, "export_info")) and any(
        True for _ in entries_in(tree, "vehicles", Lens())
    )


def _trees(parts: Sequence[Part]) -> Iterator[Tree]:
    return (tree_of(part.text) for part in parts if _is_one(part))


def _distance(car: Entry, said: Mapping[str, str]) -> DistanceUnit | None:
    return distance_of(car.text("odometer_unit")) or distance_of(said.get("distance_unit", ""))


def _settle_units(
    settling: Settling, said: Mapping[str, str], distances: "Mapping[DistanceUnit | None, None]"
) -> None:
    if None in distances:
        settling.ask(
            DISTANCE_UNIT, DISTANCES, proposed=next((unit for unit in distances if unit), None)
        )
    else:
        settling.tell_each(DISTANCE_UNIT, (unit or "" for unit in distances))
    volume = said.get("volume_unit", "")
    consumption = said.get("consumption_unit", "").lower()
    unit = unit_of(volume.replace("_", " "))
    if unit is None and "gal" in volume.lower() and "us" in consumption:
        unit = QuantityUnit.GALLON_US
    if unit is None and "gal" in volume.lower() and "uk" in consumption:
        unit = QuantityUnit.GALLON_UK
    if unit:
        settling.tell(QUANTITY_UNIT, unit, GALLONS if unit in GALLONS else ())
    else:
        settling.ask(QUANTITY_UNIT, VOLUMES)


@dataclass(frozen=True, slots=True)
class _Car:
    entry: Entry
    said: Mapping[str, str]
    facts: Mapping[str, str]

    @property
    def key(self) -> str:
        return self.entry.text("id") or self.entry.text("name")

    @property
    def unit(self) -> DistanceUnit:
        return _distance(self.entry, self.said) or DistanceUnit(self.facts[DISTANCE_UNIT])

    @property
    def by_hours(self) -> bool:
        return self.entry.text("tracking_unit") == HOURS

    def items(self, lens: Lens) -> Iterator[Item]:
        tree = self.entry.tree
        yield from self._fills(lens)
        for section, make in (
            (CHARGES, self._charge),
            (EXPENSES, self._expense),
            (EVENTS, self._event),
            (SCHEDULES, self._schedule),
            (REMINDERS, self._reminder),
            (PARTS, self._part),
        ):
            yield from read_entries(entries_in(tree, section, lens, section), make)
        for section in LEFT_OUT:
            for entry in entries_in(tree, section, lens):
                yield LeftOut(place=entry.place, car=self.key, what=section)

    def car(self, entry: Entry) -> FoundCar:
        fuels = [energy_of(entry.text(name)) for name in ("fuel_type", "secondary_fuel_type")]
        details = {
            detail.text("label"): detail.text("value")
            for detail in entries_in(entry.tree, "specifications", Lens())
        }
        return FoundCar(
            place=entry.place, car=self.key, source_id=entry.text("id") or None,
            name=entry.text("name") or joined([entry.text("make"), entry.text("model")], " ") or self.key,
            make=entry.text("make") or None, model=entry.text("model") or None, year=entry.whole("year"),
            plate=entry.text("registration") or None, vin=entry.text("vin") or None,
            energies=tuple(dict.fromkeys(fuel for fuel in fuels if fuel)),
            distance_unit=self.unit, by_hours=self.by_hours, currency=self.facts.get(CURRENCY),
            note=entry.text("notes") or None,
            extra={name: value for name, value in details.items() if name and value},
        )  # fmt: skip

    def _meter(self, entry: Entry) -> "tuple[Decimal | None, Decimal | None]":
        """Of distance, or of hours where the car is tracked so."""
        said = entry.counted("odometer")
        return (None, said) if self.by_hours else (said, None)

    def _fills(self, lens: Lens) -> Iterator[Item]:
        """`fuel_distance` is what was driven on this fuel since its own fill before: the rest of that stretch was on the other."""
        last = self._before(lens)

        def make(entry: Entry) -> FoundFill:
            return self._fill(entry, last.get((entry.text("fuel_type"), entry.text("odometer"))))

        yield from read_entries(entries_in(self.entry.tree, FILLS, lens), make)

    def _before(self, lens: Lens) -> Mapping[tuple[str, str], Decimal]:
        """The odometer at the fill before of the same fuel, by fuel and odometer."""
        met: dict[str, list[tuple[Decimal, str]]] = {}
        for entry in entries_in(self.entry.tree, FILLS, lens):
            said = entry.tree.get("odometer")
            if isinstance(said, Decimal) and said > 0:
                met.setdefault(entry.text("fuel_type"), []).append((said, entry.text("odometer")))
        found: dict[tuple[str, str], Decimal] = {}
        for fuel, odometers in met.items():
            odometers.sort()
            for (before, _), (_, shown) in pairwise(odometers):
                found.setdefault((fuel, shown), before)
        return found

    def _fill(self, entry: Entry, before: Decimal | None) -> FoundFill:
        day, at = entry.moment("date")
        odometer, hours = self._meter(entry)
        quantity, price, total = (
            entry.quantity("volume"),
            entry.number("price_per_unit"),
            entry.number("total_cost"),
        )
        energy = energy_of(entry.text("fuel_type")) or (
            energy_of(self.entry.text("fuel_type"))
            if not self.entry.text("secondary_fuel_type")
            else None
        )
        on_this = entry.number("fuel_distance")
        rest = odometer - before - on_this if odometer and before and on_this is not None else None
        discounted = bool(entry.number("discount_per_unit"))
        return FoundFill(
            place=entry.place, car=self.key, source_id=self._source(entry), day=day, at=at,
            odometer=odometer, engine_hours=hours,
            quantity=quantity, unit=_unit(energy, self.facts), energy=energy,
            unit_price=price, total=total, currency=self.facts.get(CURRENCY),
            is_full=entry.flag("is_full_tank") is not False, missed_before=entry.flag("is_missed") is True,
            distance_on_other=rest if rest and rest > 0 else None,
            station=entry.text("station") or None, note=entry.text("notes") or None,
            extra=entry.rest("sales_tax", "discount_per_unit", "fuel_distance"),
            doubts=() if discounted else amounts_differ(quantity, price, total),
        )  # fmt: skip

    def _source(self, entry: Entry) -> str | None:
        said = entry.text("id")
        return f"{entry.place.section}:{said}" if said else None

    def _charge(self, entry: Entry) -> FoundFill:
        day, at = entry.moment("date")
        started = entry.text("start_time")
        at = (
            entry.lens.moment(f"{entry.text('date')[:10]} {started[-8:]}", "start_time")[1]
            if started
            else at
        )
        odometer, hours = self._meter(entry)
        return FoundFill(
            place=entry.place, car=self.key, source_id=self._source(entry), day=day, at=at,
            odometer=odometer, engine_hours=hours,
            quantity=entry.quantity("kwh_added", is_needed=False), unit=QuantityUnit.KILOWATT_HOUR, energy=Energy.ELECTRIC,
            unit_price=entry.number("cost_per_kwh"), total=entry.number("total_cost"), currency=self.facts.get(CURRENCY),
            is_full=False,
            level_before=entry.number("start_soc"), level_after=entry.number("end_soc"),
            station=joined([entry.text("network"), entry.text("location")], ", "), note=entry.text("notes") or None,
            extra=entry.rest("charger_type"),
        )  # fmt: skip

    def _expense(self, entry: Entry) -> FoundExpense:
        day, at = entry.moment("date")
        odometer, _ = self._meter(entry)
        kind = entry.text("category")
        return FoundExpense(
            place=entry.place, car=self.key, source_id=self._source(entry), day=day, at=at, odometer=odometer,
            title=entry.text("description") or kind or "expense", category=cost_of(kind),
            total=entry.number("cost"), currency=self.facts.get(CURRENCY), note=entry.text("notes") or None,
            extra=entry.rest("category", "vendor"),
        )  # fmt: skip

    def _event(self, entry: Entry) -> FoundRecord:
        day, at = entry.moment("date", "performed_date")
        odometer, hours = self._meter(entry)
        return FoundRecord(
            place=entry.place, car=self.key, source_id=self._source(entry), day=day, at=at, odometer=odometer, engine_hours=hours,
            title=entry.text("title", "name", "description", "maintenance_type") or "service",
            total=entry.number("cost", "total_cost"), currency=self.facts.get(CURRENCY),
            garage=entry.text("vendor", "performed_by") or None, category=entry.text("maintenance_type") or None,
            note=entry.text("notes") or None,
        )  # fmt: skip

    def _schedule(self, entry: Entry) -> FoundPlan:
        meter = entry.counted("last_performed_odometer")
        at_hours = {"last_performed_hours": str(meter)} if self.by_hours and meter else {}
        return FoundPlan(
            place=entry.place, car=self.key, source_id=self._source(entry),
            title=entry.text("name", "maintenance_type") or "service",
            day=entry.day("last_performed_date"), odometer=None if self.by_hours else meter,
            every_distance=None if self.by_hours else self._interval(entry),
            every_months=entry.whole("interval_months"), every_hours=entry.number("interval_hours") or None,
            next_on=entry.day("next_due_date"),
            next_at=None if self.by_hours else entry.number("next_due_odometer") or None,
            note=joined([entry.text("description"), entry.text("notes")]),
            extra=entry.rest("maintenance_type", "estimated_cost") | at_hours,
        )  # fmt: skip

    def _interval(self, entry: Entry) -> Decimal | None:
        """In the car's own unit, which the file may not have it in."""
        miles, kilometres = (
            entry.number("interval_miles") or None,
            entry.number("interval_km") or None,
        )
        if self.unit is DistanceUnit.MI:
            return miles or (
                round(kilometres / KILOMETRES_A_MILE) * Decimal(1) if kilometres else None
            )
        return kilometres or (round(miles * KILOMETRES_A_MILE) * Decimal(1) if miles else None)

    def _reminder(self, entry: Entry) -> FoundPlan | None:
        if entry.flag("is_completed"):
            return None
        months = REPEATS.get(entry.text("recurrence"))
        times = entry.whole("recurrence_interval") or 1
        return FoundPlan(
            place=entry.place, car=self.key, source_id=self._source(entry), title=entry.text("title") or "reminder",
            next_on=entry.day("due_date"), every_months=months * times if months else None, is_recurring=months is not None,
            note=entry.text("description") or None, extra=entry.rest("reminder_type"),
        )  # fmt: skip

    def _part(self, entry: Entry) -> FoundNote:
        return FoundNote(
            place=entry.place, car=self.key, source_id=self._source(entry), title=entry.text("name") or "part", kind="part",
            note=entry.text("notes") or None, extra=entry.rest("part_type", "specification", "quantity", "unit", "part_number"),
        )  # fmt: skip


def _unit(energy: Energy | None, facts: Mapping[str, str]) -> QuantityUnit:
    return (
        QuantityUnit.KILOWATT_HOUR
        if energy is Energy.ELECTRIC
        else QuantityUnit(facts[QUANTITY_UNIT])
    )
