from uuid import UUID

import structlog

from services.billing.errors import GoneAtProvider
from services.billing.storage.belongings import BELONGINGS
from services.billing.usecases.entitlements import close_entitlement
from services.billing.usecases.messages import ERASE, PersonMessage
from services.billing.usecases.work import Work
from shared.bus.traces import forget_traces
from shared.contracts.erasure import AccountErased
from shared.ids import new_id

log = structlog.get_logger()


async def begin_erasure(work: Work, *, user_id: UUID) -> None:
    """From now on no message brings this account back; the worker does the rest."""
    await work.customers.remember_erased(user_id, work.now)
    work.enqueue(ERASE, PersonMessage(user_id=user_id), key=str(user_id))


async def erase_account(work: Work, *, user_id: UUID) -> None:
    """Cancels at once, deletes the customer at the provider, keeps what the law asks for under a pseudonym."""
    await work.customers.lock_person(user_id)
    customer = await work.customers.of_user(user_id)
    if customer is not None:
        await _leave_provider(work, user_id, customer.provider_id)
        pseudonym = new_id()
        await work.subscriptions.hand_over(user_id, pseudonym)
        await work.customers.hand_over(user_id, pseudonym, work.now)
    await close_entitlement(work, user_id=user_id)
    await BELONGINGS.erase(work.session, user_id)
    await forget_traces(work.session, user_id)
    work.emit(AccountErased(account_id=user_id, service="billing", erased_at=work.now))
    log.info("account.erased", user_id=user_id)


async def _leave_provider(work: Work, user_id: UUID, provider_id: str | None) -> None:
    for row in await work.subscriptions.live(user_id):
        try:
            facts = await work.payments.cancel_now(row.provider_id)
            row.status, row.ended_at = facts.status.value, facts.ended_at
        except GoneAtProvider:
            row.status, row.ended_at = "canceled", work.now
    await work.flush()
    if provider_id is not None:
        await work.payments.delete_customer(provider_id)
