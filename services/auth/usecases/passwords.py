from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.auth.domain.codes import RESET_BUDGETS
from services.auth.domain.devices import Asker
from services.auth.domain.tokens import RESET_LIFETIME, fingerprint, new_secret
from services.auth.errors.passwords import PasswordWrong, ResetTokenWrong
from services.auth.storage.models import Account, ResetToken
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.api_keys import revoke_api_keys
from services.auth.usecases.pending import forget_unproven
from services.auth.usecases.proof import is_still_proof, proves_again
from services.auth.usecases.registration import refuse_weak
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind, PasswordResetAsked, ResetReason
from shared.contracts.base import Language
from shared.errors import Unauthorized


class SendReset(BaseModel):
    """A job of ours; nobody's id is the job of an unknown address."""

    kind: ClassVar[str] = "auth.send_reset"
    account_id: UUID | None


async def ask_for_reset(work: Work, *, email: str) -> None:
    """The same look-up and the same job for every address."""
    known = await work.accounts.at(email)
    work.enqueue(SendReset.kind, SendReset(account_id=known.id if known else None))


async def send_reset(
    work: Work, *, account_id: UUID | None, reason: ResetReason = ResetReason.ASKED
) -> None:
    """In a job, so that the answer takes as long for an unknown address."""
    account = await work.accounts.of(account_id) if account_id else None
    if account is None or await work.limits.spend(RESET_BUDGETS, account.email_key, work.now):
        return
    await issue_reset(work, account, reason=reason)


async def send_way_in(work: Work, *, account_id: UUID) -> None:
    """For who asked for a code where nobody registered: the link proves the address and lets a password be chosen."""
    account = await work.accounts.of(account_id, lock=True)
    if account is not None and account.verified_at is None:
        reason = ResetReason.REGISTERED_ELSEWHERE
        await send_reset(work, account_id=account_id, reason=reason)


async def issue_reset(work: Work, account: Account, *, reason: ResetReason) -> None:
    """An older link dies."""
    await work.resets.void(account.id, work.now)
    token, expires_at = new_secret(), work.now + RESET_LIFETIME
    work.resets.add(
        ResetToken(
            account_id=account.id,
            digest=fingerprint(token),
            created_at=work.now,
            expires_at=expires_at,
        )
    )
    work.emit(
        PasswordResetAsked(
            account_id=account.id,
            email=account.email,
            token=token,
            language=Language(account.language),
            expires_at=expires_at,
            reason=reason,
        )
    )


async def check_reset_token(work: Work, *, token: str) -> None:
    """Raises ResetTokenWrong."""
    if await work.resets.live(fingerprint(token), work.now) is None:
        raise ResetTokenWrong(pointer="/token")


async def reset_password(work: Work, *, token: str, new_password: str, asker: Asker) -> None:
    """The mail proves the address, so an unverified one is verified by it. Second factors stay."""
    async with work.apart() as reading:
        live = await reading.resets.live(fingerprint(token), work.now)
        known = await reading.accounts.of(live.account_id) if live else None
    if live is None or known is None:
        raise ResetTokenWrong(pointer="/token")
    refuse_weak(new_password, about=_about(known), pointer="/new_password")
    async with work.let_go():
        password_hash = await work.hasher.hash(new_password)
    account = await work.accounts.of(known.id, lock=True)
    if account is None or not await work.resets.use(live.id, work.now):
        raise ResetTokenWrong(pointer="/token")
    if account.verified_at is None:
        await forget_unproven(work, account, because="password_reset")
        account.verified_at = work.now
    _change(work, account, password_hash)
    await end_sessions(work, account.id, because="password_reset")
    await revoke_api_keys(work, account.id)
    record(work, account.id, "password_reset", asker=asker)


async def change_password(
    work: Work,
    *,
    account_id: UUID,
    session_id: UUID | None,
    old_password: str,
    new_password: str,
    asker: Asker,
) -> PasswordWrong | None:
    """A refusal is returned, not raised: its trace in the audit log is to be kept."""
    async with work.apart() as reading:
        known = await reading.accounts.of(account_id)
    if known is None:
        raise Unauthorized
    refuse_weak(new_password, about=_about(known), pointer="/new_password")
    proven = await proves_again(work, known, password=old_password, asker=asker)
    async with work.let_go():
        password_hash = await work.hasher.hash(new_password) if proven else ""
    account = await work.accounts.of(account_id, lock=True)
    if account is None:
        raise Unauthorized
    if not proven or not is_still_proof(known, account):
        record(work, account_id, "password_change_refused", asker=asker)
        return PasswordWrong(pointer="/old_password")
    _change(work, account, password_hash)
    await work.resets.void(account.id, work.now)
    await end_sessions(work, account.id, because="password_changed", but=session_id)
    await revoke_api_keys(work, account.id)
    record(work, account.id, "password_changed", asker=asker)
    return None


def _change(work: Work, account: Account, password_hash: str) -> None:
    account.password_hash = password_hash
    account.password_changed_at = work.now
    work.accounts.touch(account, work.now)
    announce(work, account)
    notify(work, account, NoticeKind.PASSWORD_CHANGED)


def _about(account: Account) -> tuple[str, ...]:
    return (account.email, account.first_name, account.last_name)
