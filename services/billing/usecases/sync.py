"""The one way in which a subscription of the payment provider becomes ours: ask how it is now, then write it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.billing.domain.subscription import (
    BLOCKS_CHECKOUT,
    Item,
    Status,
    SubscriptionFacts,
    choose_item,
    first_failure,
)
from services.billing.errors import GoneAtProvider
from services.billing.storage.models import Subscription, SubscriptionEntry
from services.billing.usecases.entitlements import refresh_entitlement
from services.billing.usecases.messages import END_GRACE, PersonMessage
from services.billing.usecases.turns import turn_at_provider
from services.billing.usecases.work import Work
from shared.contracts.billing import SubscriptionChanged
from shared.contracts.features import Plan
from shared.money import Money

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cause:
    """Why we looked: an event's type and id, or what a person or a job did."""

    name: str
    event_ref: str | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    status: str | None
    plan: str
    told: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """How a subscription is at the provider, and why we know."""

    facts: SubscriptionFacts
    cause: Cause


@dataclass(frozen=True, slots=True)
class Rival:
    """A subscription of ours that another one may turn out to be the twin of."""

    provider_id: str
    created_at: datetime


async def rivals_of(work: Work, user_id: UUID) -> list[Rival]:
    """Read in the person's turn, and true until its end."""
    live = await work.subscriptions.live(user_id)
    return [Rival(row.provider_id, row.created_at) for row in live if row.status in BLOCKS_CHECKOUT]


async def sync_subscription(
    work: Work, *, user_id: UUID, provider_id: str, cause: Cause
) -> Subscription | None:
    """Asks and writes down in one turn of the person's: an older answer cannot win."""
    async with turn_at_provider(work, user_id) as turn:
        rivals = await rivals_of(work, user_id)
        async with turn.asking():
            heard = await ask(work, rivals, provider_id, cause)
        return await apply_heard(work, user_id=user_id, heard=heard)


async def ask(work: Work, rivals: Sequence[Rival], provider_id: str, cause: Cause) -> list[Heard]:
    """How it is now, the twin that had to go before it. While no transaction is open."""
    facts = await work.payments.subscription(provider_id)
    return await keep_the_older(work, rivals, Heard(facts, cause))


async def apply_heard(work: Work, *, user_id: UUID, heard: Sequence[Heard]) -> Subscription | None:
    """In the person's turn: the row of the last. None when the account is gone: nothing is made of it again."""
    customer = await work.customers.ensure(user_id)
    if customer.erased_at is not None:
        return None
    row = None
    for one in heard:
        row = await _apply(work, user_id, one.facts, one.cause)
    await refresh_entitlement(work, user_id=user_id)
    return row


async def _apply(work: Work, user_id: UUID, facts: SubscriptionFacts, cause: Cause) -> Subscription:
    row = await work.subscriptions.by_provider_id(facts.id)
    before = _before(row)
    item, plan, alerts = choose_item(facts, await work.plans.plan_of_price())
    for alert in alerts:
        log.warning("subscription.alert", code=alert.code, subscription_ref=facts.id)
    if row is None:
        row = work.subscriptions.add(Subscription(user_id=user_id, provider_id=facts.id, version=0))
    _write(row, facts, item, plan, now=work.now)
    row.grace_until = _grace_end(work, facts)
    await work.flush()
    if _told(row) != before.told:
        row.version += 1
        row.updated_at = work.now
        _note(work, row, before, cause)
        if cause.name != DUPLICATE:
            await _tell(work, row, before)
    if row.grace_until is not None:
        message = PersonMessage(user_id=user_id)
        work.enqueue(END_GRACE, message, run_at=row.grace_until, key=f"{row.id}:{row.grace_until}")
    return row


DUPLICATE = "duplicate_cancelled"


async def keep_the_older(work: Work, rivals: Sequence[Rival], heard: Heard) -> list[Heard]:
    """Two paid sessions in two tabs: the newer subscription is cancelled and paid back, once. While no transaction is open."""
    facts, because = heard.facts, Cause(DUPLICATE, heard.cause.event_ref)
    others = [one for one in rivals if one.provider_id != facts.id]
    if facts.status not in BLOCKS_CHECKOUT or not others:
        return [heard]
    newest = max(others, key=lambda one: one.created_at)
    log.error("subscription.duplicate", subscription_ref=facts.id, other_ref=newest.provider_id)
    if newest.created_at <= facts.created_at:
        return [Heard(await _cancel_and_refund(work, facts), because)]
    twin = await work.payments.subscription(newest.provider_id)
    return [Heard(await _cancel_and_refund(work, twin), because), heard]


async def _cancel_and_refund(work: Work, facts: SubscriptionFacts) -> SubscriptionFacts:
    if facts.latest_invoice is not None:
        await work.payments.refund_invoice(facts.latest_invoice.id, key=f"duplicate-{facts.id}")
    try:
        return await work.payments.cancel_now(facts.id)
    except GoneAtProvider:  # cancelled by an earlier run of this very job
        return await work.payments.subscription(facts.id)


def _before(row: Subscription | None) -> _Before:
    if row is None:
        return _Before(None, Plan.FREE, ())
    return _Before(row.status, row.plan, _told(row))


def _told(row: Subscription) -> tuple[object, ...]:
    """What people and other services would notice."""
    return (
        row.status,
        row.plan,
        row.interval,
        row.amount_minor,
        row.period_end,
        row.ends_at,
        row.scheduled_plan,
        row.scheduled_interval,
    )


def _write(
    row: Subscription, facts: SubscriptionFacts, item: Item, plan: Plan, *, now: datetime
) -> None:
    """Dates are copied, never computed: the 31st and daylight saving are Stripe's business."""
    invoice = facts.latest_invoice
    row.plan, row.status = plan.value, facts.status.value
    row.interval = item.interval.value
    row.amount_minor, row.currency = item.price.amount_minor, item.price.currency
    row.item_ref = item.id
    row.period_start, row.period_end = facts.period_start, facts.period_end
    row.ends_at, row.ended_at = facts.ends_at, facts.ended_at
    row.trial_end = facts.trial_end
    row.created_at = facts.created_at
    row.updated_at = row.updated_at or now
    row.open_invoice_url = invoice.hosted_url if invoice and invoice.status == "open" else None
    row.schedule_ref = facts.schedule_id
    if facts.schedule_id is None:
        row.scheduled_plan = row.scheduled_interval = None


def _grace_end(work: Work, facts: SubscriptionFacts) -> datetime | None:
    failed_at = first_failure(facts)
    return None if failed_at is None else failed_at + work.settings.grace


def _note(work: Work, row: Subscription, before: _Before, cause: Cause) -> None:
    work.subscriptions.note(
        SubscriptionEntry(
            subscription_id=row.id,
            at=work.now,
            cause=cause.name,
            event_ref=cause.event_ref,
            old_status=before.status,
            status=row.status,
            old_plan=before.plan if before.status is not None else None,
            plan=row.plan,
            ends_at=row.ends_at,
        )
    )


async def _tell(work: Work, row: Subscription, before: _Before) -> None:
    is_incomplete = row.status in {Status.INCOMPLETE, Status.INCOMPLETE_EXPIRED}
    work.emit(
        SubscriptionChanged(
            user_id=row.user_id,
            version=await work.customers.next_version(row.user_id),
            plan=Plan.FREE if is_incomplete else Plan(row.plan),
            previous_plan=Plan(before.plan),
            status=row.status,
            previous_status=before.status,
            amount=Money(row.amount_minor, row.currency).on_the_wire(),
            interval=row.interval,
            current_period_end=row.period_end,
            cancel_at=row.ends_at,
        )
    )
