"""Which events of the payment provider concern us, and whom each is about. The event itself is only a hint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.storable import flaw_in

HANDLED = frozenset(
    {
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.deleted",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.pending_update_applied",
        "customer.subscription.pending_update_expired",
        "customer.subscription.resumed",
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
        "invoice.marked_uncollectible",
        "invoice.paid",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "invoice.voided",
    }
)


KEPT = frozenset(
    {
        "id",
        "object",
        "customer",
        "subscription",
        "parent",
        "status",
        "number",
        "attempt_count",
        "amount_remaining",
        "currency",
        "hosted_invoice_url",
    }
)


LONGEST_WORD = 255
"""Of an id, a type, a version: Stripe's are shorter, and an index takes no longer ones."""
LAST_SECOND = 253_402_300_799
"""Of the year 9999."""


def is_snapshot(event: Any) -> bool:
    """Whether it has the shape of an event, with nothing in it that cannot be kept; a signature proves who wrote it, and no more."""
    if not isinstance(event, Mapping) or event.get("object") != "event" or flaw_in(event):
        return False
    version, created, carried = event.get("api_version"), event.get("created"), event.get("data")
    return (
        _is_word(event.get("id"))
        and _is_word(event.get("type"))
        and (version is None or _is_word(version))
        and isinstance(created, int)
        and 0 <= created <= LAST_SECOND
        and isinstance(carried, Mapping)
        and isinstance(carried.get("object"), Mapping)
    )


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_WORD


def essence(event: Mapping[str, Any]) -> dict[str, Any]:
    """What we keep of an event: enough to act on it, and nobody's name, address or card, nor whose account it is.

    A part that may be a whole object (an expanded customer, an invoice's parent with its metadata) is kept as its reference.
    """
    body: Mapping[str, Any] = event["data"]["object"]
    kept = {name: body[name] for name in sorted(KEPT & body.keys())}
    kept |= {name: _id(kept[name]) for name in ("customer", "subscription") if name in kept}
    if "parent" in kept:
        found = _parent_subscription(body)
        kept["parent"] = {"subscription_details": {"subscription": found}} if found else None
    return {"data": {"object": kept}}


@dataclass(frozen=True, slots=True)
class About:
    customer_id: str | None = None
    subscription_id: str | None = None
    session_id: str | None = None
    session_status: str = ""


def about(kind: str, body: Mapping[str, Any]) -> About:
    """Reads both today's shapes and those of older API versions, which an old endpoint may still send."""
    customer = _id(body.get("customer"))
    if kind.startswith("checkout.session."):
        return About(
            customer_id=customer,
            subscription_id=_id(body.get("subscription")),
            session_id=body["id"],
            session_status="expired" if kind.endswith(".expired") else "complete",
        )
    if kind.startswith("invoice."):
        found = _parent_subscription(body) or _id(body.get("subscription"))
        return About(customer_id=customer, subscription_id=found)
    if kind == "customer.deleted":
        return About(customer_id=body["id"])
    return About(customer_id=customer, subscription_id=body["id"])


def _parent_subscription(body: Mapping[str, Any]) -> str | None:
    details = (body.get("parent") or {}).get("subscription_details") or {}
    return _id(details.get("subscription"))


def _id(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None
