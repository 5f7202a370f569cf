from services.notifications.domain import account_news
from services.notifications.usecases.contacts import keep_contact
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.erasure import erase_account
from services.notifications.usecases.export import export_account
from services.notifications.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.auth import (
    AccountChanged,
    AccountDeletionStarted,
    AccountExportStarted,
    AddressChanged,
    CodeIssued,
    ExportReady,
    PasswordResetAsked,
    SecurityNotice,
)
from shared.db.persons import Hold


@listen(AccountChanged, together=True)
async def copy_account(event: AccountChanged, work: Work) -> None:
    await keep_contact(work, event)


@listen(CodeIssued)
async def mail_the_code(event: CodeIssued, work: Work) -> None:
    await deliver(work, account_news.of_code(event))


@listen(PasswordResetAsked)
async def mail_the_reset_link(event: PasswordResetAsked, work: Work) -> None:
    await deliver(work, account_news.of_password_reset(event))


@listen(SecurityNotice, hold=Hold.ANYBODY)  # the farewell may come after the erasure
async def warn_the_owner(event: SecurityNotice, work: Work) -> None:
    await deliver(work, account_news.of_notice(event))


@listen(AccountDeletionStarted, hold=Hold.ALONE)
async def forget_account(event: AccountDeletionStarted, work: Work) -> None:
    await erase_account(work, account_id=event.account_id)


@listen(AccountExportStarted)
async def hand_over_data(event: AccountExportStarted, work: Work) -> None:
    await export_account(work, event=event)


@listen(AddressChanged)
async def warn_the_old_address(event: AddressChanged, work: Work) -> None:
    await deliver(work, account_news.of_new_address(event))


@listen(ExportReady)
async def announce_export(event: ExportReady, work: Work) -> None:
    await deliver(work, account_news.of_export(event))
