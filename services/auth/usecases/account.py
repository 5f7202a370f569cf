from typing import Any
from uuid import UUID

from services.auth.domain.recency import Presence
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import Account, Erasure
from services.auth.usecases.announcements import announce, notify
from services.auth.usecases.reauthentication import require_recent
from services.auth.usecases.revocations import end_sessions, move
from services.auth.usecases.work import Work
from shared.bus.erasure import erase_person
from shared.contracts.auth import AccountDeletionStarted, NoticeKind
from shared.errors import Unauthorized


async def account_of(work: Work, account_id: UUID, *, lock: bool = False) -> Account:
    """Raises Unauthorized for a token that outlived its account."""
    account = await work.accounts.of(account_id, lock=lock)
    if account is None:
        raise Unauthorized
    return account


async def owner_present(
    work: Work, presence: Presence, *, refused_as: str
) -> Account | PasswordWrong:
    """The owner's row, held, when they prove to be there. Raises ReauthenticationRequired."""
    refusal = await require_recent(work, presence, refused_as=refused_as)
    return refusal or await account_of(work, presence.account_id, lock=True)


async def edit_account(work: Work, *, account_id: UUID, changes: dict[str, Any]) -> Account:
    """`changes` are the fields of a request model, which admits no roles and nothing of the address."""
    account = await account_of(work, account_id, lock=True)
    different = {name: value for name, value in changes.items() if getattr(account, name) != value}
    if not different:
        return account
    for name, value in different.items():
        setattr(account, name, value)
    work.accounts.touch(account, work.now)
    if "timezone" in different:
        await move(work, account)
    announce(work, account)
    return account


async def start_deletion(work: Work, presence: Presence) -> PasswordWrong | None:
    """Our part goes at once, with its audit log; the other services confirm theirs one by one.

    A refusal is returned, not raised: its trace in the audit log is to be kept. Raises ReauthenticationRequired.
    """
    account = await owner_present(work, presence, refused_as="deletion_refused")
    if isinstance(account, PasswordWrong):
        return account
    await end_sessions(work, account.id, because="account_deleted")
    notify(work, account, NoticeKind.ACCOUNT_DELETED)
    await forget_account(work, account)
    return None


async def forget_account(work: Work, account: Account) -> None:
    """Here at once; the other services hear of it and confirm."""
    await work.hold_alone(account.id)
    work.emit(AccountDeletionStarted(account_id=account.id, started_at=work.now))
    work.erasures.add(Erasure(account_id=account.id, started_at=work.now, erased_by=[]))
    account.deleting_at = work.now
    await work.flush()  # the audit log may be forgotten only for an account that is going
    work.session.expunge(account)
    await erase_person(work, account.id)
