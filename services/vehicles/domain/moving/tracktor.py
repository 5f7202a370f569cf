"""Tracktor: one JSON. Units and currency are the account's settings, which hint and are asked; its users, their password hashes and
their sessions are in the file and read past.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    FoundPlan,
    FoundRecord,
    Item,
    Part,
    Settled,
)
from services.vehicles.domain.moving.settling import (
    CURRENCY,
    DISTANCE_UNIT,
    DISTANCES,
    QUANTITIES,
    QUANTITY_UNIT,
    Settling,
)
from services.vehicles.domain.moving.sheets import BadCell, Lens
from services.vehicles.domain.moving.trees import Tree, branch, looks_like_tree, tree_of
from services.vehicles.domain.moving.words import cost_of, distance_of, energy_of, joined, unit_of
from services.vehicles.domain.running.expenses import Category

CARS, FILLS, WORK, POLICIES, CERTIFICATES, PAPERS, REMINDERS = (
    "vehicles", "fuelLogs", "maintenanceLogs", "insurances", "puccs", "complianceDocuments", "reminders",
)  # fmt: skip
DAYS: Final = {
    FILLS: ("date",), WORK: ("date",), POLICIES: ("startDate", "endDate"), CERTIFICATES: ("issueDate", "expiryDate"),
    PAPERS: ("startDate", "endDate"), REMINDERS: ("dueDate",),
}  # fmt: skip


class Tracktor:
    name = "tracktor"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(_is_one(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:
        settling = Settling(self.name, answers)
        days, hints = OrderSeen(), dict[str, str]()
        for tree in _trees(parts):
            hints |= _hints(tree)
            for section, names in DAYS.items():
                for entry in entries_in(tree, section, Lens()):
                    for name in names:
                        days.see(entry.text(name))
        settling.order(days)
        settling.zone(days)
        settling.ask(
            DISTANCE_UNIT, DISTANCES, proposed=distance_of(hints.get("unitOfDistance", ""))
        )
        settling.ask(QUANTITY_UNIT, QUANTITIES, proposed=unit_of(hints.get("unitOfVolume", "")))
        settling.currency(hint=hints.get("currency"))
        return settling.done()

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:
        lens = Lens.of(settled.facts)
        for tree in _trees(parts):
            rows = _Entries(settled.facts)
            yield from read_entries(entries_in(tree, CARS, lens), rows.car)
            for section, make in (
                (FILLS, rows.fill),
                (WORK, rows.work),
                (POLICIES, rows.policy),
                (CERTIFICATES, rows.certificate),
                (PAPERS, rows.paper),
                (REMINDERS, rows.reminder),
            ):
                yield from read_entries(entries_in(tree, section, lens), make)


def _is_one(part: Part) -> bool:
    if not looks_like_tree(part.text) or f'"{FILLS}"' not in part.text:
        return False
    data = branch(tree_of(part.text), "data")
    return CARS in data or FILLS in data


def _trees(parts: Sequence[Part]) -> Iterator[Tree]:
    return (branch(tree_of(part.text), "data") for part in parts if _is_one(part))


def _hints(tree: Tree) -> dict[str, str]:
    found = {}
    for entry in entries_in(tree, "configs", Lens()):
        if entry.text("key") in {"currency", "unitOfDistance", "unitOfVolume"}:
            found[entry.text("key")] = entry.text("value")
    return found


@dataclass(slots=True)
class _Entries:
    facts: Mapping[str, str]
    fuels: dict[str, Energy | None] = field(default_factory=dict)
    """What each car runs on, by its id."""

    def _key(self, entry: Entry) -> str:
        key = entry.text("vehicleId")
        if key not in self.fuels:
            raise BadCell("vehicleId", "unknown_vehicle", key)
        return key

    def car(self, entry: Entry) -> FoundCar:
        key = entry.text("id")
        energy = energy_of(entry.text("fuelType"))
        self.fuels[key] = energy
        return FoundCar(
            place=entry.place, car=key, source_id=key or None,
            name=joined([entry.text("make"), entry.text("model")], " ") or key,
            make=entry.text("make") or None, model=entry.text("model") or None,
            year=entry.whole("year"), plate=entry.text("licensePlate") or None, vin=entry.text("vin") or None,
            energies=(energy,) if energy else (),
            distance_unit=DistanceUnit(self.facts[DISTANCE_UNIT]), extra=entry.rest("color"),
        )  # fmt: skip

    def fill(self, entry: Entry) -> FoundFill:
        key = self._key(entry)
        day, at = entry.moment("date")
        is_charge = self.fuels[key] is Energy.ELECTRIC
        quantity, price, total = (
            entry.quantity("fuelAmount"),
            entry.number("rate"),
            entry.number("cost"),
        )
        return FoundFill(
            place=entry.place, car=key, source_id=entry.text("id") or None, day=day, at=at,
            odometer=entry.counted("odometer"),
            quantity=quantity,
            unit=QuantityUnit.KILOWATT_HOUR if is_charge else QuantityUnit(self.facts[QUANTITY_UNIT]),
            energy=Energy.ELECTRIC if is_charge else None,
            unit_price=price or None, total=total, currency=self.facts.get(CURRENCY),
            is_full=entry.flag("filled") is not False, missed_before=entry.flag("missedLast") is True,
            note=entry.text("notes") or None, doubts=amounts_differ(quantity, price or None, total),
        )  # fmt: skip

    def work(self, entry: Entry) -> FoundRecord:
        key = self._key(entry)
        day, at = entry.moment("date")
        note = entry.text("notes")
        return FoundRecord(
            place=entry.place, car=key, source_id=entry.text("id") or None, day=day, at=at,
            odometer=entry.counted("odometer"),
            title=entry.text("title", "serviceType", "description") or note or "service",
            total=entry.number("cost"), currency=self.facts.get(CURRENCY),
            garage=entry.text("serviceCenter") or None, note=note or None,
        )  # fmt: skip

    def policy(self, entry: Entry) -> FoundExpense:
        return self._paper(
            entry,
            entry.text("provider") or "insurance",
            Category.INSURANCE,
            ("startDate", "endDate"),
        )

    def certificate(self, entry: Entry) -> FoundExpense:
        title = entry.text("testingCenter", "certificateNumber") or "certificate"
        return self._paper(entry, title, None, ("issueDate", "expiryDate"))

    def paper(self, entry: Entry) -> FoundExpense:
        kind = entry.text("otherLabel", "type")
        return self._paper(
            entry,
            entry.text("issuer") or kind or "document",
            cost_of(kind),
            ("startDate", "endDate"),
        )

    def _paper(
        self, entry: Entry, title: str, category: Category | None, days: tuple[str, str]
    ) -> FoundExpense:
        key = self._key(entry)
        day, _ = entry.moment(days[0])
        return FoundExpense(
            place=entry.place, car=key, source_id=entry.text("id") or None, day=day,
            title=title, category=category, total=entry.number("cost"), currency=self.facts.get(CURRENCY), ends_on=entry.day(days[1]),
            note=entry.text("notes") or None,
            extra=entry.rest("policyNumber", "certificateNumber", "documentNumber", "testingCenter", "type"),
        )  # fmt: skip

    def reminder(self, entry: Entry) -> FoundPlan | None:
        if entry.flag("isCompleted"):
            return None
        return FoundPlan(
            place=entry.place, car=self._key(entry), source_id=entry.text("id") or None,
            title=entry.text("note", "type") or "reminder", next_on=entry.moment("dueDate")[0], is_recurring=False,
        )  # fmt: skip
