from services.documents.usecases.erasure import erase_account
from services.documents.usecases.exports import open_export
from services.documents.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.auth import AccountDeletionStarted, AccountExportStarted
from shared.db.persons import Hold


@listen(AccountDeletionStarted, hold=Hold.ALONE)
async def erase(event: AccountDeletionStarted, work: Work) -> None:
    await erase_account(work, account_id=event.account_id)


@listen(AccountExportStarted)
async def begin_export(event: AccountExportStarted, work: Work) -> None:
    await open_export(work, event=event)
