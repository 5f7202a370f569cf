from datetime import timedelta

from services.billing.usecases.messages import RECONCILE, Nothing
from services.billing.usecases.reconcile import (
    Report,
    catch_up_events,
    heal_parked,
    list_at_provider,
    reconcile_one,
    report_reconciliation,
)
from services.billing.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job


@every("20 3 * * *", name="billing.reconcile_nightly")
async def nightly(work: Work) -> None:
    work.enqueue(RECONCILE, Nothing(), key="nightly")


@job(RECONCILE, Nothing, lease=timedelta(minutes=5))
async def run_reconcile(payload: Nothing, run: JobRun[Work]) -> None:
    """Each subscription in a transaction of its own, so that no lock is held for long."""
    del payload
    report = Report()
    async with run.work() as work:
        there = await list_at_provider(work)
    for facts in there:
        async with run.work() as work:
            await reconcile_one(work, facts=facts, report=report)
    async with run.finish() as work:
        report.parked_healed = await heal_parked(work)
        report_reconciliation(report)


@every("*/30 * * * *", name="billing.catch_up_events")
async def catch_up(work: Work) -> None:
    await catch_up_events(work)
