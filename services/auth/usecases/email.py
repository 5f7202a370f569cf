from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.auth.domain.devices import Asker
from services.auth.domain.recency import Presence
from services.auth.domain.tokens import REVERT_LIFETIME, fingerprint, new_secret
from services.auth.errors.accounts import (
    AddressTaken,
    AddressUnchanged,
    CodeWrong,
    RevertTokenWrong,
)
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import Account, EmailRevert
from services.auth.usecases.account import account_of, forget_account, owner_present
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.api_keys import revoke_api_keys
from services.auth.usecases.codes import count_try, issue_code, use_code
from services.auth.usecases.passwords import issue_reset
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.contracts.auth import AddressChanged, CodePurpose, NoticeKind, ResetReason
from shared.contracts.base import Language
from shared.errors import Unauthorized
from shared.mailboxes import canonical


async def ask_for_new_address(
    work: Work, presence: Presence, *, email: str
) -> PasswordWrong | None:
    """A code goes to the new address, unless that has an account: the answer does not say which.

    A refusal is returned, not raised: its trace in the audit log is to be kept. Raises ReauthenticationRequired.
    """
    account = await owner_present(work, presence, refused_as="email_change_refused")
    if isinstance(account, PasswordWrong):
        return account
    if canonical(email) == account.email_key:
        raise AddressUnchanged(pointer="/email")
    holder = await work.accounts.at(email)
    if holder is None or holder.verified_at is None:
        await work.codes.void(account.id, CodePurpose.CHANGE_EMAIL, work.now)
        await issue_code(
            work,
            account,
            purpose=CodePurpose.CHANGE_EMAIL,
            network=presence.asker.network,
            email=email,
        )
        record(work, account.id, "email_change_asked", asker=presence.asker)
    return None


async def confirm_new_address(
    work: Work, *, account_id: UUID, session_id: UUID | None, code: str, asker: Asker
) -> Account:
    """Raises CodeWrong, TooManyTries. The old address may take it back; the other sessions end."""
    async with work.apart() as reading:
        known = await reading.accounts.of(account_id)
    if known is None:
        raise Unauthorized
    purpose = CodePurpose.CHANGE_EMAIL
    await count_try(work, email=f"change {known.email}", account_id=account_id, purpose=purpose)
    account = await account_of(work, account_id, lock=True)
    used = await use_code(work, account_id, purpose=purpose, code=code)
    if used is None:
        raise CodeWrong(pointer="/otp_code")
    if await _holder_in_the_way(work, account, used.email):
        raise CodeWrong(pointer="/otp_code")
    _offer_revert(work, account, new_email=used.email, asker=asker)
    account.email, account.email_key = used.email, canonical(used.email)
    work.accounts.touch(account, work.now)
    try:
        await work.flush()  # somebody may have registered the address since the code was sent
    except IntegrityError as error:
        raise CodeWrong(pointer="/otp_code") from error
    await work.resets.void(account_id, work.now)
    await end_sessions(work, account_id, because="email_changed", but=session_id)
    record(work, account_id, "email_changed", asker=asker)
    announce(work, account)
    return account


async def _holder_in_the_way(work: Work, account: Account, email: str) -> bool:
    """Whether the address is another account's; one that was registered and never proven makes way."""
    holder = await work.accounts.at(email, lock=True)
    if holder is None or holder.id == account.id:
        return False
    if holder.verified_at is not None:
        return True
    await forget_account(work, holder)
    return False


def _offer_revert(work: Work, account: Account, *, new_email: str, asker: Asker) -> None:
    token, expires_at = new_secret(), work.now + REVERT_LIFETIME
    work.reverts.add(
        EmailRevert(
            account_id=account.id,
            digest=fingerprint(token),
            old_email=account.email,
            created_at=work.now,
            expires_at=expires_at,
        )
    )
    work.emit(
        AddressChanged(
            account_id=account.id,
            email=account.email,
            new_email=new_email,
            token=token,
            language=Language(account.language),
            occurred_at=work.now,
            expires_at=expires_at,
            facts={"device": asker.device, "ip": asker.ip},
        )
    )


async def revert_address(work: Work, *, token: str, asker: Asker) -> None:
    """The owner of the old address takes the account back: whoever is in it is out, and the password they may know is dead.

    What was added to the account since (an authenticator app with its recovery codes) goes too: it would lock its owner out.
    Raises RevertTokenWrong, AddressTaken, HashingBusy.
    """
    async with work.apart() as reading:
        live = await reading.reverts.live(fingerprint(token), work.now)
    if live is None:
        raise RevertTokenWrong(pointer="/token")
    async with work.let_go():
        nobodys = await work.hasher.hash(new_secret())
    account = await work.accounts.of(live.account_id, lock=True)
    if account is None or not await work.reverts.use(live.id, work.now):
        raise RevertTokenWrong(pointer="/token")
    if await _holder_in_the_way(work, account, live.old_email):
        raise AddressTaken
    account.email, account.email_key = live.old_email, canonical(live.old_email)
    account.password_hash, account.password_changed_at = nobodys, work.now
    work.accounts.touch(account, work.now)
    await work.factors.forget_since(account.id, live.created_at)
    await work.reverts.void_since(account.id, live.created_at, work.now)
    await work.codes.void(account.id, CodePurpose.CHANGE_EMAIL, work.now)
    await end_sessions(work, account.id, because="email_reverted")
    await revoke_api_keys(work, account.id)
    record(work, account.id, "email_reverted", asker=asker)
    announce(work, account)
    notify(work, account, NoticeKind.SESSIONS_ENDED, reason="email_reverted")
    await issue_reset(work, account, reason=ResetReason.ADDRESS_TAKEN_BACK)
