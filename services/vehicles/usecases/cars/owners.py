"""Whose day it is when nobody asks: a small copy of where the owners live."""

from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import AccountChanged


async def note_zone(work: Work, *, account: AccountChanged) -> None:
    await work.owners.keep(
        account_id=account.account_id, version=account.version, timezone=account.timezone
    )


async def stand_with(work: Work, access: Access) -> str:
    """From now on `work.today` is this owner's day; their zone."""
    zone = await work.owners.zone_of(access)
    work.stand_in(zone)
    return zone
