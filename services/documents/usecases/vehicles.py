"""A small copy of whose each vehicle is, so that nobody files a paper under another person's car, or under one that is gone."""

from uuid import UUID

from services.documents.usecases.telling import tell_kept
from services.documents.usecases.work import Work


async def note_vehicle(
    work: Work,
    *,
    vehicle_id: UUID,
    owner_id: UUID,
    version: int,
    deleted: bool,
    restorable: bool = False,
) -> None:
    """What was filed under a car in the trash stays filed: it may come back."""
    work.vehicles.put(vehicle_id=vehicle_id, owner_id=owner_id, version=version, deleted=deleted)
    if deleted and not restorable:
        await (
            work.flush()
        )  # whoever files something under it now waits, or has done so and is found
        for document in await work.documents.of_vehicle(owner_id, vehicle_id):
            document.vehicle_id, document.updated_at = None, work.now
            document.version += 1
            tell_kept(work, document)
