from datetime import timedelta

from services.vehicles.usecases.moving.going_on import go_on
from services.vehicles.usecases.moving.working import IMPORT, GoOn, give_up, note_progress
from services.vehicles.usecases.work import Work
from shared.bus.work_queue import JobRun, LeaseLost, job
from shared.errors import AppError, PersonErased

FAILED = "import_failed"


@job(IMPORT, GoOn, concurrency=1, lease=timedelta(minutes=2), max_attempts=4)
async def go_on_with_import(payload: GoOn, run: JobRun[Work]) -> None:
    """Whole or not at all: killed in the middle, it begins again from nothing."""

    async def note(done: int) -> None:
        async with run.work() as beside:
            await note_progress(beside, payload, done=done)

    try:
        async with run.finish() as work:
            await go_on(work, payload, progress=note)
    except (PersonErased, LeaseLost):  # nobody's any more, or another worker's
        raise
    except AppError as refusal:
        async with run.finish() as work:
            await give_up(work, payload, code=refusal.code)
    except Exception:
        if run.is_last_attempt:  # whoever waits for it hears that it failed; the job itself stays dead for an operator to see
            async with run.work() as work:
                await give_up(work, payload, code=FAILED)
        raise
