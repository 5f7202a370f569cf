"""A car deleted by mistake comes back with everything recorded about it, for thirty days."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.errors.cars import VinTaken
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.members import tell_gone
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.quota import make_room
from services.vehicles.usecases.work import Work
from shared.access import Access

KEPT: Final = timedelta(days=30)
BATCH: Final = 100


async def throw_away(work: Work, *, access: Access, vehicle_id: UUID) -> None:
    """Gone for everybody it was shared with, and for the other services; its owner may take it back."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.GIVE_AWAY)
    vehicle.trashed_at = work.now
    await work.drafts.leave_vehicle(vehicle.id)
    await recompute(work, vehicle=vehicle)  # what was told of it is withdrawn
    tell_gone(work, vehicle)
    announce_vehicle(work, vehicle=vehicle)


async def take_back(work: Work, *, access: Access, vehicle_id: UUID, quota: int | None) -> Vehicle:
    """As it was, its due dates worked out for today. Raises NotFound, QuotaExceeded, VinTaken."""
    await work.trash.one_seen(
        access, vehicle_id
    )  # else its quota would be told of a car that is not there
    await make_room(work, access=access, quota=quota)
    vehicle = await work.trash.one_changed(access, vehicle_id)
    if vehicle.vin and await work.vehicles.vin_exists(
        vehicle.owner_id, vehicle.vin, other_than=vehicle.id
    ):
        raise VinTaken(pointer="/vin")
    vehicle.trashed_at = None
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return vehicle


async def remove_trashed(work: Work, *, access: Access, vehicle_id: UUID) -> None:
    """With everything recorded about it, before its thirty days are over."""
    await _destroy(work, await work.trash.one_changed(access, vehicle_id))


async def empty(work: Work) -> int:
    """What has been in the trash for thirty days, some of it; returns how many cars."""
    old = await work.trash.older_than(work.now - KEPT, limit=BATCH)
    for vehicle in old:
        await _destroy(work, vehicle)
    return len(old)


async def _destroy(work: Work, vehicle: Vehicle) -> None:
    announce_vehicle(work, vehicle=vehicle, deleted=True)
    await work.vehicles.remove(vehicle)
