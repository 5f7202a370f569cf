"""Typing a mailed code without saying for what: it completes a registration, or a sign-in begun here whose factor is mailed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.auth.domain.codes import COMPARED, SHORT_TRY_BUDGETS
from services.auth.domain.devices import Asker
from services.auth.errors.accounts import CodeWrong
from services.auth.storage.models import Account, Registration
from services.auth.usecases.announcements import record
from services.auth.usecases.codes import refuse_until, use_among
from services.auth.usecases.passwords import issue_reset
from services.auth.usecases.pending import complete, own_among
from services.auth.usecases.second_factor import answer_from_here
from services.auth.usecases.sessions import SignedIn, open_session
from services.auth.usecases.work import Work
from shared.contracts.auth import ResetReason
from shared.ids import new_id
from shared.mailboxes import canonical


@dataclass(frozen=True, slots=True)
class Judged:
    """The registrations whose codes a try is compared with."""

    registrations: Sequence[Registration]
    are_own: bool


async def verify_code(work: Work, *, email: str, code: str, asker: Asker) -> SignedIn | CodeWrong:
    """Raises CodeWrong, whatever is wrong, TooManyTries and ChallengeOver. Every address is asked the same questions.

    A right code typed where none of the address' registrations is at home proves the mailbox and no secret: whoever typed it gets
    the account without a password, and a link to choose one.
    """
    async with work.apart() as reading:
        known = await reading.accounts.at(email)
    account_id = known.id if known else new_id()
    answered = await answer_from_here(work, account_id=account_id, code=code, asker=asker)
    if answered is not None:
        return answered if isinstance(answered, SignedIn) else CodeWrong(pointer="/otp_code")
    judged = await _count_try(work, account_id, email=email, asker=asker)
    account = await work.accounts.of(account_id, lock=True)
    rows = await work.codes.of_registrations([one.id for one in judged.registrations], work.now)
    if account is None or account.locked_at is not None or account.verified_at is not None:
        raise CodeWrong(pointer="/otp_code")
    used = await use_among(work, rows, code=code)
    proven = next(
        (one for one in judged.registrations if used and one.id == used.registration_id), None
    )
    if proven is None:
        raise CodeWrong(pointer="/otp_code")
    await _prove(work, account, proven, are_own=judged.are_own, asker=asker)
    return await open_session(work, account, asker=asker)


async def _count_try(work: Work, account_id: UUID, *, email: str, asker: Asker) -> Judged:
    """Before any comparison, in a transaction of its own: a refused try stays counted. Raises TooManyTries.

    Whoever registered here has an allowance of their own, and their codes. All others share one, and spend no code's tries.
    """
    async with work.apart() as counting:
        pending = await counting.registrations.pending(account_id, work.now)
        own = own_among(counting, email, pending, asker=asker)
        judged = Judged(own or pending, bool(own))
        codes = await counting.codes.of_registrations(
            [one.id for one in judged.registrations], work.now
        )
        whose = f"{canonical(email)} {asker.network}" if own else canonical(email)
        again_at = await counting.limits.spend(SHORT_TRY_BUDGETS, whose, work.now)
        if again_at is None:
            units = max(1, len(codes))
            used, ends_at = await counting.limits.use(COMPARED, whose, work.now, units=units)
            again_at = ends_at if used > COMPARED.allowed else None
        await counting.codes.count_try_at([one.id for one in codes] if own else [])
    refuse_until(again_at, work.now)
    return judged


async def _prove(
    work: Work, account: Account, proven: Registration, *, are_own: bool, asker: Asker
) -> None:
    await complete(work, account, proven, with_secrets=are_own)
    record(work, account.id, "email_verified", asker=asker)
    if not are_own:
        await issue_reset(work, account, reason=ResetReason.PROVEN_ELSEWHERE)
