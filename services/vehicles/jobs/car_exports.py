from datetime import timedelta

from services.vehicles.usecases.moving.car_exports import (
    MAKE,
    STOP_COLLECTING,
    MakeExport,
    begin_export,
    close_export,
    fail_export,
)
from services.vehicles.usecases.moving.making import plan_file
from services.vehicles.usecases.moving.receipts import wait_no_longer
from services.vehicles.usecases.work import Work
from shared.bus.work_queue import JobRun, job
from shared.errors import NotFound, RoleInsufficient


@job(MAKE, MakeExport, concurrency=1, lease=timedelta(minutes=2), max_attempts=3)
async def make(payload: MakeExport, run: JobRun[Work]) -> None:
    """What it needs is read in one short transaction, the file is made in none."""
    try:
        await _make(payload, run)
    except (NotFound, RoleInsufficient):
        await _fail(payload, run, "no_longer_yours")
    except Exception:
        if not run.is_last_attempt:
            raise
        await _fail(payload, run, "not_made")
        raise


async def _make(payload: MakeExport, run: JobRun[Work]) -> None:
    async with run.work() as work:
        export = await begin_export(work, export_id=payload.export_id)
        if export is None:
            return
        make_file = await plan_file(work, export=export)
    made = await make_file()
    async with run.finish() as work:
        await close_export(work, export_id=payload.export_id, made=made)


async def _fail(payload: MakeExport, run: JobRun[Work], problem: str) -> None:
    async with run.work() as work:
        await fail_export(work, export_id=payload.export_id, problem=problem)


@job(STOP_COLLECTING, MakeExport)
async def stop_collecting(payload: MakeExport, run: JobRun[Work]) -> None:
    """Made without what has not come."""
    async with run.finish() as work:
        await wait_no_longer(work, export_id=payload.export_id)
