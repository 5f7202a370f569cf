from datetime import timedelta

from services.auth.domain.api_keys import SHOWN_EXPIRED
from services.auth.usecases.work import Work

KEPT = timedelta(days=7)
"""Over and done, but support may still be asked about it."""


async def forget_expired(work: Work) -> None:
    await work.codes.forget_expired(work.now - KEPT)
    await work.registrations.forget_expired(work.now)
    await work.challenges.forget_expired(work.now - KEPT)
    await work.ceremonies.forget_expired(work.now)
    await work.visits.forget_expired(work.now)
    await work.resets.forget_expired(work.now - KEPT)
    await work.reverts.forget_expired(work.now - KEPT)
    await work.api_keys.forget_expired(work.now - SHOWN_EXPIRED)
    await work.sessions.forget_over(work.now - KEPT)
    await work.revocations.forget_over(work.now)
    await work.limits.forget_over(work.now)
