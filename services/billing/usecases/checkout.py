from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from services.billing.clients.payments import Checkout, Order
from services.billing.domain.plans import Interval, Offer
from services.billing.domain.subscription import BLOCKS_CHECKOUT
from services.billing.errors import (
    AlreadySubscribed,
    AtProvider,
    GoneAtProvider,
    NoCustomer,
    PlanInactive,
    PlanNotSold,
    ReturnAddressRefused,
)
from services.billing.storage.models import CheckoutSession, Subscription
from services.billing.usecases.customers import (
    AtStripe,
    at_stripe,
    ensure_at_provider,
    forget_at_provider,
)
from services.billing.usecases.sync import Cause, Heard, apply_heard, ask, rivals_of
from services.billing.usecases.turns import turn_at_provider
from services.billing.usecases.work import Work
from shared.contracts.base import Language
from shared.contracts.features import Plan
from shared.errors import NotFound
from shared.ids import new_id

SPARE = timedelta(minutes=5)
"""A session this close to its end is not handed out again."""


async def start_checkout(
    work: Work,
    *,
    user_id: UUID,
    plan: Plan,
    interval: Interval,
    success_url: str | None = None,
    cancel_url: str | None = None,
    language: Language | None = None,
) -> CheckoutSession:
    """A payment page for a plan. A double click gets the same page; whoever has a subscription changes that one instead."""
    offer = await offered(work, plan, interval)
    success = (
        allowed_address(work, success_url, "/success_url") or work.settings.checkout_success_url
    )
    cancel = allowed_address(work, cancel_url, "/cancel_url") or work.settings.checkout_cancel_url
    async with turn_at_provider(work, user_id) as turn:
        if any(row.status in BLOCKS_CHECKOUT for row in await work.subscriptions.live(user_id)):
            raise AlreadySubscribed
        customer = await work.customers.ensure(user_id)
        order = _Order(
            who=at_stripe(customer),
            offer=offer,
            row_id=new_id(),
            addresses=(success, cancel),
            language=language or Language(customer.language),
        )
        open_one = _page_of(await work.checkout_sessions.open_of(user_id))
        async with turn.asking():
            if open_one is None or not await _is_still_open(work, user_id, open_one, offer):
                await _start(work, order)
        row = await work.checkout_sessions.open_of(user_id)
        if row is None:  # paid or run out in this very moment, said a webhook
            raise AtProvider
        return row


@dataclass(frozen=True, slots=True)
class _Order:
    """The parts of one order, as plain values."""

    who: AtStripe
    offer: Offer
    row_id: UUID
    addresses: tuple[str, str]
    language: Language


@dataclass(frozen=True, slots=True)
class _Page:
    """A payment page we know of."""

    provider_id: str
    sells: tuple[str, str]


def _page_of(row: CheckoutSession | None) -> _Page | None:
    if row is None or row.provider_id is None:
        return None
    return _Page(row.provider_id, (row.plan, row.interval))


async def offered(work: Work, plan: Plan, interval: Interval) -> Offer:
    """Raises PlanNotSold or PlanInactive."""
    offer = await work.plans.offer(plan, interval)
    if offer is None:
        raise PlanNotSold
    if not (await work.plans.by_code(plan)).is_active:
        raise PlanInactive
    return offer


def allowed_address(work: Work, address: str | None, pointer: str) -> str | None:
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ReturnAddressRefused(pointer=pointer) from error
    if f"{parts.scheme}://{parts.netloc}" not in work.settings.return_origins:
        raise ReturnAddressRefused(pointer=pointer)
    return address


async def _is_still_open(work: Work, user_id: UUID, page: _Page, offer: Offer) -> bool:
    """True when it sells the same; another one is closed, here and at the provider. While no transaction is open."""
    try:
        found = await work.payments.checkout(page.provider_id)
    except GoneAtProvider:
        found = None
    same = page.sells == (offer.plan.value, offer.interval.value)
    if found and found.status == "open" and same and found.expires_at > work.now + SPARE:
        return True
    if found and found.status == "complete":
        raise AlreadySubscribed
    if found and found.status == "open":
        await work.payments.expire_checkout(found.id)
    await work.keep(lambda: work.checkout_sessions.close_open(user_id))
    return False


async def _start(work: Work, order: _Order) -> None:
    """A customer the provider does not know any more is made anew, once."""
    knows_one = order.who.provider_id is not None
    try:
        await _order(work, order)
    except GoneAtProvider:
        if not knows_one:
            raise
        await forget_at_provider(work, order.who)
        await _order(work, order)


async def _order(work: Work, order: _Order) -> None:
    """The page is written down as soon as it is there: an erasure that waits for us must find it."""
    who, offer = order.who, order.offer
    customer_id = await ensure_at_provider(work, who)
    there = await work.payments.subscriptions_of(customer_id)
    if any(facts.status in BLOCKS_CHECKOUT for facts in there):
        raise AlreadySubscribed
    started = await work.payments.start_checkout(
        Order(
            customer_id=customer_id,
            user_id=who.person.user_id,
            lookup_key=offer.lookup_key,
            language=order.language,
            success_url=order.addresses[0],
            cancel_url=order.addresses[1],
            automatic_tax=work.settings.automatic_tax,
            key=f"checkout-{order.row_id}-{who.generation}",
        )
    )
    await work.keep(lambda: _write_down(work, order, started))


async def _write_down(work: Work, order: _Order, started: Checkout) -> None:
    user_id = order.who.person.user_id
    await work.hold(user_id)  # erased or not: the erasure waits for this turn, and deletes the row
    await work.checkout_sessions.close_open(user_id)
    row = CheckoutSession(
        id=order.row_id,
        user_id=user_id,
        plan=order.offer.plan.value,
        interval=order.offer.interval.value,
        provider_id=started.id,
        url=started.url,
        expires_at=started.expires_at,
        created_at=work.now,
        updated_at=work.now,
    )
    work.checkout_sessions.add(row)


async def settle_checkout(
    work: Work, *, user_id: UUID, provider_id: str
) -> tuple[CheckoutSession, Subscription | None]:
    """The page after paying, often faster than the webhook: asks the provider and opens the plan at once."""
    row = await work.checkout_sessions.of_owner_by_provider_id(user_id, provider_id)
    if row is None:
        raise NotFound
    async with turn_at_provider(work, user_id) as turn:
        rivals = await rivals_of(work, user_id)
        heard: list[Heard] = []
        async with turn.asking():
            found = await work.payments.checkout(provider_id)
            if found.subscription_id is not None:
                heard = await ask(work, rivals, found.subscription_id, Cause("checkout.returned"))
        row = await work.checkout_sessions.of_owner_by_provider_id(user_id, provider_id)
        if row is None:
            raise NotFound
        if found.status != "open":
            row.status = found.status
        return row, await apply_heard(work, user_id=user_id, heard=heard) if heard else None


async def close_session(work: Work, *, provider_id: str, status: str) -> None:
    row = await work.checkout_sessions.by_provider_id(provider_id)
    if row is not None and row.status == "open":
        row.status, row.updated_at = status, work.now


async def open_portal(
    work: Work, *, user_id: UUID, return_url: str | None, language: Language | None
) -> str:
    address = allowed_address(work, return_url, "/return_url") or work.settings.portal_return_url
    customer = await work.customers.of_user(user_id)
    if customer is None or customer.provider_id is None:
        raise NoCustomer
    provider_id, spoken = customer.provider_id, language or Language(customer.language)
    try:
        async with work.paused():
            return await work.payments.open_portal(provider_id, return_url=address, language=spoken)
    except GoneAtProvider as error:
        raise NoCustomer from error
