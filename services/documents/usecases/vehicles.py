"""A small copy of whose each vehicle is, so that nobody files a paper under another person's car."""

from uuid import UUID

from services.documents.usecases.work import Work


async def note_vehicle(
    work: Work, *, vehicle_id: UUID, owner_id: UUID, version: int, deleted: bool
) -> None:
    await work.vehicles.put(
        vehicle_id=vehicle_id, owner_id=owner_id, version=version, deleted=deleted
    )
