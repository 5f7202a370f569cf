from uuid import UUID

from services.billing.storage.models import Plan, PlanLimit
from services.billing.usecases.entitlements import refresh_entitlement
from services.billing.usecases.messages import REFRESH_PLAN, PlanMessage
from services.billing.usecases.work import Work
from shared.contracts.features import Limit
from shared.errors import NotFound


async def edit_plan(
    work: Work,
    *,
    plan_id: UUID,
    is_active: bool | None,
    is_popular: bool | None,
    limits: dict[Limit, int | None] | None,
) -> Plan:
    """An administrator changes what a plan is; everybody who has it hears of new limits from a job."""
    plan = await work.plans.by_id(plan_id)
    if plan is None:
        raise NotFound
    if is_active is not None:
        plan.is_active = is_active
    if is_popular is not None:
        plan.is_popular = is_popular
    if limits is not None:
        _set_limits(plan, limits)
        work.enqueue(REFRESH_PLAN, PlanMessage(plan=plan.code), key=plan.code)
    return plan


def _set_limits(plan: Plan, limits: dict[Limit, int | None]) -> None:
    known = {row.resource: row for row in plan.limits}
    for limit, allowed in limits.items():
        if limit.value in known:
            known[limit.value].allowed = allowed
        else:
            plan.limits.append(PlanLimit(plan_id=plan.id, resource=limit.value, allowed=allowed))


async def refresh_holders(work: Work, *, plan: str, after: UUID, limit: int) -> UUID | None:
    """One batch of the people who have the plan; returns where to go on, None at the end."""
    people = await work.entitlements.holders(plan, after=after, limit=limit)
    for user_id in people:
        if not await work.hold(user_id):
            continue
        await work.hold_owner(user_id)
        await refresh_entitlement(work, user_id=user_id)
    return people[-1] if len(people) == limit else None
