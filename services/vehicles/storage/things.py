"""Everything that belongs to a car, of all wings, told in one form: the timeline, the search and the delta sync read this list.

A new kind is a word in `domain/things.py`, an entry here, and its form in `api/sync.py`; its table gets the migration's
`watch_changes` and the `Synced` mixin. Each is read through its own repository, so that every role sees what is its own to see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, func

from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.care.diagnostics import CaseRepository, Diagnostic
from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord, PlanEntry
from services.vehicles.storage.care.obligations import ObligationDone, ObligationRepository
from services.vehicles.storage.care.plans import PlanEntryRepository, PlanRepository
from services.vehicles.storage.care.reminder_models import Occurrence, Reminder
from services.vehicles.storage.care.reminders import OccurrenceRepository, ReminderRepository
from services.vehicles.storage.cars.models import OdometerReading, Vehicle, VehiclePhase
from services.vehicles.storage.cars.odometer import ReadingRepository
from services.vehicles.storage.cars.phases import PhaseRepository
from services.vehicles.storage.cars.segments import SegmentRepository
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from services.vehicles.storage.running.budgets import BudgetRepository
from services.vehicles.storage.running.expenses import Expense, ExpenseRepository
from services.vehicles.storage.running.fills import FillRepository
from services.vehicles.storage.running.models import Fill
from services.vehicles.storage.running.trips import Trip, TripRepository
from services.vehicles.storage.running.tyre_sets import TyreSet, TyreSetRepository
from services.vehicles.storage.running.value_points import ValuePoint, ValuePointRepository
from shared.db.repository import Repository

COLUMNS: Final = ("title", "word", "status", "amount_minor", "currency", "metres", "note")
"""What is told of a thing in a list of things; one of which it says nothing is empty."""


@dataclass(frozen=True, slots=True)
class Thing:
    kind: ThingKind
    repository: type[Repository[Any]]
    address: str
    """Where the whole thing is, with `{id}` and `{vehicle}`, and with `{of}` where it is told with another thing."""
    of: Any = None
    """The id of that other thing."""
    day: Any = None
    """On which it is told; the timeline tells only what has one."""
    told: Mapping[str, Any] = field(default_factory=dict)
    searched: Sequence[Any] = ()
    where: ColumnElement[bool] | None = None
    """What of it is alive."""
    in_timeline: ColumnElement[bool] | None = None
    """What of it the timeline tells: not what another thing tells already."""
    known_by: Any = None
    """The column of the id it is told by, where that is not its own."""
    hides_costs: bool = False
    """Its amount is for those who see costs; else it is itself."""

    @property
    def model(self) -> Any:
        return self.repository.model


THINGS: Final = (
    Thing(
        ThingKind.VEHICLE,
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
        ThingKind.MAINTENANCE,
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
        where=MaintenanceRecord.trashed_at.is_(None),
        hides_costs=True,
    ),
    Thing(
        ThingKind.PLAN,
        PlanRepository,
        "/api/maintenance-plans/{id}",
        told={"title": MaintenancePlan.title, "word": MaintenancePlan.service_type},
        searched=(MaintenancePlan.title, MaintenancePlan.service_type),
    ),
    Thing(
        ThingKind.REMINDER,
        ReminderRepository,
        "/api/reminders/{id}",
        told={"title": Reminder.title, "word": Reminder.kind, "note": Reminder.note},
        searched=(Reminder.title, Reminder.note),
    ),
    Thing(
        ThingKind.EXPENSE,
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
        ThingKind.VALUE_POINT,
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
    Thing(
        ThingKind.FILL,
        FillRepository,
        "/api/fills/{id}",
        day=Fill.day,
        told={
            "word": Fill.energy,
            "amount_minor": Fill.total_minor,
            "currency": Fill.currency,
            "metres": Fill.odometer_metres,
            "note": func.coalesce(Fill.station, Fill.note),
        },
        searched=(Fill.station, Fill.note),
        where=Fill.trashed_at.is_(None),
        hides_costs=True,
    ),
    Thing(
        ThingKind.COMPLETION,
        PlanEntryRepository,
        "/api/maintenance-plans/{of}",
        of=PlanEntry.plan_id,
        day=PlanEntry.begins_on,
        told={"word": PlanEntry.kind, "metres": PlanEntry.metres, "note": PlanEntry.note},
        searched=(PlanEntry.note,),
        in_timeline=PlanEntry.record_id.is_(None),
    ),
    Thing(
        ThingKind.DIAGNOSTIC,
        CaseRepository,
        "/api/diagnostics/{id}",
        day=Diagnostic.reported_on,
        told={
            "title": Diagnostic.title,
            "word": Diagnostic.severity,
            "status": Diagnostic.status,
            "metres": Diagnostic.seen_metres,
            "note": Diagnostic.description,
        },
        searched=(
            Diagnostic.title,
            Diagnostic.description,
            cast(Diagnostic.dtc_codes, Text),
            Diagnostic.ai_analysis,
        ),
        where=Diagnostic.trashed_at.is_(None),
    ),
    Thing(ThingKind.BUDGET, BudgetRepository, "/api/vehicles/{vehicle}/budgets/{id}"),
    Thing(
        ThingKind.ODOMETER,
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
        in_timeline=and_(
            OdometerReading.record_id.is_(None),
            OdometerReading.origin_id.is_(None),
            OdometerReading.meter == Meter.DISTANCE,
        ),
    ),
    Thing(
        ThingKind.OBLIGATION,
        ObligationRepository,
        "/api/obligations/done/{id}",
        day=ObligationDone.done_on,
        told={
            "word": ObligationDone.kind,
            "status": ObligationDone.result,
            "note": ObligationDone.note,
        },
        searched=(ObligationDone.kind, ObligationDone.note),
        where=ObligationDone.trashed_at.is_(None),
        in_timeline=ObligationDone.done_on.is_not(None),
    ),
    Thing(
        ThingKind.TRIP,
        TripRepository,
        "/api/trips/{id}",
        day=Trip.day,
        told={"title": Trip.purpose, "metres": Trip.distance_metres, "note": Trip.note},
        searched=(Trip.purpose, Trip.from_place, Trip.to_place, Trip.note),
        where=Trip.trashed_at.is_(None),
    ),
    Thing(
        ThingKind.TYRE_SET,
        TyreSetRepository,
        "/api/tyre-sets/{id}",
        day=TyreSet.mounted_on,
        told={"title": TyreSet.name, "word": TyreSet.season, "note": TyreSet.size},
        searched=(TyreSet.name, TyreSet.brand, TyreSet.size, TyreSet.dot, TyreSet.note),
        where=TyreSet.trashed_at.is_(None),
        in_timeline=TyreSet.mounted_on.is_not(None),
    ),
    Thing(
        ThingKind.LIFECYCLE,
        PhaseRepository,
        "/api/vehicles/{vehicle}/lifecycle",
        day=VehiclePhase.since,
        told={"word": VehiclePhase.lifecycle, "note": VehiclePhase.note},
        searched=(VehiclePhase.note,),
    ),
)
CLUSTERS: Final = Thing(
    ThingKind.SEGMENT, SegmentRepository, "/api/vehicles/{vehicle}/odometer/segments"
)
"""New clusters: in no list of what was done to a car."""
STANDINGS: Final = Thing(
    ThingKind.REMINDER,
    OccurrenceRepository,
    "/api/reminders/{id}",
    known_by=Occurrence.what_id,
)
"""How each reminder stands, and each plan as one, by the id of the plan: what is told of reminders, soon or snoozed or done."""
THING: Final = {thing.kind: thing for thing in (*THINGS, CLUSTERS)}
SEARCHED: Final = tuple(thing for thing in THINGS if thing.searched)
SYNCED: Final = tuple(
    STANDINGS if thing.kind is ThingKind.REMINDER else thing for thing in (*THINGS, CLUSTERS)
)
ON_THE_TIMELINE: Final = tuple(thing for thing in THINGS if thing.day is not None)


def sees_of(kind: ThingKind) -> May:
    """What it takes to see things of a kind."""
    repository = THING[kind].repository
    return repository.sees if issubclass(repository, OfVehicleRepository) else May.SEE_CAR
