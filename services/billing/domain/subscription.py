"""A subscription as the payment provider tells it, and what its states mean to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.billing.domain.plans import Interval
from shared.contracts.features import Plan
from shared.money import Money


class Status(StrEnum):
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


ENDED = frozenset({Status.CANCELED, Status.INCOMPLETE_EXPIRED})
BLOCKS_CHECKOUT = frozenset(
    {Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.UNPAID, Status.PAUSED}
)
"""Somebody in one of these states changes what they have instead of buying it twice."""


@dataclass(frozen=True, slots=True)
class LatestInvoice:
    id: str
    status: str
    finalized_at: datetime | None
    due: Money
    hosted_url: str | None


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    price_id: str
    lookup_key: str | None
    price: Money
    interval: Interval
    quantity: int
    period_start: datetime
    period_end: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """The subscription as it is now at the provider."""

    id: str
    customer_id: str
    status: Status
    items: tuple[Item, ...]
    created_at: datetime
    cancel_at: datetime | None
    cancel_at_period_end: bool
    ended_at: datetime | None
    trial_end: datetime | None
    schedule_id: str | None
    latest_invoice: LatestInvoice | None
    has_pending_update: bool = False

    @property
    def period_end(self) -> datetime:
        """The latest over all items: since API 2025-03-31 the period lives there."""
        return max(item.period_end for item in self.items)

    @property
    def period_start(self) -> datetime:
        return min(item.period_start for item in self.items)

    @property
    def ends_at(self) -> datetime | None:
        """The portal sets only `cancel_at`, the API flag only means the period's end: either is a scheduled end."""
        if self.cancel_at is not None:
            return self.cancel_at
        return self.period_end if self.cancel_at_period_end else None


@dataclass(frozen=True, slots=True)
class Alert:
    """Something an operator should look at; the subscription is handled all the same."""

    code: str


def choose_item(
    facts: SubscriptionFacts, plans: Mapping[str, Plan]
) -> tuple[Item, Plan, list[Alert]]:
    """The item that decides: the one with the highest plan. A price we do not sell opens nothing."""
    order = list(Plan)
    known = [(item, plans.get(item.lookup_key or "", Plan.FREE)) for item in facts.items]
    item, plan = max(known, key=lambda pair: order.index(pair[1]))
    alerts = []
    if len(facts.items) > 1:
        alerts.append(Alert("several_items"))
    if item.quantity != 1:
        alerts.append(Alert("unexpected_quantity"))
    if plan is Plan.FREE:
        alerts.append(Alert("unknown_price"))
    return item, plan, alerts


def first_failure(facts: SubscriptionFacts) -> datetime | None:
    """When the open invoice was first tried in vain. Its finalisation is that moment, whichever webhook came first."""
    invoice = facts.latest_invoice
    if facts.status is not Status.PAST_DUE or invoice is None:
        return None
    return invoice.finalized_at
