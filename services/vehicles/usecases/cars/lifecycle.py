from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.lifecycle import GONE, Lifecycle
from services.vehicles.domain.cars.roles import May
from services.vehicles.errors.cars import PhaseRefused
from services.vehicles.storage.cars.models import Vehicle, VehiclePhase
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import room_of
from services.vehicles.usecases.cars.quota import make_room
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Move:
    to: Lifecycle
    on: date | None
    """The car's today when nobody says; not after it, nor before the last move."""
    note: str | None = None


async def move_vehicle(
    work: Work, *, access: Access, vehicle_id: UUID, move: Move, quota: int | None
) -> Vehicle:
    """To sell or scrap is the owner's alone. A car that comes back takes a place in the plan again. Raises PhaseRefused,
    QuotaExceeded.
    """
    what = May.GIVE_AWAY if move.to in GONE else May.EDIT_CAR
    owner_id = (await work.vehicles.one_seen(access, vehicle_id)).owner_id
    await work.hold_owner(owner_id)  # before the car, whoever moves it: it may take a place again
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=what)
    present, on = Lifecycle(vehicle.lifecycle), move.on or work.today
    is_early = vehicle.lifecycle_since is not None and on < vehicle.lifecycle_since
    if move.to is present or on > work.today or is_early:
        raise PhaseRefused(pointer="/on" if move.to is not present else None, lifecycle=present)
    if present in GONE and move.to not in GONE:
        room = await room_of(work, owner_id=vehicle.owner_id, access=access, quota=quota)
        await make_room(work, access=Access(vehicle.owner_id), quota=room)
    work.phases.add(
        VehiclePhase(
            id=new_id(),
            owner_id=vehicle.owner_id,
            vehicle_id=vehicle.id,
            made_by=access.person,
            lifecycle=move.to,
            since=on,
            note=move.note,
            created_at=work.now,
        )
    )
    vehicle.lifecycle, vehicle.lifecycle_since = move.to, on
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return vehicle
