"""Stripe's objects as our values; the only place that knows where Stripe keeps what (API 2026-10-28.endive)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from services.billing.clients.payments import Checkout, Invoice, InvoiceLine, Preview
from services.billing.domain.plans import Interval
from services.billing.domain.subscription import Item, LatestInvoice, Status, SubscriptionFacts
from shared.money import Money

Body = Mapping[str, Any]


def body_of(thing: stripe.StripeObject) -> Body:
    found: Body = thing.to_dict()
    return found


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def moment_or_none(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def money(amount: int, currency: str) -> Money:
    return Money(amount, currency.upper())


def id_of(value: str | Body | None) -> str | None:
    """Expandable fields hold an id or the object itself."""
    if value is None or isinstance(value, str):
        return value
    found: str = value["id"]
    return found


def subscription_facts(body: Body) -> SubscriptionFacts:
    return SubscriptionFacts(
        id=body["id"],
        customer_id=id_of(body["customer"]) or "",
        status=Status(body["status"]),
        items=tuple(_item(item) for item in body["items"]["data"]),
        created_at=moment(body["created"]),
        cancel_at=moment_or_none(body["cancel_at"]),
        cancel_at_period_end=body["cancel_at_period_end"],
        ended_at=moment_or_none(body["ended_at"]),
        trial_end=moment_or_none(body["trial_end"]),
        schedule_id=id_of(body["schedule"]),
        latest_invoice=_latest_invoice(body["latest_invoice"]),
        has_pending_update=body["pending_update"] is not None,
    )


def _item(body: Body) -> Item:
    price = body["price"]
    return Item(
        id=body["id"],
        price_id=price["id"],
        lookup_key=price["lookup_key"],
        price=money(price["unit_amount"], price["currency"]),
        interval=Interval(price["recurring"]["interval"]),
        quantity=body["quantity"],
        period_start=moment(body["current_period_start"]),
        period_end=moment(body["current_period_end"]),
    )


def _latest_invoice(body: str | Body | None) -> LatestInvoice | None:
    if body is None or isinstance(body, str):
        return None
    return LatestInvoice(
        id=body["id"],
        status=body["status"],
        finalized_at=moment_or_none(body["status_transitions"]["finalized_at"]),
        due=money(body["amount_remaining"], body["currency"]),
        hosted_url=body["hosted_invoice_url"],
    )


def checkout(body: Body) -> Checkout:
    return Checkout(
        id=body["id"],
        url=body["url"],
        status=body["status"],
        customer_id=id_of(body["customer"]),
        subscription_id=id_of(body["subscription"]),
        expires_at=moment(body["expires_at"]),
    )


def preview(body: Body) -> Preview:
    currency = body["currency"]
    return Preview(
        due=money(body["amount_due"], currency),
        total=money(body["total"], currency),
        lines=tuple(
            (line["description"] or "", money(line["amount"], currency))
            for line in body["lines"]["data"]
        ),
    )


def invoice(body: Body, lines: list[Body]) -> Invoice:
    """Tax is what Stripe says in `total_taxes`; nothing is computed here."""
    currency = body["currency"]
    tax = sum(each["amount"] for each in body["total_taxes"] or [])
    net = body["total_excluding_tax"]
    return Invoice(
        id=body["id"],
        customer_id=id_of(body["customer"]) or "",
        number=body["number"],
        status=body["status"],
        created_at=moment(body["created"]),
        total=money(body["total"], currency),
        due=money(body["amount_remaining"], currency),
        paid=money(body["amount_paid"], currency),
        tax=money(tax, currency),
        net=money(body["total"] - tax if net is None else net, currency),
        credit=money(max(0, -body["total"]), currency),
        hosted_url=body["hosted_invoice_url"],
        pdf_url=body["invoice_pdf"],
        lines=tuple(_invoice_line(line) for line in lines),
    )


def _invoice_line(body: Body) -> InvoiceLine:
    return InvoiceLine(
        description=body["description"],
        amount=money(body["amount"], body["currency"]),
        period_start=moment(body["period"]["start"]),
        period_end=moment(body["period"]["end"]),
    )
