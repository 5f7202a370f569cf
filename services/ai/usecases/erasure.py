"""Forgetting a person: their cars, conversations and ledger; a later event brings nothing back."""

import structlog

from services.ai.usecases.work import Work
from shared.bus.erasure import erase_person
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.erasure import AccountErased

log = structlog.get_logger()


async def erase_account(work: Work, *, event: AccountDeletionStarted) -> None:
    await erase_person(work, event.account_id)
    work.emit(AccountErased(account_id=event.account_id, service="ai", erased_at=work.now))
    log.info("account.erased", account_id=str(event.account_id))
