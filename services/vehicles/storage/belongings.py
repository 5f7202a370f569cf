"""What this service keeps about people; read by the export, deleted by the erasure."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from services.vehicles.storage.care.diagnostics import Diagnostic, DiagnosticReply
from services.vehicles.storage.care.models import (
    CalendarToken,
    KnownDocument,
    MaintenanceDraft,
    MaintenancePlan,
    MaintenanceRecord,
    PlanEntry,
)
from services.vehicles.storage.care.obligations import ObligationDone
from services.vehicles.storage.care.recalls import RecallCampaign, RecallFeed, RecallMatch
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
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.storage.garages.claims import GarageAudit, GarageClaim
from services.vehicles.storage.garages.models import (
    Garage,
    GarageService,
    GarageStaff,
    OpeningException,
    OpeningSpan,
)
from services.vehicles.storage.garages.reviews import GarageReview, ReviewReport
from services.vehicles.storage.moving.exports import (
    CarExport,
    CarExportPart,
    CarExportReceipt,
)
from services.vehicles.storage.moving.guests import GuestLink
from services.vehicles.storage.moving.models import (
    ImportedSource,
    ImportPart,
    ImportProfile,
    ImportRow,
    VehicleImport,
)
from services.vehicles.storage.moving.passports import PassportLink
from services.vehicles.storage.running.budgets import Budget
from services.vehicles.storage.running.exchange_rates import ExchangeRate
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import EnergyTariff, Fill
from services.vehicles.storage.running.trips import Trip
from services.vehicles.storage.running.tyre_sets import TyreSet
from services.vehicles.storage.running.value_points import ValuePoint
from services.vehicles.storage.sync import Tombstone
from shared.db.belongings import Belonging, Belongings, End, Person, owned, part_of


def _offered(model: Any, owner: str = "owner_id") -> Belonging:
    """Whoever offers it, and whoever it is offered to, by their address."""
    mine = owned(model, owner, secret=("token_digest",))

    def whose(person: Person) -> ColumnElement[bool]:
        address = select(OwnerZone.email_key).where(
            OwnerZone.account_id == person, OwnerZone.verified
        )
        return or_(mine.whose(person), model.__table__.c.email_key.in_(address))

    return replace(mine, whose=whose)


def _in_the_directory(model: Any, *named: str, secret: tuple[str, ...] = ()) -> Belonging:
    """Public facts that stay when who made or owned them goes: then they name nobody (`usecases/garages/leaving.py`)."""
    columns = model.__table__.c

    def whose(person: Person) -> ColumnElement[bool]:
        return or_(*(columns[name] == person for name in named))

    return Belonging(
        model.__table__,
        whose,
        End.HANDED_OVER,
        frozenset({*named, *secret}),
        because="a garage is there for everybody; whose it was is forgotten",
    )


_EXPORTS = owned(CarExport, "account_id")

BELONGINGS = Belongings(
    theirs=(
        part_of(CarExportPart, _EXPORTS, "export_id", secret=("content",)),  # of what is here
        part_of(CarExportReceipt, _EXPORTS, "export_id", secret=("content",)),
        owned(PassportLink, secret=("token_digest",)),
        owned(GuestLink, secret=("token_digest",)),
        _EXPORTS,
        owned(DiagnosticReply),
        owned(Diagnostic),
        owned(Booking),
        owned(MaintenanceDraft),
        owned(MaintenanceRecord),
        owned(PlanEntry),
        owned(MaintenancePlan),
        owned(Reminder),
        owned(ObligationDone),
        owned(RecallMatch),
        owned(OdometerReading),
        owned(Occurrence, secret=("entry_digest",)),
        owned(ReminderNotice, "account_id"),
        owned(ReminderPreference, "account_id"),
        owned(ReadingRequest),
        owned(Expense),
        owned(Trip),
        owned(TyreSet),
        owned(ValuePoint),
        owned(Budget),
        owned(Fill),
        owned(EnergyTariff),
        owned(OdometerSegment),
        owned(ImportRow),
        owned(ImportPart, secret=("content",)),
        owned(VehicleImport, secret=("before",)),
        owned(ImportedSource),
        owned(ImportProfile),
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
        owned(ReviewReport, "account_id"),
        owned(GarageReview, "account_id"),  # the means first: usecases/garages/leaving.py
        owned(GarageClaim, "account_id", secret=("code_digest",)),
        _offered(GarageStaff, "account_id"),
        _in_the_directory(GarageAudit, "actor_id", "about_id"),
        _in_the_directory(
            Garage, "owner_id", "made_by", "contact_by", secret=("name_key", "city_key")
        ),
        owned(Tombstone, "user_id"),  # after all that leaves one
    ),
    nobodys={
        Brand: "the catalogue",
        CarModel: "the catalogue",
        ExchangeRate: "public facts",
        RecallCampaign: "public facts",
        RecallFeed: "public facts",
        GarageService: "what a garage does, for everybody to read",
        OpeningSpan: "when a garage is open",
        OpeningException: "when a garage is open",
    },
)
