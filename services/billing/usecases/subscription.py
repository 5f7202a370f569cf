from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.billing.clients.payments import Preview, PriceChange
from services.billing.domain.plans import Change, Interval, Offer, change_between
from services.billing.domain.subscription import ENDED, Status
from services.billing.errors import (
    GoneAtProvider,
    NoSubscription,
    PaymentDue,
    SubscriptionEnded,
)
from services.billing.storage.models import Subscription
from services.billing.usecases.checkout import offered
from services.billing.usecases.entitlements import refresh_entitlement
from services.billing.usecases.sync import Cause, apply_facts, sync_subscription
from services.billing.usecases.work import Work
from shared.contracts.features import Plan
from shared.errors import NotFound

CHANGEABLE = frozenset({Status.ACTIVE, Status.TRIALING})


@dataclass(frozen=True, slots=True)
class Foreseen:
    change: Change
    effective_at: datetime
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class Changed:
    """`action_url` is set when the bank wants to hear from the person first; the plan is unchanged until then."""

    subscription: Subscription
    change: Change
    action_url: str | None = None


async def _mine(work: Work, user_id: UUID, subscription_id: UUID | None) -> Subscription:
    """The named one, or the current one. Another person's is not found."""
    if subscription_id is not None:
        named = await work.subscriptions.owned(user_id, subscription_id)
        if named is None:
            raise NotFound
        return named
    current = await work.subscriptions.current(user_id)
    if current is None:
        raise NoSubscription
    return current


async def _changeable(work: Work, user_id: UUID, subscription_id: UUID | None) -> Subscription:
    await work.customers.lock_person(user_id)
    row = await _mine(work, user_id, subscription_id)
    if row.status in ENDED:
        raise SubscriptionEnded
    if row.status in {Status.PAST_DUE, Status.UNPAID}:
        raise PaymentDue(hosted_invoice_url=row.open_invoice_url)
    if row.status not in CHANGEABLE:
        raise NoSubscription
    return row


def _kind(row: Subscription, offer: Offer) -> Change:
    return change_between((Plan(row.plan), Interval(row.interval)), (offer.plan, offer.interval))


def _order(row: Subscription, offer: Offer) -> PriceChange:
    """The row's version makes the key: a double click is one change, the next change is another."""
    return PriceChange(
        subscription_id=row.provider_id,
        item_id=row.item_ref,
        lookup_key=offer.lookup_key,
        key=f"change-{row.id}-{row.version}-{offer.lookup_key}",
    )


async def preview_change(
    work: Work,
    *,
    user_id: UUID,
    plan: Plan,
    interval: Interval | None,
    subscription_id: UUID | None = None,
) -> Foreseen:
    """What a change would cost and when it would happen; nothing is changed."""
    row = await _changeable(work, user_id, subscription_id)
    offer = await offered(work, plan, interval or Interval(row.interval))
    change = _kind(row, offer)
    if change is Change.NONE:
        return Foreseen(change, work.now, None)
    seen = await work.payments.preview(_order(row, offer), at_once=change is Change.NOW)
    return Foreseen(change, work.now if change is Change.NOW else row.period_end, seen)


async def change_plan(
    work: Work,
    *,
    user_id: UUID,
    plan: Plan,
    interval: Interval | None,
    subscription_id: UUID | None = None,
) -> Changed:
    """More happens at once and is paid at once; less waits for the end of the paid period."""
    row = await _changeable(work, user_id, subscription_id)
    offer = await offered(work, plan, interval or Interval(row.interval))
    change = _kind(row, offer)
    if change is Change.NONE and row.scheduled_plan is None:
        return Changed(row, change)
    if change is Change.AT_PERIOD_END and _is_scheduled(row, offer):
        return Changed(row, change)
    await _clear_the_way(work, row)
    if change is Change.NONE:
        return Changed(await _resync(work, row, "plan.change_withdrawn"), change)
    if change is Change.AT_PERIOD_END:
        return Changed(await _schedule(work, row, offer), change)
    facts = await work.payments.change_price(_order(row, offer))
    changed = await apply_facts(work, user_id=user_id, facts=facts, cause=Cause("plan.changed"))
    invoice = facts.latest_invoice
    url = invoice.hosted_url if facts.has_pending_update and invoice else None
    return Changed(changed or row, change, action_url=url)


def _is_scheduled(row: Subscription, offer: Offer) -> bool:
    return (row.scheduled_plan, row.scheduled_interval) == (offer.plan, offer.interval)


async def _clear_the_way(work: Work, row: Subscription) -> None:
    """A scheduled change gives way to the new wish; a subscription that was to end stays."""
    if row.schedule_ref is not None:
        await work.payments.release_schedule(row.schedule_ref)
        row.schedule_ref = row.scheduled_plan = row.scheduled_interval = None
    if row.ends_at is not None:
        await _keep(work, row)


async def _keep(work: Work, row: Subscription) -> None:
    facts = await work.payments.subscription(row.provider_id)
    if facts.ends_at is not None:
        await work.payments.keep(facts, key=f"keep-{row.id}-{row.version}")


async def _resync(work: Work, row: Subscription, why: str) -> Subscription:
    found = await sync_subscription(
        work, user_id=row.user_id, provider_id=row.provider_id, cause=Cause(why)
    )
    return found or row


async def _schedule(work: Work, row: Subscription, offer: Offer) -> Subscription:
    row.schedule_ref = await work.payments.schedule_price(
        _order(row, offer), period_start=row.period_start, period_end=row.period_end
    )
    facts = await work.payments.subscription(row.provider_id)
    row.scheduled_plan, row.scheduled_interval = offer.plan.value, offer.interval.value
    changed = await apply_facts(
        work, user_id=row.user_id, facts=facts, cause=Cause("plan.change_scheduled")
    )
    return changed or row


async def cancel_subscription(
    work: Work, *, user_id: UUID, subscription_id: UUID | None = None
) -> Subscription:
    """Ends with the paid period; at once when nothing is paid (past due), so that no dunning follows. Twice is once."""
    await work.customers.lock_person(user_id)
    row = await _mine(work, user_id, subscription_id)
    if row.status in ENDED or row.ends_at is not None:
        return row
    if row.schedule_ref is not None:
        await work.payments.release_schedule(row.schedule_ref)
    if row.status in CHANGEABLE:
        facts = await work.payments.cancel_at_period_end(
            row.provider_id, key=f"cancel-{row.id}-{row.version}"
        )
    else:
        facts = await work.payments.cancel_now(row.provider_id)
        invoice = facts.latest_invoice
        if invoice is not None and invoice.status == "open":
            await work.payments.void_invoice(invoice.id)
            facts = await work.payments.subscription(row.provider_id)
    changed = await apply_facts(
        work, user_id=user_id, facts=facts, cause=Cause("subscription.cancelled")
    )
    return changed or row


async def reactivate_subscription(
    work: Work, *, user_id: UUID, subscription_id: UUID | None = None
) -> Subscription:
    """Takes a scheduled end back; after the end there is nothing to take back."""
    await work.customers.lock_person(user_id)
    row = await _mine(work, user_id, subscription_id)
    if row.status in ENDED:
        raise SubscriptionEnded
    if row.ends_at is None:
        return row
    try:
        await _keep(work, row)
    except GoneAtProvider as error:
        raise SubscriptionEnded from error
    return await _resync(work, row, "subscription.reactivated")


async def end_grace(work: Work, *, user_id: UUID) -> None:
    """The days after a failed payment are over; whether access ends is decided by the state as it is now."""
    await work.customers.lock_person(user_id)
    await refresh_entitlement(work, user_id=user_id)
