"""A small copy of whose each vehicle is and with whom it is shared: nobody files a paper under a car they may not, or under one that
is gone.
"""

from collections.abc import Sequence
from uuid import UUID

from services.documents.domain.states import is_busy
from services.documents.storage.models import CarMemberCopy, Document
from services.documents.usecases.extraction import queue_reading
from services.documents.usecases.telling import tell_kept
from services.documents.usecases.work import Work
from shared.contracts.vehicles import CarMember, VehicleHandedOver
from shared.db.car_members import keep_members


async def note_vehicle(
    work: Work,
    *,
    vehicle_id: UUID,
    owner_id: UUID,
    version: int,
    deleted: bool,
    restorable: bool = False,
    members: Sequence[CarMember] = (),
) -> None:
    """What was filed under a car in the trash stays filed: it may come back. Meanwhile it is shared with nobody."""
    work.vehicles.put(vehicle_id=vehicle_id, owner_id=owner_id, version=version, deleted=deleted)
    await work.flush()  # whoever files something under it now waits, or has done so and is found
    if await work.vehicles.is_newest(vehicle_id, version):
        shared = () if deleted else members
        await keep_members(work, CarMemberCopy, vehicle_id=vehicle_id, members=shared)
        if not deleted:
            people = {owner_id, *(member.person_id for member in members)}
            await work.documents.forget_author(vehicle_id, but=people)
    if deleted and not restorable:
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
        document.made_by = None
        if goes and await work.documents.same_bytes(event.owner_id, document.sha256) is None:
            document.owner_id = event.owner_id
        else:
            document.vehicle_id = None
        _tell(work, document)
        if is_busy(document.status):  # who asked for the reading can ask no more
            queue_reading(work, document)
        await work.flush()  # two alike go once


def _tell(work: Work, document: Document) -> None:
    document.updated_at = work.now
    document.version += 1
    tell_kept(work, document)
