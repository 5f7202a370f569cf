from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.auth.domain.addresses import canonical
from services.auth.domain.devices import Asker
from services.auth.errors import AddressUnchanged, CodeWrong, PasswordWrong
from services.auth.storage.models import Account
from services.auth.usecases.account import account_of
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.codes import count_try, issue_code, use_code
from services.auth.usecases.proof import proves_again
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.contracts.auth import CodePurpose, NoticeKind
from shared.errors import Unauthorized


async def ask_for_new_address(
    work: Work, *, account_id: UUID, email: str, password: str, asker: Asker
) -> PasswordWrong | None:
    """A code goes to the new address, unless that has an account: the answer does not say which.

    A refusal is returned, not raised: its trace in the audit log is to be kept.
    """
    async with work.apart() as reading:
        known = await reading.accounts.of(account_id)
    if known is None:
        raise Unauthorized
    if not await proves_again(work, known, password=password, asker=asker):
        record(work, account_id, "email_change_refused", asker=asker)
        return PasswordWrong(pointer="/password")
    if canonical(email) == known.email_key:
        raise AddressUnchanged(pointer="/email")
    account = await account_of(work, account_id, lock=True)
    taken = await work.accounts.at(email)
    if taken is None:
        await work.codes.void(account_id, CodePurpose.CHANGE_EMAIL, work.now)
        await issue_code(work, account, purpose=CodePurpose.CHANGE_EMAIL, email=email)
        record(work, account_id, "email_change_asked", asker=asker)
    return None


async def confirm_new_address(
    work: Work, *, account_id: UUID, session_id: UUID | None, code: str, asker: Asker
) -> Account:
    """Raises CodeWrong, TooManyTries. Tells the old address and ends the other sessions."""
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
    notify(work, account, NoticeKind.EMAIL_CHANGED)
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
