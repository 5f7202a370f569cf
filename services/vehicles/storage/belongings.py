"""What this service keeps about people; read by the export, deleted by the erasure."""

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
from shared.db.belongings import Belongings, owned

BELONGINGS = Belongings(
    theirs=(
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
        owned(OdometerSegment),
        owned(CalendarToken, secret=("token_digest",)),
        owned(KnownDocument),
        owned(OwnerZone, "account_id"),
        owned(Membership, "member_id"),
        owned(VehiclePhase),
        owned(Vehicle, secret=("plate_key",)),
        owned(VehicleGroup),
    ),
    nobodys={Brand: "the catalogue", CarModel: "the catalogue"},
)
