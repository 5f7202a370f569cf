"""What billing's events mean to a person: only what they would want to be told, not each state in between."""

from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from services.notifications.domain.kinds import Kind
from services.notifications.domain.news import News
from services.notifications.domain.vehicle_news import amount
from shared.contracts.billing import PaymentFailed, SubscriptionChanged
from shared.contracts.features import Plan

_OWING = frozenset({"past_due", "unpaid"})
_CLOSED = frozenset({"incomplete", "incomplete_expired", "canceled"})


class Change(StrEnum):
    STARTED = "started"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"
    CANCELLING = "cancelling"
    ENDED = "ended"
    RECOVERED = "recovered"


def change_of(event: SubscriptionChanged) -> Change | None:
    before, after = (
        _open(event.previous_plan, event.previous_status),
        _open(event.plan, event.status),
    )
    if before is not after:
        return _change_of_plan(before, after)
    if after is Plan.FREE:
        return None
    if event.cancel_at is not None:
        return Change.CANCELLING
    has_recovered = event.status == "active" and event.previous_status in _OWING
    return Change.RECOVERED if has_recovered else None


def _open(plan: Plan, status: str | None) -> Plan:
    """What is open to the person: a subscription that is not paid yet, or no more, keeps its plan's name."""
    return Plan.FREE if status in _CLOSED else plan


def _change_of_plan(before: Plan, after: Plan) -> Change:
    if after is Plan.FREE:
        return Change.ENDED
    if before is Plan.FREE:
        return Change.STARTED
    return Change.UPGRADED if after.outranks(before) else Change.DOWNGRADED


def of_subscription(event: SubscriptionChanged) -> News | None:
    change = change_of(event)
    if change is None:
        return None
    # A cancellation stands in every later state until it takes effect: it is told once per date.
    which = event.cancel_at.isoformat() if change is Change.CANCELLING and event.cancel_at else None
    return News(
        kind=Kind.SUBSCRIPTION_CHANGED,
        owner_id=event.user_id,
        key=f"subscription:{event.user_id}:{change}:{which or event.version}",
        facts={
            "change": change.value,
            "plan": _open(event.plan, event.status).value,
            "previous_plan": event.previous_plan.value,
            "amount": amount(event.amount),
            "interval": event.interval,
            "renews_at": moment(event.current_period_end),
            "cancel_at": moment(event.cancel_at),
        },
    )


def of_failed_payment(event: PaymentFailed) -> News:
    step = "action" if event.action_required else "failed"
    return News(
        kind=Kind.PAYMENT_FAILED,
        owner_id=event.user_id,
        key=f"payment:{event.user_id}:{event.invoice_ref}:{step}",
        facts={
            "amount": amount(event.amount),
            "grace_until": moment(event.grace_until),
            "action_required": event.action_required,
            "pay_url": web_address(event.hosted_invoice_url),
        },
    )


def moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def web_address(url: str | None) -> str | None:
    """The address if a browser should follow it: a `javascript:` link is nobody's invoice."""
    return url if url and urlsplit(url).scheme in {"https", "http"} else None
