"""Between a right password and a session stands a challenge, when the account has a second factor."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.domain.factors import (
    CHALLENGE_LIFETIME,
    TRIES_PER_CHALLENGE,
    TRY_BUDGETS,
    FactorKind,
    Given,
    matching_step,
    recovery_digest,
)
from services.auth.domain.passkeys import Purpose, request_options
from services.auth.domain.tokens import fingerprint, new_secret
from services.auth.errors.sessions import ChallengeOver
from services.auth.storage.models import Account, Challenge
from services.auth.usecases.ceremonies import as_known, open_ceremony, owner_of_passkey
from services.auth.usecases.codes import issue_code, refuse_until, use_code
from services.auth.usecases.work import Work
from shared.contracts.auth import CodePurpose


@dataclass(frozen=True, slots=True)
class FactorNeeded:
    """The password was right; one of the factors answers the challenge."""

    challenge: str
    factors: tuple[FactorKind, ...]
    mailed: bool
    """A code is on its way already."""


async def ask_for_factor(
    work: Work, account: Account, factors: tuple[FactorKind, ...], *, asker: Asker
) -> FactorNeeded:
    """A code is mailed at once where it is what will be used; else when it is asked for."""
    mailed = FactorKind.MAIL in factors and not {FactorKind.TOTP, FactorKind.PASSKEY} & set(factors)
    if mailed:
        await issue_code(work, account, purpose=CodePurpose.SIGN_IN, network=asker.network)
    return FactorNeeded(open_challenge(work, account, asker=asker), factors, mailed)


def open_challenge(work: Work, account: Account, *, asker: Asker) -> str:
    secret = new_secret()
    work.challenges.add(
        Challenge(
            account_id=account.id,
            network=asker.network,
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
    return await _within_budget(work, challenge)


async def count_answer_from_here(work: Work, account_id: UUID, *, asker: Asker) -> Challenge | None:
    """The same for a client that knows no challenge: the newest sign-in begun in its network. None when there is none.

    Strangers elsewhere can neither answer it nor use up its tries.
    """
    async with work.apart() as counting:
        challenge = await counting.challenges.count_try_at(
            account_id, network=asker.network, now=work.now
        )
    return await _within_budget(work, challenge) if challenge is not None else None


async def _within_budget(work: Work, challenge: Challenge | None) -> Challenge:
    if challenge is None or challenge.tries > TRIES_PER_CHALLENGE:
        raise ChallengeOver
    await spend_tries(work, challenge.account_id)
    return challenge


async def spend_tries(work: Work, account_id: UUID) -> None:
    """Raises TooManyTries."""
    async with work.apart() as counting:
        again_at = await counting.limits.spend(TRY_BUDGETS, str(account_id), work.now)
    refuse_until(again_at, work.now)


async def spend_tries_here(work: Work, account_id: UUID) -> None:
    """The same in this transaction, for who holds the account's row by a password proven just now and must not let it go.

    Only where a wrong answer is returned and not raised: the try stays counted, and nobody hears of it before. Raises TooManyTries.
    """
    refuse_until(await work.limits.spend(TRY_BUDGETS, str(account_id), work.now), work.now)


async def mail_code(work: Work, *, secret: str, asker: Asker) -> None:
    """For whoever has other factors too and asks for this one. Raises ChallengeOver."""
    account = await _account_behind(work, secret)
    if account.mail_codes:
        await issue_code(work, account, purpose=CodePurpose.SIGN_IN, network=asker.network)


async def passkey_options(work: Work, *, secret: str) -> dict[str, Any]:
    """What the browser needs to sign with one of the account's passkeys. Raises ChallengeOver."""
    account = await _account_behind(work, secret)
    passkeys = await work.passkeys.all_of(account.id) if account.passkey_required else ()
    if not passkeys:
        raise ChallengeOver
    return request_options(
        work.settings.relying_party,
        challenge=open_ceremony(work, Purpose.SECOND_FACTOR, account_id=account.id),
        allowed=[as_known(one) for one in passkeys],
    )


async def _account_behind(work: Work, secret: str) -> Account:
    """Raises ChallengeOver."""
    challenge = await work.challenges.live(
        fingerprint(secret), tries=TRIES_PER_CHALLENGE, now=work.now
    )
    account = await work.accounts.of(challenge.account_id, lock=True) if challenge else None
    if account is None:
        raise ChallengeOver
    return account


async def is_second_factor(work: Work, account: Account, given: Given, *, asker: Asker) -> bool:
    """Uses up what was given, when it is right."""
    if given.recovery_code is not None:
        digest = recovery_digest(work.pepper, account.id, given.recovery_code)
        return await work.factors.use_recovery_code(account.id, digest, work.now)
    if given.mailed_code is not None:
        used = await use_code(work, account.id, purpose=CodePurpose.SIGN_IN, code=given.mailed_code)
        return account.mail_codes and used is not None
    if given.passkey is not None:
        signer = await owner_of_passkey(
            work, given.passkey, Purpose.SECOND_FACTOR, asker=asker, of=account.id
        )
        return account.passkey_required and signer is not None
    return await _is_totp(work, account.id, given.totp_code)


async def _is_totp(work: Work, account_id: UUID, code: str | None) -> bool:
    totp = await work.factors.totp_of(account_id)
    if totp is None or code is None:
        return False
    seed = work.vault.open_seed(totp.sealed_seed, owner=str(account_id))
    step = matching_step(seed, code, now=work.now, last_step=totp.last_step)
    return step is not None and await work.factors.use_step(account_id, step)
