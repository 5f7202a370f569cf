from services.ai.usecases.erasure import erase_account
from services.ai.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.auth import AccountDeletionStarted


@listen(AccountDeletionStarted)
async def erase(event: AccountDeletionStarted, work: Work) -> None:
    await erase_account(work, event=event)
