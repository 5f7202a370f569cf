"""The dump of the system that AutoTrack replaces: what Django's `dumpdata` writes, a list of {model, pk, fields}.

No such dump was ever seen here. The models and members are those of its API (its names are ours still), each known by the last word of
its model; distances are kilometres. Accounts, sessions and tokens are other models, and are passed over unread.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import OrderSeen
from services.vehicles.domain.moving.entries import Entry, read_entries
from services.vehicles.domain.moving.found import (
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundNote,
    FoundPlan,
    FoundReading,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Place,
    Settled,
)
from services.vehicles.domain.moving.settling import CURRENCY, DISTANCE_UNIT, Settling
from services.vehicles.domain.moving.sheets import BadCell, Lens
from services.vehicles.domain.moving.trees import Tree, branch, looks_like_tree, text_in, tree_of
from services.vehicles.domain.moving.words import cost_of, energy_of, joined

CARS: Final = frozenset({"vehicle", "car"})
NAMES: Final = frozenset({"brand", "vehiclebrand", "model", "vehiclemodel", "garage"})
"""Whose rows others name by their number."""
WORK: Final = frozenset({"maintenance", "maintenancerecord", "service"})
FILLS: Final = frozenset({"fuelrecord", "fuellog", "fuel", "refuel", "fillup", "fuelentry"})
READINGS: Final = frozenset({"odometerreading", "odometer", "mileagerecord", "mileage"})
EXPENSES: Final = frozenset({"expense", "cost"})
REMINDERS: Final = frozenset({"reminder", "maintenancereminder", "maintenanceplan"})
CASES: Final = frozenset({"diagnostic", "diagnosis"})
LEFT_OUT: Final = frozenset({"document", "booking", "review"})
KNOWN: Final = CARS | WORK | FILLS | READINGS | EXPENSES | REMINDERS | CASES | LEFT_OUT
VEHICLE: Final = ("vehicle", "vehicle_id", "car", "car_id")
DAY: Final = (
    "service_date",
    "date",
    "performed_at",
    "recorded_at",
    "reading_date",
    "expense_date",
    "created_at",
)
METER: Final = ("mileage", "odometer", "odometer_reading")
NOT_DONE: Final = frozenset({"scheduled", "in_progress", "planned", "pending"})
CANCELLED: Final = frozenset({"cancelled", "canceled"})


class Monolith:
    name = "monolith"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        days, codes = OrderSeen(), dict[str, None]()
        for _, entry in _entries(parts, Lens()):
            days.see(entry.text(*DAY))
            if said := _currency(entry):
                codes[said] = None
        settling.order(days)
        settling.facts[DISTANCE_UNIT] = DistanceUnit.KM
        if len(codes) == 1:
            settling.tell(CURRENCY, next(iter(codes)))
        else:
            settling.currency(hint="EUR")
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        names = _names(parts)
        keys = {text_in(row, "pk") for kind, row in _rows(parts) if kind in CARS}
        rows = _Rows(settled.facts, names, frozenset(keys))
        for kind, entry in _entries(parts, lens):
            if kind in CARS:
                yield from read_entries([entry], rows.car)
        for kind, entry in _entries(parts, lens):
            if kind not in CARS:
                yield from read_entries([entry], rows.of(kind))


def _is_one(part: Part) -> bool:
    if not looks_like_tree(part.text) or '"fields"' not in part.text or '"model"' not in part.text:
        return False
    return any(kind in KNOWN for kind, _ in _rows([part]))


def _rows(parts: Sequence[Part]) -> Iterator[tuple[str, Tree]]:
    """Each with the last word of its model's name."""
    for part in parts:
        tree: Any = tree_of(part.text) if looks_like_tree(part.text) else None
        for row in tree if isinstance(tree, list) else ():
            if (
                isinstance(row, Mapping)
                and isinstance(row.get("model"), str)
                and branch(row, "fields")
            ):
                yield row["model"].rpartition(".")[2].lower().replace("_", ""), row


def _entries(parts: Sequence[Part], lens: Lens) -> Iterator[tuple[str, Entry]]:
    counts: dict[str, int] = {}
    for kind, row in _rows(parts):
        if kind in KNOWN:
            counts[kind] = counts.get(kind, 0) + 1
            fields = {**branch(row, "fields"), "pk": row.get("pk")}
            yield kind, Entry(fields, Place(0, kind, counts[kind]), lens)


def _names(parts: Sequence[Part]) -> Mapping[tuple[str, str], str]:
    """Of makes, models and garages, by kind and number."""
    return {
        (kind.removeprefix("vehicle"), text_in(row, "pk")): text_in(branch(row, "fields"), "name")
        for kind, row in _rows(parts)
        if kind in NAMES
    }


def _currency(entry: Entry) -> str:
    said = entry.text("currency").upper()
    return said if len(said) == 3 and said.isascii() and said.isalpha() else ""  # noqa: PLR2004 - ISO 4217


@dataclass(frozen=True, slots=True)
class _Rows:
    facts: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    keys: frozenset[str]

    def of(self, kind: str) -> "Callable[[Entry], Item | None]":
        for kinds, make in (
            (WORK, self.work),
            (FILLS, self.fill),
            (READINGS, self.reading),
            (EXPENSES, self.expense),
            (REMINDERS, self.reminder),
            (CASES, self.case),
        ):
            if kind in kinds:
                return make
        return self.left_out

    def _key(self, entry: Entry) -> str:
        key = entry.text(*VEHICLE)
        if key not in self.keys:
            raise BadCell("vehicle", "unknown_vehicle", key)
        return key

    def _named(self, entry: Entry, kind: str) -> str | None:
        said = entry.text(kind)
        return self.names.get((kind, said)) or (said if said and not said.isdecimal() else None)

    def _money(self, entry: Entry) -> str | None:
        return _currency(entry) or self.facts.get(CURRENCY)

    def car(self, entry: Entry) -> FoundCar:
        key = entry.text("pk")
        make = self._named(entry, "brand") or entry.text("make") or None
        model = self._named(entry, "model")
        energy = energy_of(entry.text("fuel_type"))
        return FoundCar(
            place=entry.place, car=key, source_id=key or None,
            name=entry.text("name", "nickname") or joined([make or "", model or ""], " ") or key,
            make=make, model=model, year=entry.whole("year"),
            plate=entry.text("license_plate", "registration") or None, vin=entry.text("vin") or None,
            energies=(energy,) if energy else (), distance_unit=DistanceUnit.KM,
            odometer=entry.counted(*METER),
            purchased_on=entry.day("purchase_date"), purchase_price=entry.number("purchase_price"), currency=self._money(entry),
            note=entry.text("notes") or None, extra=entry.rest("color", "transmission"),
        )  # fmt: skip

    def work(self, entry: Entry) -> Item:
        key, status = self._key(entry), entry.text("status").lower()
        day, at = entry.moment(*DAY)
        if status in CANCELLED:
            return LeftOut(place=entry.place, car=key, day=day, what="cancelled")
        return FoundRecord(
            place=entry.place, car=key, source_id=f"maintenance:{entry.text('pk')}", day=day, at=at,
            odometer=entry.counted(*METER),
            title=entry.text("title", "service_type", "type") or "service",
            total=entry.number("cost", "total_cost"), currency=self._money(entry),
            garage=self._named(entry, "garage"), category=entry.text("service_type") or None, is_done=status not in NOT_DONE,
            note=joined([entry.text("description"), entry.text("notes")]),
        )  # fmt: skip

    def fill(self, entry: Entry) -> FoundFill:
        key = self._key(entry)
        day, at = entry.moment(*DAY)
        energy = energy_of(entry.text("fuel_type"))
        is_charge = energy is Energy.ELECTRIC
        full = entry.flag("full_tank", "is_full", "is_full_tank")
        return FoundFill(
            place=entry.place, car=key, source_id=f"fill:{entry.text('pk')}", day=day, at=at,
            odometer=entry.counted(*METER),
            quantity=entry.quantity("quantity", "liters", "litres", "volume", "amount"),
            unit=QuantityUnit.KILOWATT_HOUR if is_charge else QuantityUnit.LITRE, energy=energy,
            unit_price=entry.number("price_per_liter", "price_per_unit", "unit_price"),
            total=entry.number("total_cost", "cost", "total"), currency=self._money(entry),
            is_full=full is not False, missed_before=entry.flag("missed", "missed_previous") is True,
            station=entry.text("station") or None, note=entry.text("notes") or None,
        )  # fmt: skip

    def reading(self, entry: Entry) -> FoundReading:
        day, at = entry.moment(*DAY)
        return FoundReading(
            place=entry.place, car=self._key(entry), source_id=f"reading:{entry.text('pk')}", day=day, at=at,
            odometer=entry.quantity("value", "reading", *METER), note=entry.text("notes") or None,
        )  # fmt: skip

    def expense(self, entry: Entry) -> FoundExpense:
        day, at = entry.moment(*DAY)
        kind = entry.text("category", "expense_type", "type")
        return FoundExpense(
            place=entry.place, car=self._key(entry), source_id=f"expense:{entry.text('pk')}", day=day, at=at,
            odometer=entry.counted(*METER), title=entry.text("title", "description") or kind or "expense", category=cost_of(kind),
            total=entry.number("amount", "cost"), currency=self._money(entry), note=entry.text("notes") or None,
        )  # fmt: skip

    def reminder(self, entry: Entry) -> FoundPlan | None:
        if entry.flag("is_completed", "completed", "is_sent"):
            return None
        return FoundPlan(
            place=entry.place, car=self._key(entry), source_id=f"plan:{entry.text('pk')}",
            title=entry.text("title", "service_type", "type") or "reminder",
            day=entry.day("last_service_date"), odometer=entry.counted("last_service_mileage"),
            every_distance=entry.number("interval_km", "mileage_interval") or None,
            every_months=entry.whole("interval_months"), every_days=entry.whole("interval_days"),
            next_on=entry.day("due_date", "reminder_date", "next_service_date"),
            next_at=entry.number("due_mileage", "next_service_mileage") or None,
            is_recurring=entry.flag("is_recurring") is True, note=entry.text("description", "message") or None,
        )  # fmt: skip

    def case(self, entry: Entry) -> FoundNote:
        """What was wrong, as a note: cases have their own people and answers here."""
        codes = entry.tree.get("dtc_codes")
        said = (
            ", ".join(each for each in codes if isinstance(each, str))
            if isinstance(codes, list)
            else entry.text("dtc_codes")
        )
        return FoundNote(
            place=entry.place, car=self._key(entry), source_id=f"case:{entry.text('pk')}", day=entry.day(*DAY),
            title=entry.text("title") or "diagnostic", kind="diagnostic", odometer=entry.counted(*METER),
            note=joined([entry.text("description"), said]), extra=entry.rest("severity", "status"),
        )  # fmt: skip

    def left_out(self, entry: Entry) -> LeftOut:
        return LeftOut(place=entry.place, car=entry.text(*VEHICLE), what=entry.place.section)
