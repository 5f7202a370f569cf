from datetime import timedelta

from services.billing.errors import AtProvider
from services.billing.usecases.messages import APPLY_EVENT, EventMessage
from services.billing.usecases.webhooks import apply_event, give_up_event
from services.billing.usecases.work import Work
from shared.bus.work_queue import JobRun, job
from shared.errors import Later

AFTER_THE_OTHER = timedelta(seconds=5)
"""While somebody else's turn at the provider lasts."""
TRIES = 6
"""The first, and five more with growing pauses."""


@job(APPLY_EVENT, EventMessage, concurrency=4, max_attempts=TRIES)
async def apply(payload: EventMessage, run: JobRun[Work]) -> None:
    try:
        async with run.finish() as work:
            await apply_event(work, event_id=payload.event_id)
    except AtProvider as busy:
        raise Later(AFTER_THE_OTHER) from busy
    except Exception as error:
        if run.is_last_attempt:
            async with run.work() as work:
                await give_up_event(work, event_id=payload.event_id, error=type(error).__name__)
        raise
