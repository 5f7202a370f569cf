"""Checkout sessions, and what a person does on their page."""

from typing import Literal

from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)

from deploy.simulators.stripe.catalogue import create_customer, live_customer, new_card
from deploy.simulators.stripe.invoices import PAID, PROCESSING, inclusive_tax
from deploy.simulators.stripe.operations import operation
from deploy.simulators.stripe.periods import DAY
from deploy.simulators.stripe.subscriptions import begin, settle
from deploy.simulators.stripe.wire import Json, StripeFault, refused
from deploy.simulators.stripe.world import World, page

Answer = Literal["pay", "decline", "3ds", "3ds_pass", "3ds_fail", "debit", "abandon"]


@operation("POST", "/v1/checkout/sessions", SessionCreateParams)
def create_session(world: World, params: Json) -> Json:
    if params.get("mode") != "subscription":
        raise refused("This simulator sells subscriptions only.", param="mode")
    if not params.get("line_items"):
        raise refused("You must pass line_items.", param="line_items", code="parameter_missing")
    if "success_url" not in params:
        raise refused("Missing success_url.", param="success_url", code="parameter_missing")
    if params.get("customer") and params.get("customer_email"):
        raise refused("You may only specify one of customer, customer_email.", param="customer")
    if params.get("discounts") and "allow_promotion_codes" in params:
        raise refused("You may only specify one of allow_promotion_codes, discounts.")
    if params.get("customer"):
        live_customer(world, params["customer"])
    line = params["line_items"][0]
    price = world.find("price", line.get("price", ""), param="line_items[0][price]")
    if not price["active"]:
        raise refused("The price specified is inactive.", param="line_items[0][price]")
    session = _blank(world, params, price, line.get("quantity", 1))
    world.add("checkout.session", session)
    notes = world.notes[session["id"]]
    notes.update(price=price["id"], quantity=line.get("quantity", 1))
    notes["subscription_data"] = params.get("subscription_data") or {}
    return session


def _blank(world: World, params: Json, price: Json, quantity: int) -> Json:
    session_id = world.new_id("cs_test")
    trial = (params.get("subscription_data") or {}).get("trial_period_days")
    total = 0 if trial else price["unit_amount"] * quantity
    taxed = (params.get("automatic_tax") or {}).get("enabled", False)
    return {
        "id": session_id,
        "object": "checkout.session",
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {
            "enabled": taxed,
            "liability": None,
            "provider": None,
            "status": "complete" if taxed else None,
        },
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": world.now(),
        "currency": price["currency"],
        "custom_fields": [],
        "customer": params.get("customer"),
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", world.now() + DAY),
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": "subscription",
        "payment_intent": None,
        "payment_method_collection": params.get("payment_method_collection", "always"),
        "payment_method_types": ["card", "sepa_debit"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {
            "amount_discount": 0,
            "amount_shipping": 0,
            "amount_tax": inclusive_tax(total) if taxed else 0,
        },
        "ui_mode": "hosted_page",
        "url": f"{world.public_url}/pay/{session_id}",
    }


@operation("GET", "/v1/checkout/sessions", SessionListParams)
def list_sessions(world: World, params: Json) -> Json:
    rows = [
        row
        for row in world.all("checkout.session")
        if params.get("customer") in {None, row["customer"]}
        and params.get("subscription") in {None, row["subscription"]}
        and params.get("status") in {None, row["status"]}
    ]
    return page(rows, params, "/v1/checkout/sessions")


@operation("GET", "/v1/checkout/sessions/{id}", SessionRetrieveParams)
def retrieve_session(world: World, params: Json, session_id: str) -> Json:
    del params
    return world.find("checkout.session", session_id)


@operation("POST", "/v1/checkout/sessions/{id}/expire", SessionExpireParams)
def expire(world: World, params: Json, session_id: str) -> Json:
    del params
    session = world.find("checkout.session", session_id)
    if session["status"] != "open":
        raise refused(f"Only open sessions can be expired; this one is {session['status']}.")
    expire_session(world, session)
    return session


def expire_session(world: World, session: Json) -> None:
    session.update(status="expired", url=None)
    world.emit("checkout.session.expired", session)


def answer(world: World, session: Json, how: Answer, *, last4: str = "4242") -> str:
    """A person's answer on the page: `done`, `declined`, `challenge` or `left`."""
    if session["status"] != "open":
        raise StripeFault(400, "This session is no longer open.")
    match how:
        case "abandon":
            return "left"
        case "decline" | "3ds_fail":
            return "declined"
        case "3ds":
            return "challenge"
        case "debit":
            _complete(world, session, outcome=PROCESSING, last4=last4)
        case "pay" | "3ds_pass":
            _complete(world, session, outcome=PAID, last4=last4)
    return "done"


def _complete(world: World, session: Json, *, outcome: str, last4: str) -> None:
    notes = world.notes[session["id"]]
    if session["customer"]:
        customer = live_customer(world, session["customer"])
    else:
        customer = create_customer(world, {"email": session["customer_email"]})
    new_card(world, customer, last4)
    given = notes["subscription_data"]
    subscription = begin(
        world,
        customer,
        world.find("price", notes["price"]),
        settings={
            "metadata": given.get("metadata"),
            "trial_days": given.get("trial_period_days"),
            "trial_settings": given.get("trial_settings"),
            "taxed": session["automatic_tax"]["enabled"],
        },
        outcome=outcome,
        quantity=notes["quantity"],
    )
    session.update(
        status="complete",
        payment_status="paid" if outcome == PAID else "unpaid",
        customer=customer["id"],
        subscription=subscription["id"],
        invoice=subscription["latest_invoice"],
        url=None,
    )
    if given.get("trial_period_days"):
        session["payment_status"] = "no_payment_required"
    world.emit("checkout.session.completed", session)


def debit_arrives(world: World, session: Json, *, succeeded: bool) -> None:
    """Days later: the bank transfer behind a completed session came in, or did not."""
    invoice = world.find("invoice", session["invoice"])
    if succeeded:
        settle(world, invoice, PAID)
        session["payment_status"] = "paid"
        world.emit("checkout.session.async_payment_succeeded", session)
        return
    subscription = world.find("subscription", session["subscription"])
    subscription.update(status="incomplete_expired", ended_at=world.now())
    invoice["status"] = "void"
    world.emit("invoice.payment_failed", invoice)
    world.emit("checkout.session.async_payment_failed", session)
    world.emit("customer.subscription.updated", subscription, {"status": "incomplete"})
