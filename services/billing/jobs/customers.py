from datetime import timedelta
from uuid import UUID

from services.billing.errors import AtProvider
from services.billing.usecases.customers import tell_provider
from services.billing.usecases.erasure import erase_account
from services.billing.usecases.messages import (
    END_GRACE,
    ERASE,
    REFRESH_PLAN,
    UPDATE_CUSTOMER,
    PersonMessage,
    PlanMessage,
)
from services.billing.usecases.plans import refresh_holders
from services.billing.usecases.subscription import end_grace
from services.billing.usecases.work import Work
from shared.bus.work_queue import JobRun, job
from shared.db.persons import Hold
from shared.errors import Later

BATCH = 200
AFTER_THE_OTHER = timedelta(seconds=5)
"""While somebody else's turn at the provider lasts."""


@job(UPDATE_CUSTOMER, PersonMessage)
async def update(payload: PersonMessage, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await tell_provider(work, user_id=payload.user_id)


@job(END_GRACE, PersonMessage)
async def end_grace_days(payload: PersonMessage, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await end_grace(work, user_id=payload.user_id)


@job(ERASE, PersonMessage, max_attempts=20, hold=Hold.ALONE)
async def erase(payload: PersonMessage, run: JobRun[Work]) -> None:
    try:
        async with run.finish() as work:
            await erase_account(work, user_id=payload.user_id)
    except AtProvider as busy:
        raise Later(AFTER_THE_OTHER) from busy


@job(REFRESH_PLAN, PlanMessage, lease=timedelta(minutes=5))
async def refresh_plan(payload: PlanMessage, run: JobRun[Work]) -> None:
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with run.work() as work:
            after = await refresh_holders(work, plan=payload.plan, after=after, limit=BATCH)
    async with run.finish():
        pass
