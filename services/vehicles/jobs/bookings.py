from services.vehicles.usecases.garages.booking_dues import (
    DUE,
    DueBooking,
    attend_to,
    queue_bookings,
)
from services.vehicles.usecases.garages.turned_away import (
    CALL_OFF,
    CallOff,
    call_off_turned_away,
)
from services.vehicles.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job


@every("*/5 * * * *", name="vehicles.bookings")
async def look_at_bookings(work: Work) -> None:
    await queue_bookings(work)


@job(DUE, DueBooking, concurrency=2)
async def attend(payload: DueBooking, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await attend_to(work, booking_id=payload.booking_id)


@job(CALL_OFF, CallOff, concurrency=2)
async def call_off(payload: CallOff, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await call_off_turned_away(work, said=payload)
