from typing import Any
from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.errors import PasswordWrong
from services.auth.storage.models import Account, Erasure
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.proof import proves_again
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.contracts.auth import AccountDeletionStarted, NoticeKind
from shared.errors import Unauthorized


async def account_of(work: Work, account_id: UUID, *, lock: bool = False) -> Account:
    """Raises Unauthorized for a token that outlived its account."""
    account = await work.accounts.of(account_id, lock=lock)
    if account is None:
        raise Unauthorized
    return account


async def edit_account(work: Work, *, account_id: UUID, changes: dict[str, Any]) -> Account:
    """`changes` are the fields of a request model, which admits no roles and nothing of the address."""
    account = await account_of(work, account_id, lock=True)
    different = {name: value for name, value in changes.items() if getattr(account, name) != value}
    if not different:
        return account
    for name, value in different.items():
        setattr(account, name, value)
    work.accounts.touch(account, work.now)
    announce(work, account)
    return account


async def delete_account(
    work: Work, *, account_id: UUID, password: str, asker: Asker
) -> PasswordWrong | None:
    """Our part goes at once, with its audit log; the other services confirm theirs one by one.

    A refusal is returned, not raised: its trace in the audit log is to be kept.
    """
    async with work.apart() as reading:
        known = await reading.accounts.of(account_id)
    if known is None:
        raise Unauthorized
    if not await proves_again(work, known, password=password, asker=asker):
        record(work, account_id, "deletion_refused", asker=asker)
        return PasswordWrong(pointer="/password")
    account = await account_of(work, account_id, lock=True)
    await end_sessions(work, account_id, because="account_deleted")
    notify(work, account, NoticeKind.ACCOUNT_DELETED)
    work.emit(AccountDeletionStarted(account_id=account_id, started_at=work.now))
    work.erasures.add(Erasure(account_id=account_id, started_at=work.now, erased_by=[]))
    account.deleting_at = work.now
    await work.flush()  # the audit log may be forgotten only for an account that is going
    await work.audit.forget(account_id)
    await work.erasures.erase_account(account_id)
    return None
