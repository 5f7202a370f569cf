"""What this service keeps about people; read by the export, deleted by the erasure."""

from services.vehicles.storage.care.models import (
    CalendarToken,
    KnownDocument,
    MaintenanceDraft,
    MaintenancePlan,
    MaintenanceRecord,
    Reminder,
    ReminderOccurrence,
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
from services.vehicles.storage.client_ids import ClientId
from shared.db.belongings import Belongings, owned

BELONGINGS = Belongings(
    theirs=(
        owned(MaintenanceDraft),
        owned(MaintenanceRecord),
        owned(MaintenancePlan),
        owned(Reminder),
        owned(OdometerReading),
        owned(OdometerSegment),
        owned(ReminderOccurrence),
        owned(CalendarToken, secret=("token_digest",)),
        owned(KnownDocument),
        owned(OwnerZone, "account_id"),
        owned(ClientId, "account_id", secret=("digest",)),
        owned(Membership, "member_id"),
        owned(VehiclePhase),
        owned(Vehicle, secret=("plate_key",)),
        owned(VehicleGroup),
    ),
    nobodys={Brand: "the catalogue", CarModel: "the catalogue"},
)
