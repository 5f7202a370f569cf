from uuid import UUID

import structlog

from services.billing.errors import GoneAtProvider
from services.billing.storage.belongings import events_of
from services.billing.usecases.entitlements import close_entitlement
from services.billing.usecases.messages import ERASE, PersonMessage
from services.billing.usecases.work import Work
from shared.bus.erasure import erase_person
from shared.contracts.erasure import AccountErased
from shared.ids import new_id

log = structlog.get_logger()


async def begin_erasure(work: Work, *, user_id: UUID) -> None:
    """From now on nothing brings this account back: no message, no webhook, no request. The worker does the rest."""
    await work.bury(user_id)
    work.enqueue(ERASE, PersonMessage(user_id=user_id), key=str(user_id))


async def erase_account(work: Work, *, user_id: UUID) -> None:
    """Cancels at once, deletes the customer at the provider, keeps what the law asks for under a pseudonym.

    What is kept of the webhooks is that they came: they name the customer, and would lead from the pseudonym to them.
    """
    await work.customers.lock_person(user_id)
    customer = await work.customers.of_user(user_id)
    await work.stripe_events.forget_bodies(events_of(user_id))
    if customer is not None:
        await _leave_provider(work, user_id, customer.provider_id)
        pseudonym = new_id()
        await work.subscriptions.hand_over(user_id, pseudonym)
        await work.customers.hand_over(user_id, pseudonym, work.now)
    await close_entitlement(work, user_id=user_id)
    await erase_person(work, user_id)
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
    await _close_checkout(work, user_id)
    if provider_id is not None:
        await work.payments.delete_customer(provider_id)


async def _close_checkout(work: Work, user_id: UUID) -> None:
    """A payment page left open in another tab sells nothing to somebody who is gone."""
    open_one = await work.checkout_sessions.open_of(user_id)
    if open_one is None or open_one.provider_id is None:
        return
    try:
        found = await work.payments.checkout(open_one.provider_id)
        if found.status == "open":
            await work.payments.expire_checkout(found.id)
    except GoneAtProvider:
        return
