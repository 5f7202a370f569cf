"""What this service copies of others': `shared/bus/copies.py` keeps it right."""

from uuid import UUID

from services.ai.storage.cars import is_there, record_is_there
from services.ai.storage.models import CarCopy, RecordCopy
from services.ai.usecases.work import Work
from shared.access import Access
from shared.bus.copies import Copies
from shared.contracts.vehicles import MaintenanceChanged, VehicleChanged
from shared.db.copied import Copy


async def lose_car(work: Work, owner_id: UUID, vehicle_id: UUID, version: int) -> None:
    await work.cars.lose_car(Access(owner_id), vehicle_id, version)


async def lose_record(work: Work, owner_id: UUID, record_id: UUID, version: int) -> None:
    await work.cars.lose_record(Access(owner_id), record_id, version)


COPIES = Copies(
    "ai",
    kept=(
        Copy(VehicleChanged, CarCopy, living=is_there, lose=lose_car),
        Copy(MaintenanceChanged, RecordCopy, living=record_is_there, lose=lose_record),
    ),
)
