from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.billing.clients.payments import Preview, PriceChange
from services.billing.domain.plans import Change, Interval, Offer, change_between
from services.billing.domain.subscription import ENDED, Status, SubscriptionFacts
from services.billing.errors import (
    GoneAtProvider,
    NoSubscription,
    PaymentDue,
    SubscriptionEnded,
)
from services.billing.storage.models import Subscription
from services.billing.usecases.checkout import offered
from services.billing.usecases.entitlements import refresh_entitlement
from services.billing.usecases.sync import (
    Cause,
    Heard,
    apply_heard,
    ask,
    keep_the_older,
    rivals_of,
)
from services.billing.usecases.turns import turn_at_provider
from services.billing.usecases.work import Work
from shared.access import Access
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
        return await work.subscriptions.one_seen(Access(user_id), subscription_id)
    current = await work.subscriptions.current(user_id)
    if current is None:
        raise NoSubscription
    return current


async def _changeable(work: Work, user_id: UUID, subscription_id: UUID | None) -> Subscription:
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
    order, later = _order(row, offer), row.period_end
    async with work.paused():
        seen = await work.payments.preview(order, at_once=change is Change.NOW)
    return Foreseen(change, work.now if change is Change.NOW else later, seen)


async def change_plan(
    work: Work,
    *,
    user_id: UUID,
    plan: Plan,
    interval: Interval | None,
    subscription_id: UUID | None = None,
) -> Changed:
    """More happens at once and is paid at once; less waits for the end of the paid period."""
    async with turn_at_provider(work, user_id) as turn:
        row = await _changeable(work, user_id, subscription_id)
        offer = await offered(work, plan, interval or Interval(row.interval))
        change = _kind(row, offer)
        if change is Change.NONE and row.scheduled_plan is None:
            return Changed(row, change)
        if change is Change.AT_PERIOD_END and _is_scheduled(row, offer):
            return Changed(row, change)
        known, rivals = _known(row), await rivals_of(work, user_id)
        order = _order(row, offer)
        async with turn.asking():
            said = await _say(work, known, order, change)
            heard = await keep_the_older(work, rivals, Heard(said, Cause(CAUSES[change])))
        found = await work.subscriptions.one_seen(Access(user_id), known.id)
        follows = change is Change.AT_PERIOD_END and said.schedule_id is not None
        row = _note_schedule(found, offer if follows else None)
        row = await apply_heard(work, user_id=user_id, heard=heard) or row
        url = said.latest_invoice.hosted_url if said.latest_invoice else None
        is_asked = change is Change.NOW and said.has_pending_update
        return Changed(row, change, action_url=url if is_asked else None)


CAUSES = {
    Change.NOW: "plan.changed",
    Change.AT_PERIOD_END: "plan.change_scheduled",
    Change.NONE: "plan.change_withdrawn",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What we knew of a subscription before the provider was asked, as plain values."""

    id: UUID
    provider_id: str
    version: int
    status: str
    schedule_ref: str | None
    ends_at: datetime | None
    period: tuple[datetime, datetime]


def _known(row: Subscription) -> _Known:
    return _Known(
        id=row.id,
        provider_id=row.provider_id,
        version=row.version,
        status=row.status,
        schedule_ref=row.schedule_ref,
        ends_at=row.ends_at,
        period=(row.period_start, row.period_end),
    )


async def _say(work: Work, known: _Known, order: PriceChange, change: Change) -> SubscriptionFacts:
    """Has the change made; the subscription as it is then. While no transaction is open."""
    await _clear_the_way(work, known)
    if change is Change.NOW:
        return await work.payments.change_price(order)
    if change is Change.AT_PERIOD_END:
        start, end = known.period
        await work.payments.schedule_price(order, period_start=start, period_end=end)
    return await work.payments.subscription(known.provider_id)


def _note_schedule(row: Subscription, offer: Offer | None) -> Subscription:
    """What the provider does not say in its facts: which plan follows, if any."""
    row.scheduled_plan = offer.plan.value if offer else None
    row.scheduled_interval = offer.interval.value if offer else None
    return row


def _is_scheduled(row: Subscription, offer: Offer) -> bool:
    return (row.scheduled_plan, row.scheduled_interval) == (offer.plan, offer.interval)


async def _clear_the_way(work: Work, known: _Known) -> None:
    """A scheduled change gives way to the new wish; a subscription that was to end stays."""
    if known.schedule_ref is not None:
        await work.payments.release_schedule(known.schedule_ref)
    if known.ends_at is not None:
        await _keep(work, known)


async def _keep(work: Work, known: _Known) -> None:
    facts = await work.payments.subscription(known.provider_id)
    if facts.ends_at is not None:
        await work.payments.keep(facts, key=f"keep-{known.id}-{known.version}")


async def cancel_subscription(
    work: Work, *, user_id: UUID, subscription_id: UUID | None = None
) -> Subscription:
    """Ends with the paid period; at once when nothing is paid (past due), so that no dunning follows. Twice is once."""
    async with turn_at_provider(work, user_id) as turn:
        row = await _mine(work, user_id, subscription_id)
        if row.status in ENDED or row.ends_at is not None:
            return row
        known, rivals = _known(row), await rivals_of(work, user_id)
        async with turn.asking():
            said = Heard(await _cancel(work, known), Cause("subscription.cancelled"))
            heard = await keep_the_older(work, rivals, said)
        return await _applied(work, user_id, heard)


async def _applied(work: Work, user_id: UUID, heard: list[Heard]) -> Subscription:
    found = await apply_heard(work, user_id=user_id, heard=heard)
    if found is None:
        raise NotFound
    return found


async def _cancel(work: Work, known: _Known) -> SubscriptionFacts:
    if known.schedule_ref is not None:
        await work.payments.release_schedule(known.schedule_ref)
    if known.status in CHANGEABLE:
        return await work.payments.cancel_at_period_end(
            known.provider_id, key=f"cancel-{known.id}-{known.version}"
        )
    facts = await work.payments.cancel_now(known.provider_id)
    invoice = facts.latest_invoice
    if invoice is None or invoice.status != "open":
        return facts
    await work.payments.void_invoice(invoice.id)
    return await work.payments.subscription(known.provider_id)


async def reactivate_subscription(
    work: Work, *, user_id: UUID, subscription_id: UUID | None = None
) -> Subscription:
    """Takes a scheduled end back; after the end there is nothing to take back."""
    async with turn_at_provider(work, user_id) as turn:
        row = await _mine(work, user_id, subscription_id)
        if row.status in ENDED:
            raise SubscriptionEnded
        if row.ends_at is None:
            return row
        known, rivals = _known(row), await rivals_of(work, user_id)
        async with turn.asking():
            try:
                await _keep(work, known)
            except GoneAtProvider as error:
                raise SubscriptionEnded from error
            because = Cause("subscription.reactivated")
            heard = await ask(work, rivals, known.provider_id, because)
        return await _applied(work, user_id, heard)


async def end_grace(work: Work, *, user_id: UUID) -> None:
    """The days after a failed payment are over; whether access ends is decided by the state as it is now."""
    await work.hold_owner(user_id)
    await refresh_entitlement(work, user_id=user_id)
