from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.billing.domain.subscription import SubscriptionFacts
from services.billing.storage.stripe_events import PARKED
from services.billing.usecases.sync import Cause, sync_subscription
from services.billing.usecases.webhooks import replay_event, store_event
from services.billing.usecases.work import Work

log = structlog.get_logger()

OVERLAP = timedelta(minutes=10)
FURTHEST_BACK = timedelta(days=30)
"""How long the provider keeps its events."""
PARKED_AT_ONCE = 500


@dataclass(slots=True)
class Report:
    checked: int = 0
    repaired: int = 0
    parked_healed: int = 0
    orphans: int = 0


async def list_at_provider(work: Work) -> list[SubscriptionFacts]:
    return [facts async for facts in work.payments.all_subscriptions()]


async def reconcile_one(work: Work, *, facts: SubscriptionFacts, report: Report) -> None:
    """One subscription at the provider against ours; a difference is repaired, an orphan counted."""
    report.checked += 1
    customer = await work.customers.by_provider_id(facts.customer_id)
    if customer is None:
        report.orphans += 1
        log.warning("reconcile.orphan", subscription_ref=facts.id)
        return
    if customer.erased_at is not None or not await work.hold(customer.user_id):
        return
    before = await work.subscriptions.by_provider_id(facts.id)
    version = before.version if before else 0
    after = await sync_subscription(
        work, user_id=customer.user_id, provider_id=facts.id, cause=Cause("reconcile")
    )
    report.repaired += after is not None and after.version != version


async def heal_parked(work: Work) -> int:
    """Events that came before we knew their customer get another chance."""
    healed = 0
    for event in await work.stripe_events.in_state(PARKED, limit=PARKED_AT_ONCE):
        customer_ref = event.body["data"]["object"].get("customer")
        if customer_ref and await work.customers.by_provider_id(customer_ref) is not None:
            await replay_event(work, event_id=event.id)
            healed += 1
    return healed


def report_reconciliation(report: Report) -> None:
    log.info("reconcile.done", **asdict(report))


async def missed_since(work: Work) -> datetime:
    """From when on events are listed: the endpoint may have missed some (the provider retries for three days, keeps for thirty)."""
    newest = await work.stripe_events.newest()
    earliest = work.now - FURTHEST_BACK
    return earliest if newest is None else max(earliest, newest - OVERLAP)


async def catch_up_event(work: Work, *, event: Mapping[str, Any]) -> bool:
    """Through the same inbox; whether it had been missed."""
    return await store_event(work, event=event, source="catch_up") == "new"


def report_missed(missed: int) -> None:
    if missed:
        log.warning("webhooks.missed", count=missed)
