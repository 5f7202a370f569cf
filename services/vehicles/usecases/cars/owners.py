"""A small copy of what auth says of people: whose day it is when nobody asks, whose an address is, what they are called."""

from uuid import UUID

from services.vehicles.usecases.cars.days import Kept
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import AccountChanged
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.features import Limit


async def note_zone(work: Work, *, account: AccountChanged) -> None:
    await work.owners.keep(account)


async def stand_by(work: Work, vehicle: Kept, access: Access) -> None:
    """From now on `work.today` is the car's day: that of the place it is kept, else its owner's, whoever asks and
    whatever other car was held before.
    """
    if vehicle.timezone is not None:
        work.stand_in(vehicle.timezone)
    elif access.person != vehicle.owner_id:
        await stand_with(work, Access(vehicle.owner_id))
    else:
        work.stand_back()


async def note_plan(work: Work, *, event: EntitlementsChanged) -> None:
    """What others do to an owner's car is judged by the owner's plan."""
    work.owner_plans.put(event)


async def room_of(work: Work, *, owner_id: UUID, access: Access, quota: int | None) -> int | None:
    """How many cars this owner may keep: as the caller's plan says, where that is them; None is no limit."""
    if owner_id == access.person:
        return quota
    _, limits = await work.owner_plans.of(Access(owner_id))
    return limits.get(Limit.VEHICLES)


async def stand_with(work: Work, access: Access) -> str:
    """From now on `work.today` is this owner's day; their zone."""
    zone = await work.owners.zone_of(access)
    work.stand_in(zone)
    return zone
