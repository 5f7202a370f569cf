"""A car's history, read from its rows: what every form of it is made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.energies import QuantityUnit, from_smallest
from services.vehicles.domain.moving.book import Book, Entry, EntryKind, in_order
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import (
    OdometerReading,
    OdometerSegment,
    Vehicle,
    VehiclePhase,
)
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import Fill
from services.vehicles.usecases.work import Work
from shared.money import Money

MILLION: Final = Decimal(1_000_000)
COSTS: Final = frozenset({"cost", "tax", "total", "unit_price", "amount", "lines"})
"""Of an entry: not told where its owner keeps costs to themselves. Lines say what was done too, so they go without prices."""
LINE_COSTS: Final = frozenset({"unit_price", "total", "tax_rate"})


async def read_book(work: Work, *, vehicle: Vehicle, with_costs: bool) -> Book:
    """The caller may export the car. Six statements."""
    rows = await work.books.of_vehicle(vehicle.id)
    entries = [
        *map(_reading, rows.readings),
        *map(_fill, rows.fills),
        *map(_record, rows.records),
        *(map(_expense, rows.expenses) if with_costs else ()),
        *map(_cluster, rows.clusters),
        *map(_phase, rows.phases),
    ]
    holders: list[MaintenanceRecord | Fill | Expense] = [*rows.records, *rows.fills]
    if with_costs:
        holders.extend(rows.expenses)
    papers: dict[str, Sequence[UUID]] = {
        str(row.id): [UUID(id_) for id_ in row.document_ids] for row in holders if row.document_ids
    }
    told = entries if with_costs else [_without_costs(entry) for entry in entries]
    return Book(car_facts(vehicle), in_order(told), papers)


def car_facts(vehicle: Vehicle) -> dict[str, Any]:
    return {
        "name": vehicle.name,
        "make": vehicle.make,
        "model": vehicle.model,
        "year": vehicle.year,
        "plate": vehicle.plate,
        "vin": vehicle.vin,
        "color": vehicle.color,
        "fuel_type": vehicle.fuel_type,
        "energies": list(vehicle.energies),
        "transmission": vehicle.transmission,
        "country": vehicle.country,
        "distance_unit": vehicle.distance_unit,
        "meter": vehicle.meter,
        "first_registered_on": _day(vehicle.first_registered_on),
        "odometer_m": vehicle.odometer_metres,
        "odometer_on": _day(vehicle.odometer_on),
        "odometer_is_lower_bound": vehicle.odometer_is_lower_bound,
        "travelled_m": vehicle.travelled_metres,
        "hours_min": vehicle.hours_minutes,
        "lifecycle": vehicle.lifecycle,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def money_said(money: Money | None) -> dict[str, str] | None:
    return {"amount": money.text, "currency": money.currency} if money else None


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is unknown is not said."""
    return {name: value for name, value in facts.items() if value not in (None, [], "")}


def _reading(row: OdometerReading) -> Entry:
    facts = {
        "meter": row.meter,
        "value": row.metres,
        "unit": row.unit,
        "status": row.status,
        "source": row.source,
        "derived": row.derived,
        "at": f"{row.read_time:%H:%M}" if row.read_time else None,
        "guest": row.guest,
    }
    return Entry(EntryKind.READING, row.id, row.read_on, _known(facts))


def _fill(row: Fill) -> Entry:
    unit = QuantityUnit(row.unit)
    price = row.unit_price_micro
    facts = {
        "energy": row.energy,
        "quantity": f"{from_smallest(row.quantity, unit):f}",
        "unit": row.unit,
        "at": f"{row.at:%H:%M}" if row.at else None,
        "full": row.is_full,
        "missed_before": row.missed_before,
        "level_after": row.level_after,
        "total": money_said(row.total),
        "unit_price": f"{Decimal(price) / MILLION:f}" if price is not None else None,
        "currency": row.currency if price is not None else None,
        "odometer_m": row.odometer_metres,
        "odometer_derived": row.odometer_derived,
        "hours_min": row.engine_minutes,
        "station": row.station,
        "guest": row.guest,
    }
    return Entry(EntryKind.FILL, row.id, row.day, _known(facts))


def _record(row: MaintenanceRecord) -> Entry:
    facts = {
        "services": list(row.services or [row.service_type]),
        "title": row.title,
        "description": row.description,
        "kind": row.kind,
        "status": row.status,
        "odometer_m": row.odometer_metres,
        "cost": money_said(row.cost),
        "tax": money_said(row.tax),
        "currency": row.currency if row.lines else None,
        "lines": [_line(line, row.currency) for line in row.lines],
        "prices_include_tax": row.prices_include_tax if row.lines else None,
        "garage": row.garage,
        "invoice_number": row.invoice_number,
    }
    return Entry(EntryKind.MAINTENANCE, row.id, row.service_date, _known(facts))


def _line(line: Mapping[str, Any], currency: str | None) -> dict[str, Any]:
    """As it is kept, its amounts as text."""
    facts = dict(line)
    for name in ("unit_price", "total"):
        minor = facts.pop(f"{name}_minor", None)
        facts[name] = Money(minor, currency).text if minor is not None and currency else None
    return _known(facts)


def _expense(row: Expense) -> Entry:
    facts = {
        "category": row.category,
        "amount": money_said(row.amount),
        "title": row.title,
        "ends_on": _day(row.ends_on),
        "every": row.every,
        "spread": row.spread if row.every else None,
    }
    return Entry(EntryKind.EXPENSE, row.id, row.spent_on, _known(facts))


def _cluster(row: OdometerSegment) -> Entry:
    facts = {
        "meter": row.meter,
        "old_end": row.old_end,
        "new_start": row.new_start,
        "unit": row.unit,
        "lower_bound": row.is_lower_bound,
    }
    return Entry(EntryKind.CLUSTER, row.id, row.starts_on, _known(facts))


def _phase(row: VehiclePhase) -> Entry:
    return Entry(EntryKind.LIFECYCLE, row.id, row.since, {"lifecycle": row.lifecycle})


def _without_costs(entry: Entry) -> Entry:
    facts = {name: value for name, value in entry.facts.items() if name not in COSTS}
    lines = [
        {name: value for name, value in line.items() if name not in LINE_COSTS}
        for line in entry.facts.get("lines", ())
    ]
    return Entry(entry.kind, entry.id, entry.on, _known({**facts, "lines": lines}))
