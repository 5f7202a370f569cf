from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog

from services.billing.domain.subscription import SubscriptionFacts
from services.billing.errors import GoneAtProvider
from services.billing.storage.belongings import events_of
from services.billing.usecases.entitlements import close_entitlement
from services.billing.usecases.messages import ERASE, PersonMessage
from services.billing.usecases.turns import turn_at_provider
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
    if await work.customers.of_user(user_id) is None:
        await _forget(work, user_id)
        return
    async with turn_at_provider(
        work, user_id
    ) as turn:  # what they had asked for is written down by now
        leaving = await _leaving(work, user_id)
        async with turn.asking():
            ended = await _leave_provider(work, leaving)
        for row in await work.subscriptions.live(user_id):
            facts = ended.get(row.provider_id)
            row.status = facts.status.value if facts else "canceled"
            row.ended_at = facts.ended_at if facts else work.now
        await work.flush()
        await work.stripe_events.forget_bodies(events_of(user_id))
        pseudonym = new_id()
        await work.subscriptions.hand_over(user_id, pseudonym)
        await work.customers.hand_over(user_id, pseudonym, work.now)
        await _forget(work, user_id)


async def _forget(work: Work, user_id: UUID) -> None:
    await close_entitlement(work, user_id=user_id)
    await erase_person(work, user_id)
    work.emit(AccountErased(account_id=user_id, service="billing", erased_at=work.now))
    log.info("account.erased", user_id=user_id)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What is left of somebody at the provider."""

    customer: str | None
    subscriptions: list[str]
    page: str | None


async def _leaving(work: Work, user_id: UUID) -> _Leaving:
    customer = await work.customers.ensure(user_id)
    open_one = await work.checkout_sessions.open_of(user_id)
    live = [row.provider_id for row in await work.subscriptions.live(user_id)]
    return _Leaving(customer.provider_id, live, open_one.provider_id if open_one else None)


async def _leave_provider(work: Work, leaving: _Leaving) -> dict[str, SubscriptionFacts]:
    """The subscriptions as they ended; one the provider does not know is not among them."""
    ended = {}
    for provider_id in leaving.subscriptions:
        with suppress(GoneAtProvider):
            ended[provider_id] = await work.payments.cancel_now(provider_id)
    if leaving.page is not None:
        await _close_page(work, leaving.page)
    if leaving.customer is not None:
        await work.payments.delete_customer(leaving.customer)
    return ended


async def _close_page(work: Work, provider_id: str) -> None:
    """A payment page left open in another tab sells nothing to somebody who is gone."""
    with suppress(GoneAtProvider):
        found = await work.payments.checkout(provider_id)
        if found.status == "open":
            await work.payments.expire_checkout(found.id)
