from datetime import timedelta

import structlog

from services.notifications.usecases.work import Work

log = structlog.get_logger()
KEEP_DELIVERIES = timedelta(days=180)
KEEP_WITHDRAWN = timedelta(days=30)


async def forget_expired(work: Work) -> None:
    """No secret outlives its use, even if its job died; old deliveries go."""
    expired = await work.deliveries.expire(now=work.now)
    await work.deliveries.forget_of_erased()
    forgotten = await work.deliveries.forget_before(work.now - KEEP_DELIVERIES)
    withdrawn = await work.inbox.forget_withdrawn_before(work.now - KEEP_WITHDRAWN)
    if expired or forgotten or withdrawn:
        log.info("deliveries.forgotten", expired=expired, old=forgotten, withdrawn=withdrawn)
