"""Invoices: drawn up, taxed, paid or refused."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stripe.params import (
    InvoiceLineItemListParams,
    InvoiceListParams,
    InvoicePaymentListParams,
    InvoicePayParams,
    InvoiceRetrieveParams,
    InvoiceVoidInvoiceParams,
    RefundCreateParams,
)

from deploy.simulators.stripe.operations import operation
from deploy.simulators.stripe.wire import Json, StripeFault, missing, refused
from deploy.simulators.stripe.world import World, listing, page, within

VAT = Decimal("0.20")
PAID, DECLINED, ACTION_REQUIRED = "paid", "declined", "action_required"
PROCESSING = "processing"
_CARD_BEHAVIOUR = {"0341": DECLINED, "3155": ACTION_REQUIRED}


@dataclass(frozen=True, slots=True)
class Line:
    description: str
    amount: int
    price: Json
    start: int
    end: int
    proration: bool = False


def inclusive_tax(total: int) -> int:
    """The VAT inside a price that contains it: 1.67 of 9.99 at 20 %."""
    return int((Decimal(total) * VAT / (1 + VAT)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def draw_up(world: World, subscription: Json, lines: list[Line], reason: str) -> Json:
    """An open invoice of a subscription; a total below zero becomes credit of the customer."""
    customer = world.find("customer", subscription["customer"])
    invoice_id = world.new_id("in")
    total = sum(line.amount for line in lines)
    used = _use_balance(customer, total)
    taxed = subscription["automatic_tax"]["enabled"]
    tax = inclusive_tax(total) if taxed else 0
    url = f"{world.public_url}/invoice/{invoice_id}"
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": "FR",
        "account_name": "AutoTrack",
        "amount_due": max(0, total) + used,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": max(0, total) + used,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "enabled": taxed,
            "status": "complete" if taxed else None,
            "disabled_reason": None,
            "liability": None,
            "provider": None,
        },
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "confirmation_secret": None,
        "created": world.now(),
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "description": None,
        "discounts": [],
        "due_date": None,
        "ending_balance": customer["balance"],
        "hosted_invoice_url": url,
        "invoice_pdf": f"{url}/pdf",
        "last_finalization_error": None,
        "lines": listing(
            [_line(world, invoice_id, subscription, line, taxed=taxed) for line in lines],
            f"/v1/invoices/{invoice_id}/lines",
        ),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": f"{customer['invoice_prefix']}-{_number(world, customer['id']):04d}",
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription["metadata"]),
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "period_end": world.now(),
        "period_start": min(line.start for line in lines),
        "starting_balance": customer["balance"] - used,
        "status": "open",
        "status_transitions": {
            "finalized_at": world.now(),
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": total,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total - tax,
        "total_taxes": [_tax(total, tax)] if taxed else [],
    }


def _number(world: World, customer_id: str) -> int:
    return 1 + len([1 for row in world.all("invoice") if row["customer"] == customer_id])


def _use_balance(customer: Json, total: int) -> int:
    """A negative balance is the customer's credit; returns what it takes off the amount due."""
    if total < 0:
        customer["balance"] += total
        return 0
    used = max(customer["balance"], -total) if customer["balance"] < 0 else 0
    customer["balance"] -= used
    return int(used)


def _tax(total: int, tax: int) -> Json:
    return {
        "amount": tax,
        "tax_behavior": "inclusive",
        "tax_rate_details": {"tax_rate": "txr_fr_20"},
        "taxability_reason": "standard_rated",
        "taxable_amount": total - tax,
        "type": "tax_rate_details",
    }


def _line(world: World, invoice_id: str, subscription: Json, line: Line, *, taxed: bool) -> Json:
    tax = inclusive_tax(line.amount) if taxed else 0
    item = subscription["items"]["data"][0]
    return {
        "id": world.new_id("il"),
        "object": "line_item",
        "amount": line.amount,
        "currency": subscription["currency"],
        "description": line.description,
        "discount_amounts": [],
        "discountable": not line.proration,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": line.proration,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": line.end, "start": line.start},
        "pricing": {
            "price_details": {"price": line.price["id"], "product": line.price["product"]},
            "type": "price_details",
            "unit_amount_decimal": line.price["unit_amount_decimal"],
        },
        "quantity": 1,
        "subtotal": line.amount,
        "taxes": [_tax(line.amount, tax)] if taxed else [],
    }


def issue(world: World, invoice: Json) -> None:
    world.add("invoice", invoice)
    world.emit("invoice.created", {**invoice, "status": "draft"})
    world.emit("invoice.finalized", invoice)


def next_outcome(world: World, customer: Json) -> str:
    """What the bank will say: a programmed outcome first, else the card's own behaviour."""
    for key in (customer["id"], "*"):
        if world.outcomes[key]:
            return world.outcomes[key].pop(0)
    card_id = customer["invoice_settings"]["default_payment_method"]
    card = world.tables["payment_method"].get(card_id or "")
    return _CARD_BEHAVIOUR.get(card["card"]["last4"], PAID) if card else DECLINED


def charge(world: World, invoice: Json, outcome: str) -> bool:
    """Tries to collect; True when the money came in."""
    invoice["attempted"] = True
    invoice["attempt_count"] += 1
    if outcome == PAID or invoice["amount_remaining"] == 0:
        _collect(world, invoice)
        return True
    if outcome == ACTION_REQUIRED:
        world.emit("invoice.payment_action_required", invoice)
    if outcome != PROCESSING:
        world.emit("invoice.payment_failed", invoice)
    return False


def _collect(world: World, invoice: Json) -> None:
    invoice["amount_paid"] = invoice["amount_due"]
    invoice["amount_remaining"] = 0
    invoice["status"] = "paid"
    invoice["next_payment_attempt"] = None
    invoice["status_transitions"]["paid_at"] = world.now()
    if invoice["amount_paid"]:
        world.add("invoice_payment", _payment(world, invoice))
    world.emit("invoice.paid", invoice)
    world.emit("invoice.payment_succeeded", invoice)


def _payment(world: World, invoice: Json) -> Json:
    return {
        "id": world.new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": invoice["amount_paid"],
        "amount_requested": invoice["amount_due"],
        "created": world.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": world.new_id("pi"), "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": world.now()},
    }


@operation("GET", "/v1/invoice_payments", InvoicePaymentListParams)
def list_payments(world: World, params: Json) -> Json:
    rows = world.all("invoice_payment")
    rows = [row for row in rows if params.get("invoice") in {None, row["invoice"]}]
    return page(rows, params, "/v1/invoice_payments")


def close(world: World, invoice: Json, status: str) -> Json:
    if invoice["status"] != "open":
        raise refused(f"You can only change open invoices; this one is {invoice['status']}.")
    invoice["status"] = status
    moment = "voided_at" if status == "void" else "marked_uncollectible_at"
    invoice["status_transitions"][moment] = world.now()
    kind = "invoice.voided" if status == "void" else "invoice.marked_uncollectible"
    world.emit(kind, invoice)
    return invoice


@operation("GET", "/v1/invoices", InvoiceListParams)
def list_invoices(world: World, params: Json) -> Json:
    rows = [
        row
        for row in world.all("invoice")
        if params.get("customer") in {None, row["customer"]}
        and params.get("status") in {None, row["status"]}
        and within(row["created"], params.get("created"))
        and params.get("subscription")
        in {None, row["parent"]["subscription_details"]["subscription"]}
    ]
    return page(rows, params, "/v1/invoices")


@operation("GET", "/v1/invoices/{id}", InvoiceRetrieveParams)
def retrieve_invoice(world: World, params: Json, invoice_id: str) -> Json:
    del params
    return world.find("invoice", invoice_id)


@operation("GET", "/v1/invoices/{id}/lines", InvoiceLineItemListParams)
def list_lines(world: World, params: Json, invoice_id: str) -> Json:
    lines = world.find("invoice", invoice_id)["lines"]["data"]
    return page(lines, params, f"/v1/invoices/{invoice_id}/lines")


@operation("POST", "/v1/invoices/{id}/void", InvoiceVoidInvoiceParams)
def void_invoice(world: World, params: Json, invoice_id: str) -> Json:
    del params
    return close(world, world.find("invoice", invoice_id), "void")


@operation("POST", "/v1/invoices/{id}/mark_uncollectible", InvoiceVoidInvoiceParams)
def mark_uncollectible(world: World, params: Json, invoice_id: str) -> Json:
    del params
    return close(world, world.find("invoice", invoice_id), "uncollectible")


@operation("POST", "/v1/invoices/{id}/pay", InvoicePayParams)
def pay_invoice(world: World, params: Json, invoice_id: str) -> Json:
    from deploy.simulators.stripe.subscriptions import settle  # noqa: PLC0415 - invoices do not know subscriptions, but paying one changes its own

    del params
    invoice = world.find("invoice", invoice_id)
    if invoice["status"] != "open":
        raise refused("Invoice is already paid", code="invoice_already_paid")
    outcome = next_outcome(world, world.find("customer", invoice["customer"]))
    if not settle(world, invoice, outcome):
        raise StripeFault(402, "Your card was declined.", kind="card_error", code="card_declined")
    return invoice


@operation("POST", "/v1/refunds", RefundCreateParams)
def create_refund(world: World, params: Json) -> Json:
    intent = params.get("payment_intent", "")
    payments = world.tables["invoice_payment"].values()
    paid = next((row for row in payments if row["payment"]["payment_intent"] == intent), None)
    if paid is None:
        raise missing("payment_intent", intent, param="payment_intent")
    if any(row["payment_intent"] == intent for row in world.all("refund")):
        raise refused("Charge has already been refunded.", code="charge_already_refunded")
    refund = {
        "id": world.new_id("re"),
        "object": "refund",
        "amount": params.get("amount", paid["amount_paid"]),
        "charge": params.get("charge"),
        "created": world.now(),
        "currency": "eur",
        "metadata": params.get("metadata") or {},
        "payment_intent": intent,
        "reason": params.get("reason"),
        "status": "succeeded",
    }
    world.add("refund", refund)
    world.emit("refund.created", refund)
    return refund
