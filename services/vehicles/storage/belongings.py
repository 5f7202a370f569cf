"""What this service keeps about people; read by the export, deleted by the erasure."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from services.vehicles.storage.care.models import (
    CalendarToken,
    KnownDocument,
    MaintenanceDraft,
    MaintenancePlan,
    MaintenanceRecord,
    PlanEntry,
)
from services.vehicles.storage.care.reminder_models import (
    Occurrence,
    ReadingRequest,
    Reminder,
    ReminderNotice,
    ReminderPreference,
)
from services.vehicles.storage.cars.models import (
    Brand,
    CarModel,
    Handover,
    Invitation,
    Membership,
    OdometerReading,
    OdometerSegment,
    OwnerPlan,
    OwnerZone,
    PastVehicle,
    Vehicle,
    VehicleGroup,
    VehiclePhase,
)
from services.vehicles.storage.client_ids import ClientId
from services.vehicles.storage.moving.exports import (
    CarExport,
    CarExportPart,
    CarExportReceipt,
)
from services.vehicles.storage.moving.guests import GuestLink
from services.vehicles.storage.moving.passports import PassportLink
from services.vehicles.storage.running.budgets import Budget
from services.vehicles.storage.running.exchange_rates import ExchangeRate
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import EnergyTariff, Fill
from services.vehicles.storage.running.value_points import ValuePoint
from services.vehicles.storage.sync import Tombstone
from shared.db.belongings import Belonging, Belongings, Person, owned, part_of


def _offered(model: Any) -> Belonging:
    """Whoever offers it, and whoever it is offered to, by their address."""
    mine = owned(model, secret=("token_digest",))

    def whose(person: Person) -> ColumnElement[bool]:
        address = select(OwnerZone.email_key).where(
            OwnerZone.account_id == person, OwnerZone.verified
        )
        return or_(mine.whose(person), model.__table__.c.email_key.in_(address))

    return replace(mine, whose=whose)


_EXPORTS = owned(CarExport, "account_id")

BELONGINGS = Belongings(
    theirs=(
        part_of(CarExportPart, _EXPORTS, "export_id", secret=("content",)),  # of what is here
        part_of(CarExportReceipt, _EXPORTS, "export_id", secret=("content",)),
        owned(PassportLink, secret=("token_digest",)),
        owned(GuestLink, secret=("token_digest",)),
        _EXPORTS,
        owned(MaintenanceDraft),
        owned(MaintenanceRecord),
        owned(PlanEntry),
        owned(MaintenancePlan),
        owned(Reminder),
        owned(OdometerReading),
        owned(Occurrence, secret=("entry_digest",)),
        owned(ReminderNotice, "account_id"),
        owned(ReminderPreference, "account_id"),
        owned(ReadingRequest),
        owned(Expense),
        owned(ValuePoint),
        owned(Budget),
        owned(Fill),
        owned(EnergyTariff),
        owned(OdometerSegment),
        owned(CalendarToken, secret=("token_digest",)),
        owned(KnownDocument),
        _offered(Invitation),
        _offered(Handover),
        owned(PastVehicle),
        owned(OwnerPlan, "user_id"),
        owned(OwnerZone, "account_id"),
        owned(ClientId, "account_id", secret=("digest",)),
        owned(Membership, "account_id"),
        owned(VehiclePhase),
        owned(Vehicle, secret=("plate_key", "shared_with")),
        owned(VehicleGroup),
        owned(Tombstone, "user_id"),  # after all that leaves one
    ),
    nobodys={Brand: "the catalogue", CarModel: "the catalogue", ExchangeRate: "public facts"},
)
