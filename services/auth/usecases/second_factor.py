from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.domain.factors import (
    Given,
    new_recovery_codes,
    new_seed,
    provisioning_uri,
    recovery_digest,
)
from services.auth.domain.recency import Presence
from services.auth.errors.factors import FactorExists, FactorWrong
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import ChallengeOver
from services.auth.storage.models import Account, Challenge, Totp
from services.auth.usecases.account import account_of, owner_present
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.challenges import (
    count_answer,
    count_answer_from_here,
    is_second_factor,
    spend_tries,
    spend_tries_here,
)
from services.auth.usecases.reauthentication import require_recent
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.sessions import SignedIn, open_session
from services.auth.usecases.ways_in import factors_of, settle_factors, tell_of_change
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind
from shared.errors import AppError, NotFound

REFUSED = "second_factor_change_refused"


@dataclass(frozen=True, slots=True)
class Enrolment:
    seed: str
    uri: str


async def begin_totp(work: Work, presence: Presence) -> Enrolment | PasswordWrong:
    """Counts for nothing until a code of it has been confirmed. Raises FactorExists."""
    account = await owner_present(work, presence, refused_as=REFUSED)
    if isinstance(account, PasswordWrong):
        return account
    totp = await work.factors.totp_of(account.id)
    if totp is not None and totp.confirmed_at is not None:
        raise FactorExists
    seed = new_seed()
    sealed = work.vault.seal_seed(seed, owner=str(account.id))
    if totp is None:
        work.factors.add(Totp(account_id=account.id, sealed_seed=sealed, created_at=work.now))
    else:
        totp.sealed_seed, totp.created_at = sealed, work.now
    return Enrolment(seed, provisioning_uri(seed, account.email))


async def confirm_totp(
    work: Work, *, account_id: UUID, session_id: UUID | None, code: str, asker: Asker
) -> Sequence[str]:
    """The recovery codes, shown this once. Raises FactorWrong, FactorExists, NotFound, TooManyTries."""
    await spend_tries(work, account_id)
    account = await account_of(work, account_id, lock=True)
    totp = await work.factors.totp_of(account_id)
    if totp is None:
        raise NotFound
    if totp.confirmed_at is not None:
        raise FactorExists
    if not await is_second_factor(work, account, Given(totp_code=code), asker=asker):
        raise FactorWrong(pointer="/totp_code")
    totp.confirmed_at = work.now
    await _changed(work, account, session_id=session_id, asker=asker, kind="totp_added")
    return await _new_recovery_codes(work, account_id)


async def remove_totp(
    work: Work, presence: Presence, *, given: Given
) -> PasswordWrong | FactorWrong | None:
    """Whoever takes the factor away has it, and is there."""
    account_id, asker = presence.account_id, presence.asker
    refusal = await require_recent(work, presence, refused_as=REFUSED)
    if refusal is not None:
        return refusal
    await spend_tries_here(work, account_id)
    account = await account_of(work, account_id, lock=True)
    if not await work.factors.has_active(account_id):
        raise NotFound
    if not await is_second_factor(work, account, given, asker=asker):
        record(work, account_id, "totp_removal_refused", asker=asker)
        return FactorWrong()
    await work.factors.remove_totp(account_id)
    await settle_factors(work, account)
    session_id = presence.session_id
    await _changed(work, account, session_id=session_id, asker=asker, kind="totp_removed")
    return None


async def renew_recovery_codes(work: Work, presence: Presence) -> Sequence[str] | PasswordWrong:
    """Shown this once; the earlier ones die."""
    account = await owner_present(work, presence, refused_as=REFUSED)
    if isinstance(account, PasswordWrong):
        return account
    if not await factors_of(work, account):
        raise NotFound
    kind, asker = "recovery_codes_renewed", presence.asker
    record(work, account.id, kind, asker=asker)
    _tell(work, account, asker=asker, kind=kind)
    return await _new_recovery_codes(work, account.id)


async def answer_challenge(
    work: Work, *, challenge: str, given: Given, asker: Asker
) -> SignedIn | FactorWrong:
    """Raises ChallengeOver and TooManyTries. A refusal is returned: its trace in the audit log is to be kept."""
    return await _answer(work, await count_answer(work, secret=challenge), given, asker=asker)


async def answer_from_here(
    work: Work, *, account_id: UUID, code: str, asker: Asker
) -> SignedIn | FactorWrong | None:
    """A mailed code without its challenge, as clients of the former system send it. None: nothing here waits for one.

    Raises ChallengeOver and TooManyTries.
    """
    opened = await count_answer_from_here(work, account_id, asker=asker)
    if opened is None:
        return None
    return await _answer(work, opened, Given(mailed_code=code), asker=asker)


async def _answer(
    work: Work, opened: Challenge, given: Given, *, asker: Asker
) -> SignedIn | FactorWrong:
    account = await work.accounts.of(opened.account_id, lock=True)
    if account is None or account.locked_at is not None:
        raise ChallengeOver
    if not await is_second_factor(work, account, given, asker=asker):
        record(work, account.id, "second_factor_refused", asker=asker)
        return FactorWrong()
    if not await work.challenges.use(opened.id, work.now):
        raise ChallengeOver
    return await open_session(work, account, asker=asker)


async def switch_mail_codes(work: Work, presence: Presence, *, on: bool) -> AppError | None:
    """A right password is followed by a code mailed to the verified address, or no longer."""
    account = await owner_present(work, presence, refused_as=REFUSED)
    if isinstance(account, PasswordWrong):
        return account
    if account.mail_codes is on:
        return None
    account.mail_codes = on
    await work.flush()
    await settle_factors(work, account)
    kind = NoticeKind.MAIL_CODES_ON if on else NoticeKind.MAIL_CODES_OFF
    await tell_of_change(work, account, kind, session_id=presence.session_id, asker=presence.asker)
    return None


async def switch_passkey(work: Work, presence: Presence, *, on: bool) -> Sequence[str] | AppError:
    """A right password is followed by a passkey, or no longer. New recovery codes where there were none. Raises NotFound."""
    account = await owner_present(work, presence, refused_as=REFUSED)
    if isinstance(account, PasswordWrong):
        return account
    if on and not await work.passkeys.count_owned(account.id):
        raise NotFound
    if account.passkey_required is on:
        return ()
    account.passkey_required = on
    await work.flush()
    await settle_factors(work, account)
    kind = "passkey_required" if on else "passkey_not_required"
    session_id, asker = presence.session_id, presence.asker
    await _changed(work, account, session_id=session_id, asker=asker, kind=kind)
    if on and not await work.factors.recovery_codes_left(account.id):
        return await _new_recovery_codes(work, account.id)
    return ()


async def _changed(
    work: Work, account: Account, *, session_id: UUID | None, asker: Asker, kind: str
) -> None:
    await end_sessions(work, account.id, because=kind, but=session_id)
    record(work, account.id, kind, asker=asker)
    _tell(work, account, asker=asker, kind=kind)


def _tell(work: Work, account: Account, *, asker: Asker, kind: str) -> None:
    notify(work, account, NoticeKind.FACTOR_CHANGED, reason=kind, device=asker.device, ip=asker.ip)


async def _new_recovery_codes(work: Work, account_id: UUID) -> Sequence[str]:
    codes = new_recovery_codes()
    digests = [recovery_digest(work.pepper, account_id, code) for code in codes]
    await work.factors.replace_recovery_codes(account_id, digests)
    return codes
