from datetime import timedelta

import structlog

from services.auth.usecases.work import Work
from shared.bus.traces import forget_traces
from shared.contracts.erasure import AccountErased

log = structlog.get_logger()
PATIENCE = timedelta(hours=24)


async def note_erased(work: Work, *, event: AccountErased) -> None:
    """Complete when every service that keeps something about people has confirmed."""
    erasure = await work.erasures.held(event.account_id)
    if erasure is None or event.service in erasure.erased_by:
        return
    erasure.erased_by = [*erasure.erased_by, event.service]
    if set(work.settings.erasing_services) <= set(erasure.erased_by):
        erasure.completed_at = work.now
        await forget_traces(work.session, event.account_id)  # the last words, sent in the meantime
        log.info("erasure.completed", account_id=str(event.account_id))


async def look_for_late_erasures(work: Work) -> None:
    """An operator's alarm: an account that some service still remembers after a day."""
    for erasure in await work.erasures.late(work.now - PATIENCE):
        erasure.alerted_at = work.now
        missing = sorted(set(work.settings.erasing_services) - set(erasure.erased_by))
        log.error("erasure.late", account_id=str(erasure.account_id), missing=missing)
