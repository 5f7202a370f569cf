"""How long this service keeps what it keeps."""

from datetime import timedelta

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
from shared.db.retention import Retention, old

THEIRS = "until its owner deletes it"

IN_THE_TRASH = timedelta(days=30)

RETENTION = Retention(
    goes=(
        old(MaintenanceRecord, "trashed_at", IN_THE_TRASH),
        old(
            Diagnostic,
            "trashed_at",
            IN_THE_TRASH,
            only=Diagnostic.__table__.c.trashed_at.is_not(None),
        ),
        old(Invitation, "expires_at", timedelta(days=90)),
        old(Handover, "expires_at", timedelta(days=90)),
        old(Expense, "trashed_at", IN_THE_TRASH, only=Expense.__table__.c.trashed_at.is_not(None)),
        old(
            ObligationDone,
            "trashed_at",
            IN_THE_TRASH,
            only=ObligationDone.__table__.c.trashed_at.is_not(None),
        ),
        old(Trip, "trashed_at", IN_THE_TRASH, only=Trip.__table__.c.trashed_at.is_not(None)),
        old(TyreSet, "trashed_at", IN_THE_TRASH, only=TyreSet.__table__.c.trashed_at.is_not(None)),
        old(Tombstone, "gone_at", timedelta(days=45)),  # longer than any cursor lives
        old(CarExport, "expires_at", timedelta(days=1)),
        old(PassportLink, "expires_at", timedelta(days=1)),
        old(Fill, "trashed_at", timedelta(days=30)),
        old(VehicleImport, "kept_until", timedelta()),
    ),
    stays={
        DiagnosticReply: "with its case",
        Booking: "with its vehicle: what was agreed with a garage, and what it did",
        CarExportPart: "with its export",
        CarExportReceipt: "until its export is made, and never longer than that is kept",
        GuestLink: "with its vehicle: what guests wrote down names it",
        ValuePoint: THEIRS,
        RecallMatch: "with its vehicle: what was told is not told again",
        RecallCampaign: "public facts: a campaign has no end",
        RecallFeed: "public facts",
        Budget: THEIRS,
        ExchangeRate: "public facts: yesterday's costs are told by yesterday's rates",
        Vehicle: "until its owner deletes it; 30 days in the trash, by the job vehicles.empty_trash",
        VehiclePhase: "with its vehicle",
        VehicleGroup: THEIRS,
        Membership: "until the member leaves or is removed",
        PastVehicle: THEIRS,
        OdometerReading: "with its vehicle: voided readings tell why",
        OdometerSegment: "with its vehicle",
        MaintenancePlan: THEIRS,
        PlanEntry: THEIRS,
        MaintenanceDraft: THEIRS,
        Reminder: THEIRS,
        Occurrence: "with its vehicle: a record taken back opens again what it had closed",
        ReminderNotice: "with its vehicle or the account: what was told is not told again",
        ReminderPreference: "with its vehicle or the account",
        ReadingRequest: "with its vehicle",
        CalendarToken: THEIRS,
        OwnerZone: "with the account",
        ClientId: "with the account: an id never comes back",
        OwnerPlan: "with the account",
        KnownDocument: "with the account: what was deleted stays known as deleted",
        ImportPart: "with its import, at the latest until that is applied",
        ImportRow: "with its import: 7 days unless it is applied, then 30",
        ImportedSource: "with its vehicle: what was imported once is known when it comes again",
        ImportProfile: THEIRS,
        EnergyTariff: THEIRS,
        Brand: "the catalogue",
        CarModel: "the catalogue",
        Garage: "the directory: a closed garage stays for what was agreed with it",
        GarageService: "with its garage",
        OpeningSpan: "with its garage",
        OpeningException: "with its garage, at most 200",
        GarageStaff: "until they leave or are removed",
        GarageClaim: "with the account: who asked for a garage, and what was answered",
        GarageAudit: "with its garage: who gave it to whom",
        GarageReview: THEIRS,
        ReviewReport: "with the review, or with the account",
    },
)
