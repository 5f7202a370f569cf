from uuid import UUID

from services.notifications.storage.belongings import BELONGINGS
from services.notifications.usecases.work import Work
from shared.bus.traces import forget_traces
from shared.contracts.erasure import AccountErased


async def erase_account(work: Work, *, account_id: UUID) -> None:
    await work.contacts.erase(account_id, now=work.now)
    await BELONGINGS.erase(work.session, account_id)
    await work.deliveries.erase_owner(account_id)
    await forget_traces(work.session, account_id)
    work.emit(AccountErased(account_id=account_id, service="notifications", erased_at=work.now))
