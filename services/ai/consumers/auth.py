from services.ai.usecases.erasure import erase_account
from services.ai.usecases.export import export_account
from services.ai.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.auth import AccountDeletionStarted, AccountExportStarted
from shared.db.persons import Hold


@listen(AccountDeletionStarted, hold=Hold.ALONE)
async def erase(event: AccountDeletionStarted, work: Work) -> None:
    await erase_account(work, event=event)


@listen(AccountExportStarted)
async def hand_over_data(event: AccountExportStarted, work: Work) -> None:
    await export_account(work, event=event)
