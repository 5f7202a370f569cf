"""How many cars an owner may keep. What is sold, scrapped or in the trash takes no place."""

from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.features import ALLOWS, Limit, Plan
from shared.errors import QuotaExceeded


async def make_room(work: Work, *, access: Access, quota: int | None, cars: int = 1) -> None:
    """For one car more, or several. One at a time counts and adds, until the transaction ends. `quota` is how many cars the plan
    allows; None is no limit. Raises QuotaExceeded.
    """
    await work.hold_owner(access.person)
    used = await work.vehicles.count_owned(access.person)
    if quota is not None and used + cars > quota:
        raise QuotaExceeded(
            resource=Limit.VEHICLES, limit=quota, used=used, required_plan=_roomier_plan(quota)
        )


def _roomier_plan(limit: int) -> Plan | None:
    """The cheapest plan with more room, by the price list's seed: a hint for the refusal, not a grant."""
    for plan in Plan:
        allowed = ALLOWS[plan][Limit.VEHICLES]
        if allowed is None or allowed > limit:
            return plan
    return None
