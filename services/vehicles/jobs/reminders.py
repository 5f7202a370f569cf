from services.vehicles.usecases.care.asking import ASK, AskPerson, ask_person, queue_requests
from services.vehicles.usecases.care.telling import REMIND, RemindPerson, queue_due, tell_due
from services.vehicles.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job


@every("*/5 * * * *", name="vehicles.reminders")
async def look(work: Work) -> None:
    await queue_due(work)


@every("*/30 * * * *", name="vehicles.readings")
async def look_for_old_readings(work: Work) -> None:
    await queue_requests(work)


@job(REMIND, RemindPerson, concurrency=2)
async def remind(payload: RemindPerson, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await tell_due(work, owner_id=payload.owner_id)


@job(ASK, AskPerson)
async def ask(payload: AskPerson, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await ask_person(
            work,
            owner_id=payload.owner_id,
            vehicle_id=payload.vehicle_id,
            asked_on=payload.asked_on,
        )
