from services.vehicles.usecases.care.telling import REMIND, RemindPerson, queue_due, tell_due
from services.vehicles.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job


@every("*/5 * * * *", name="vehicles.reminders")
async def look(work: Work) -> None:
    await queue_due(work)


@job(REMIND, RemindPerson, concurrency=2)
async def remind(payload: RemindPerson, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await tell_due(work, owner_id=payload.owner_id)
