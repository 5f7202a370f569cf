from datetime import timedelta

from services.notifications.usecases.deliver import SEND, SEND_NOW, Send
from services.notifications.usecases.deliveries import (
    note_delay,
    note_outcome,
    post,
    write_letter,
)
from services.notifications.usecases.work import Work
from shared.bus.work_queue import JobRun, job
from shared.errors import Later

LEASE = timedelta(seconds=30)


@job(SEND, Send, concurrency=4, lease=LEASE)
async def send(payload: Send, run: JobRun[Work]) -> None:
    await _send(payload, run)


@job(SEND_NOW, Send, concurrency=2, lease=LEASE)
async def send_now(payload: Send, run: JobRun[Work]) -> None:
    await _send(payload, run)


async def _send(payload: Send, run: JobRun[Work]) -> None:
    """The job's lease keeps other workers away; the letter's Message-ID is the same in every attempt."""
    async with run.work() as work:
        letter, mailer = await write_letter(work, delivery_id=payload.delivery_id), work.mailer
    if letter is None:
        return
    outcome = await post(mailer, letter)
    if not outcome.is_final:
        async with run.work() as work:
            wait = await note_delay(work, delivery_id=letter.id, reason=outcome.reason)
        if wait is not None:
            raise Later(wait)
        return
    async with run.finish() as work:
        await note_outcome(work, delivery_id=letter.id, outcome=outcome)
