"""A small copy of what auth says of people: whose day it is when nobody asks, whose an address is, what they are called."""

from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import AccountChanged


async def note_zone(work: Work, *, account: AccountChanged) -> None:
    await work.owners.keep(account)


async def stand_with(work: Work, access: Access) -> str:
    """From now on `work.today` is this owner's day; their zone."""
    zone = await work.owners.zone_of(access)
    work.stand_in(zone)
    return zone
