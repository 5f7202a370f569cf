"""A small copy of whose each vehicle is, so that nobody files a paper under another person's car, or under one that is gone."""

from uuid import UUID

from services.documents.storage.models import Document
from services.documents.usecases.telling import tell_kept
from services.documents.usecases.work import Work
from shared.contracts.vehicles import VehicleHandedOver


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
            document.vehicle_id = None
            _tell(work, document)


async def hand_over(work: Work, *, event: VehicleHandedOver) -> None:
    """A car's papers go to its new owner where they are included; the others stay with whoever filed them, under no car.

    So does what the new owner has already, and what was filed while the news was on its way.
    """
    if not await work.hold(event.given_by):
        return  # erased, and their papers with them
    work.vehicles.put(
        vehicle_id=event.vehicle_id, owner_id=event.owner_id, version=event.version, deleted=False
    )
    await work.flush()  # whoever files something under it now waits, or has done so and is found
    await work.hold_owner(event.owner_id)
    for document in await work.documents.of_vehicle(event.given_by, event.vehicle_id):
        goes = event.include_documents and document.created_at <= event.handed_over_at
        if goes and await work.documents.same_bytes(event.owner_id, document.sha256) is None:
            document.owner_id = event.owner_id
        else:
            document.vehicle_id = None
        _tell(work, document)
        await work.flush()  # two alike go once


def _tell(work: Work, document: Document) -> None:
    document.updated_at = work.now
    document.version += 1
    tell_kept(work, document)
