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
from services.vehicles.storage.running.budgets import Budget
from services.vehicles.storage.running.exchange_rates import ExchangeRate
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.value_points import ValuePoint
from services.vehicles.storage.sync import Tombstone
from shared.db.belongings import Belongings, owned

BELONGINGS = Belongings(
    theirs=(
        owned(MaintenanceDraft),
        owned(MaintenanceRecord),
        owned(MaintenancePlan),
        owned(Reminder),
        owned(OdometerReading),
        owned(Expense),
        owned(ValuePoint),
        owned(Budget),
        owned(OdometerSegment),
        owned(ReminderOccurrence),
        owned(CalendarToken, secret=("token_digest",)),
        owned(KnownDocument),
        owned(OwnerZone, "account_id"),
        owned(Membership, "member_id"),
        owned(VehiclePhase),
        owned(Vehicle, secret=("plate_key",)),
        owned(VehicleGroup),
        owned(Tombstone, "user_id"),  # after all that leaves one
    ),
    nobodys={Brand: "the catalogue", CarModel: "the catalogue", ExchangeRate: "public facts"},
)
