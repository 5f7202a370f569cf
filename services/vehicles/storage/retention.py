"""How long this service keeps what it keeps."""

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
    Membership,
    OdometerReading,
    OdometerSegment,
    OwnerZone,
    Vehicle,
    VehicleGroup,
    VehiclePhase,
)
from shared.db.retention import Retention

THEIRS = "until its owner deletes it"

RETENTION = Retention(
    stays={
        Vehicle: "until its owner deletes it; 30 days in the trash, by the job vehicles.empty_trash",
        VehiclePhase: "with its vehicle",
        VehicleGroup: THEIRS,
        Membership: "until the member leaves or is removed",
        OdometerReading: "with its vehicle: voided readings tell why",
        OdometerSegment: "with its vehicle",
        MaintenanceRecord: THEIRS,
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
        KnownDocument: "with the account: what was deleted stays known as deleted",
        Brand: "the catalogue",
        CarModel: "the catalogue",
    }
)
