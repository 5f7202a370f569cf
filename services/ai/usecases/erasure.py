"""Forgetting a person: their cars, conversations and ledger; a later event brings nothing back."""

import structlog

from services.ai.storage.belongings import BELONGINGS
from services.ai.usecases.work import Work
from shared.bus.traces import forget_traces
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.erasure import AccountErased

log = structlog.get_logger()


async def erase_account(work: Work, *, event: AccountDeletionStarted) -> None:
    await work.cars.bury(event.account_id, work.now)
    await BELONGINGS.erase(work.session, event.account_id)
    await forget_traces(work.session, event.account_id)
    work.emit(AccountErased(account_id=event.account_id, service="ai", erased_at=work.now))
    log.info("account.erased", account_id=str(event.account_id))
