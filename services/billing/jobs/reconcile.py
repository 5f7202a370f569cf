from datetime import timedelta

from services.billing.usecases.messages import CATCH_UP, RECONCILE, Nothing
from services.billing.usecases.reconcile import (
    Report,
    catch_up_event,
    heal_parked,
    list_at_provider,
    missed_since,
    reconcile_one,
    report_missed,
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
    work.enqueue(CATCH_UP, Nothing(), key="half-hourly")


@job(CATCH_UP, Nothing, lease=timedelta(minutes=5))
async def run_catch_up(payload: Nothing, run: JobRun[Work]) -> None:
    """Each event in a transaction of its own, none while the provider lists the next."""
    del payload
    missed = 0
    async with run.work() as work:
        since, payments = await missed_since(work), work.payments
    async for event in payments.events_since(since):
        async with run.work() as work:
            missed += await catch_up_event(work, event=event)
    report_missed(missed)
