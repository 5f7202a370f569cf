from uuid import UUID

from services.notifications.usecases.work import Work
from shared.bus.erasure import erase_person
from shared.contracts.erasure import AccountErased


async def erase_account(work: Work, *, account_id: UUID) -> None:
    """All but the farewell that may still be on its way."""
    await erase_person(work, account_id)
    work.emit(AccountErased(account_id=account_id, service="notifications", erased_at=work.now))
