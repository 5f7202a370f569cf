"""Everything that belongs to a car, of all wings, told in one form: the timeline, the search and the delta sync read this list.

A new kind is a word in `domain/things.py`, an entry here, and its form in `api/sync.py`; its table gets the migration's
`watch_changes` and the `Synced` mixin. Each is read through its own repository, so that every role sees what is its own to see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, func

from services.vehicles.domain.things import Kind
from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord, Reminder
from services.vehicles.storage.care.plans import PlanRepository
from services.vehicles.storage.care.reminders import ReminderRepository
from services.vehicles.storage.cars.models import OdometerReading, Vehicle, VehiclePhase
from services.vehicles.storage.cars.odometer import ReadingRepository
from services.vehicles.storage.cars.phases import PhaseRepository
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.running.budgets import BudgetRepository
from services.vehicles.storage.running.expenses import Expense, ExpenseRepository
from services.vehicles.storage.running.value_points import ValuePoint, ValuePointRepository
from shared.db.repository import Repository

COLUMNS: Final = ("title", "word", "status", "amount_minor", "currency", "metres", "note")
"""What is told of a thing in a list of things; one of which it says nothing is empty."""


@dataclass(frozen=True, slots=True)
class Thing:
    kind: Kind
    repository: type[Repository[Any]]
    address: str
    """Where the whole thing is, with `{id}` and `{vehicle}`."""
    day: Any = None
    """On which it is told; the timeline tells only what has one."""
    told: Mapping[str, Any] = field(default_factory=dict)
    searched: Sequence[Any] = ()
    where: ColumnElement[bool] | None = None
    """What of it is alive."""
    in_timeline: ColumnElement[bool] | None = None
    """What of it the timeline tells: not what another thing tells already."""
    hides_costs: bool = False
    """Its amount is for those who see costs; else it is itself."""

    @property
    def model(self) -> Any:
        return self.repository.model


THINGS: Final = (
    Thing(
        Kind.VEHICLE,
        VehicleRepository,
        "/api/vehicles/{id}",
        told={"title": func.concat(Vehicle.make, " ", Vehicle.model), "note": Vehicle.plate},
        searched=(
            Vehicle.make,
            Vehicle.model,
            Vehicle.plate,
            Vehicle.plate_key,
            Vehicle.vin,
            Vehicle.color,
        ),
    ),
    Thing(
        Kind.MAINTENANCE,
        RecordRepository,
        "/api/maintenances/{id}",
        day=MaintenanceRecord.service_date,
        told={
            "title": MaintenanceRecord.title,
            "word": MaintenanceRecord.service_type,
            "status": MaintenanceRecord.status,
            "amount_minor": MaintenanceRecord.cost_minor,
            "currency": MaintenanceRecord.currency,
            "metres": MaintenanceRecord.odometer_metres,
            "note": MaintenanceRecord.garage,
        },
        searched=(
            MaintenanceRecord.title,
            MaintenanceRecord.service_type,
            MaintenanceRecord.description,
            MaintenanceRecord.garage,
            MaintenanceRecord.invoice_number,
        ),
        hides_costs=True,
    ),
    Thing(
        Kind.PLAN,
        PlanRepository,
        "/api/maintenance-plans/{id}",
        told={"title": MaintenancePlan.title, "word": MaintenancePlan.service_type},
        searched=(MaintenancePlan.title, MaintenancePlan.service_type),
    ),
    Thing(
        Kind.REMINDER,
        ReminderRepository,
        "/api/reminders/{id}",
        told={"title": Reminder.title, "status": Reminder.status, "note": Reminder.note},
        searched=(Reminder.title, Reminder.note),
    ),
    Thing(
        Kind.EXPENSE,
        ExpenseRepository,
        "/api/expenses/{id}",
        day=Expense.spent_on,
        told={
            "title": Expense.title,
            "word": Expense.category,
            "amount_minor": Expense.amount_minor,
            "currency": Expense.currency,
            "note": Expense.note,
        },
        searched=(Expense.title, Expense.category, Expense.note),
        where=Expense.trashed_at.is_(None),
    ),
    Thing(
        Kind.VALUE_POINT,
        ValuePointRepository,
        "/api/vehicles/{vehicle}/value-points/{id}",
        day=ValuePoint.valued_on,
        told={
            "word": ValuePoint.kind,
            "amount_minor": ValuePoint.amount_minor,
            "currency": ValuePoint.currency,
            "note": ValuePoint.note,
        },
        searched=(ValuePoint.note,),
    ),
    Thing(Kind.BUDGET, BudgetRepository, "/api/vehicles/{vehicle}/budgets/{id}"),
    Thing(
        Kind.ODOMETER,
        ReadingRepository,
        "/api/vehicles/{vehicle}/odometer",
        day=OdometerReading.read_on,
        told={
            "word": OdometerReading.source,
            "status": OdometerReading.status,
            "metres": OdometerReading.metres,
            "note": OdometerReading.note,
        },
        searched=(OdometerReading.note,),
        in_timeline=OdometerReading.record_id.is_(None),
    ),
    Thing(
        Kind.LIFECYCLE,
        PhaseRepository,
        "/api/vehicles/{vehicle}/lifecycle",
        day=VehiclePhase.since,
        told={"word": VehiclePhase.lifecycle, "note": VehiclePhase.note},
        searched=(VehiclePhase.note,),
    ),
)
THING: Final = {thing.kind: thing for thing in THINGS}
SEARCHED: Final = tuple(thing for thing in THINGS if thing.searched)
ON_THE_TIMELINE: Final = tuple(thing for thing in THINGS if thing.day is not None)
