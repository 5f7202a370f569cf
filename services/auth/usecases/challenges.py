"""Between a right password and a session stands a challenge, when the account has a second factor."""

from math import ceil
from uuid import UUID

from services.auth.domain.factors import (
    CHALLENGE_LIFETIME,
    TRIES_PER_CHALLENGE,
    TRY_BUDGETS,
    Given,
    matching_step,
    recovery_digest,
)
from services.auth.domain.tokens import fingerprint, new_secret
from services.auth.errors import ChallengeOver, TooManyTries
from services.auth.storage.models import Account, Challenge
from services.auth.usecases.work import Work


def open_challenge(work: Work, account: Account) -> str:
    secret = new_secret()
    work.challenges.add(
        Challenge(
            account_id=account.id,
            digest=fingerprint(secret),
            created_at=work.now,
            expires_at=work.now + CHALLENGE_LIFETIME,
        )
    )
    return secret


async def count_answer(work: Work, *, secret: str) -> Challenge:
    """Before any comparison, in a transaction of its own. Raises ChallengeOver: the password must be proven again."""
    async with work.apart() as counting:
        challenge = await counting.challenges.count_try(fingerprint(secret), work.now)
    if challenge is None or challenge.tries > TRIES_PER_CHALLENGE:
        raise ChallengeOver
    await spend_tries(work, challenge.account_id)
    return challenge


async def spend_tries(work: Work, account_id: UUID) -> None:
    """Raises TooManyTries."""
    async with work.apart() as counting:
        again_at = await counting.limits.spend(TRY_BUDGETS, str(account_id), work.now)
    if again_at is not None:
        wait = ceil((again_at - work.now).total_seconds())
        raise TooManyTries(headers={"Retry-After": str(wait)})


async def is_second_factor(work: Work, account_id: UUID, given: Given) -> bool:
    """Uses up what was given, when it is right."""
    if given.recovery_code is not None:
        digest = recovery_digest(work.pepper, account_id, given.recovery_code)
        return await work.factors.use_recovery_code(account_id, digest, work.now)
    totp = await work.factors.totp_of(account_id)
    if totp is None or given.totp_code is None:
        return False
    seed = work.vault.open_seed(totp.sealed_seed, owner=str(account_id))
    step = matching_step(seed, given.totp_code, now=work.now, last_step=totp.last_step)
    return step is not None and await work.factors.use_step(account_id, step)
