"""What others copy of this service's, and what it copies of theirs: `shared/bus/copies.py` keeps both right."""

from collections.abc import Sequence
from uuid import UUID

from services.documents.storage.models import Document, OwnerPlan, VehicleCopy
from services.documents.usecases.telling import tell_kept
from services.documents.usecases.vehicles import note_vehicle
from services.documents.usecases.work import Work
from shared.bus.copies import Copies
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.documents import DocumentChanged
from shared.contracts.vehicles import VehicleChanged
from shared.db.copied import Copy, Origin


async def say_documents(work: Work, ids: Sequence[UUID]) -> None:
    for document in await work.documents.these(ids):
        tell_kept(work, document)


async def lose_vehicle(work: Work, owner_id: UUID, vehicle_id: UUID, version: int) -> None:
    await note_vehicle(
        work, vehicle_id=vehicle_id, owner_id=owner_id, version=version, deleted=True
    )


COPIES = Copies(
    "documents",
    owned=(Origin(DocumentChanged, Document, say=say_documents),),
    kept=(
        Copy(
            VehicleChanged,
            VehicleCopy,
            subject="vehicle_id",
            living=lambda: VehicleCopy.deleted.is_(False),
            lose=lose_vehicle,
        ),
        Copy(EntitlementsChanged, OwnerPlan, subject="user_id", person="user_id"),
    ),
)
