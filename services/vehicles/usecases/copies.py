"""What others copy of this service's, and what it copies of theirs: `shared/bus/copies.py` keeps both right."""

from collections.abc import Sequence
from uuid import UUID

from services.vehicles.storage.care.models import KnownDocument, MaintenanceRecord
from services.vehicles.storage.cars.models import OwnerPlan, OwnerZone, Vehicle
from services.vehicles.usecases.care.announce import say_record
from services.vehicles.usecases.care.documents import note_document
from services.vehicles.usecases.cars.announce import say_vehicle
from services.vehicles.usecases.work import Work
from shared.bus.copies import Copies
from shared.contracts.auth import AccountChanged
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.documents import DocumentChanged, DocumentType
from shared.contracts.vehicles import MaintenanceChanged, VehicleChanged
from shared.db.copied import Copy, Origin


async def say_vehicles(work: Work, ids: Sequence[UUID]) -> None:
    for vehicle in await work.vehicles.these(ids):
        say_vehicle(work, vehicle=vehicle)


async def say_records(work: Work, ids: Sequence[UUID]) -> None:
    for record in await work.records.these(ids):
        say_record(work, record=record)


async def lose_document(work: Work, owner_id: UUID, document_id: UUID, version: int) -> None:
    gone = DocumentChanged(
        version=version,
        document_id=document_id,
        owner_id=owner_id,
        vehicle_id=None,
        document_type=DocumentType.OTHER,
        deleted=True,
    )
    await note_document(work, document=gone)


COPIES = Copies(
    "vehicles",
    owned=(
        Origin(
            VehicleChanged,
            Vehicle,
            living=lambda: Vehicle.trashed_at.is_(None),
            say=say_vehicles,
            may_return=True,
        ),
        Origin(
            MaintenanceChanged,
            MaintenanceRecord,
            living=lambda: MaintenanceRecord.trashed_at.is_(None),
            say=say_records,
            may_return=True,
        ),
    ),
    kept=(
        Copy(
            DocumentChanged,
            KnownDocument,
            subject="document_id",
            living=lambda: KnownDocument.deleted.is_(False),
            lose=lose_document,
        ),
        Copy(AccountChanged, OwnerZone, subject="account_id", person="account_id"),
        Copy(EntitlementsChanged, OwnerPlan, subject="user_id", person="user_id"),
    ),
)
