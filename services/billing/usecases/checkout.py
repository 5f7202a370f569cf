from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from services.billing.clients.payments import Checkout, Order
from services.billing.domain.plans import Interval, Offer
from services.billing.domain.subscription import BLOCKS_CHECKOUT
from services.billing.errors import (
    AlreadySubscribed,
    GoneAtProvider,
    NoCustomer,
    PlanInactive,
    PlanNotSold,
    ReturnAddressRefused,
)
from services.billing.storage.models import CheckoutSession, Customer, Subscription
from services.billing.usecases.customers import ensure_at_provider, forget_provider_id
from services.billing.usecases.sync import Cause, sync_subscription
from services.billing.usecases.work import Work
from shared.contracts.base import Language
from shared.contracts.features import Plan
from shared.errors import NotFound
from shared.ids import new_id

LONGEST_SESSION = timedelta(hours=24)
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
    await work.customers.lock_person(user_id)
    if any(row.status in BLOCKS_CHECKOUT for row in await work.subscriptions.live(user_id)):
        raise AlreadySubscribed
    customer = await work.customers.ensure(user_id)
    open_one = await _still_open(work, user_id, offer)
    if open_one is not None:
        return open_one
    row = work.checkout_sessions.add(
        CheckoutSession(
            id=new_id(),
            user_id=user_id,
            plan=plan.value,
            interval=interval.value,
            expires_at=work.now + LONGEST_SESSION,
        )
    )
    started = await _start(work, customer, offer, row, (success, cancel), language)
    row.provider_id, row.url, row.expires_at = started.id, started.url, started.expires_at
    return row


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


async def _still_open(work: Work, user_id: UUID, offer: Offer) -> CheckoutSession | None:
    """The open session when it sells the same; another one is closed, here and at the provider."""
    row = await work.checkout_sessions.open_of(user_id)
    if row is None or row.provider_id is None:
        return None
    try:
        found = await work.payments.checkout(row.provider_id)
    except GoneAtProvider:
        row.status = "expired"
        await work.flush()
        return None
    same = (row.plan, row.interval) == (offer.plan, offer.interval)
    if found.status == "open" and same and found.expires_at > work.now + SPARE:
        return row
    if found.status == "complete":
        raise AlreadySubscribed
    if found.status == "open":
        await work.payments.expire_checkout(found.id)
    row.status = "expired"
    await work.flush()
    return None


async def _start(  # noqa: PLR0917 - the parts of one order, used once
    work: Work,
    customer: Customer,
    offer: Offer,
    row: CheckoutSession,
    addresses: tuple[str, str],
    language: Language | None,
) -> Checkout:
    try:
        return await _order(work, customer, offer, row, addresses, language)
    except GoneAtProvider:
        if customer.provider_id is None:
            raise
        forget_provider_id(customer)
        return await _order(work, customer, offer, row, addresses, language)


async def _order(  # noqa: PLR0917 - as above
    work: Work,
    customer: Customer,
    offer: Offer,
    row: CheckoutSession,
    addresses: tuple[str, str],
    language: Language | None,
) -> Checkout:
    customer_id = await ensure_at_provider(work, customer)
    there = await work.payments.subscriptions_of(customer_id)
    if any(facts.status in BLOCKS_CHECKOUT for facts in there):
        raise AlreadySubscribed
    return await work.payments.start_checkout(
        Order(
            customer_id=customer_id,
            user_id=customer.user_id,
            lookup_key=offer.lookup_key,
            language=language or Language(customer.language),
            success_url=addresses[0],
            cancel_url=addresses[1],
            automatic_tax=work.settings.automatic_tax,
            key=f"checkout-{row.id}-{customer.generation}",
        )
    )


async def settle_checkout(
    work: Work, *, user_id: UUID, provider_id: str
) -> tuple[CheckoutSession, Subscription | None]:
    """The page after paying, often faster than the webhook: asks the provider and opens the plan at once."""
    row = await work.checkout_sessions.of_owner_by_provider_id(user_id, provider_id)
    if row is None:
        raise NotFound
    await work.customers.lock_person(user_id)
    found = await work.payments.checkout(provider_id)
    if found.status != "open":
        row.status = found.status
    if found.subscription_id is None:
        return row, None
    subscription = await sync_subscription(
        work, user_id=user_id, provider_id=found.subscription_id, cause=Cause("checkout.returned")
    )
    return row, subscription


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
    try:
        return await work.payments.open_portal(
            customer.provider_id,
            return_url=address,
            language=language or Language(customer.language),
        )
    except GoneAtProvider as error:
        raise NoCustomer from error
