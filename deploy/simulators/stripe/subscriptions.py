"""Subscriptions: begun, changed, cancelled, resumed; each change says so in an event."""

import copy

from stripe.params import (
    InvoiceCreatePreviewParams,
    SubscriptionCancelParams,
    SubscriptionListParams,
    SubscriptionResumeParams,
    SubscriptionRetrieveParams,
    SubscriptionUpdateParams,
)

from deploy.simulators.stripe.catalogue import live_customer, merged
from deploy.simulators.stripe.invoices import (
    ACTION_REQUIRED,
    PAID,
    Line,
    charge,
    close,
    draw_up,
    issue,
    next_outcome,
)
from deploy.simulators.stripe.operations import operation
from deploy.simulators.stripe.periods import DAY, HOUR, next_boundary
from deploy.simulators.stripe.wire import Json, StripeFault, refused
from deploy.simulators.stripe.world import World, listing, page

LIVE = frozenset({"active", "trialing", "past_due", "unpaid", "paused", "incomplete"})
FIRST_PAYMENT_WINDOW = 23 * HOUR


def begin(
    world: World, customer: Json, price: Json, *, settings: Json, outcome: str, quantity: int = 1
) -> Json:
    """A new subscription and its first invoice. `settings`: metadata, trial_days, taxed."""
    trial_days = settings.get("trial_days")
    subscription = _blank(world, customer, price, settings=settings, quantity=quantity)
    world.add("subscription", subscription)
    start, end = span(subscription)
    amount = 0 if trial_days else price["unit_amount"] * quantity
    line = Line(_describe(world, price), amount, price, start, end)
    invoice = draw_up(world, subscription, [line], "subscription_create")
    subscription["latest_invoice"] = invoice["id"]
    subscription["status"] = "incomplete"
    if trial_days:
        subscription["status"] = "trialing"
    elif outcome == PAID:
        subscription["status"] = "active"
    world.emit("customer.subscription.created", subscription)
    issue(world, invoice)
    if not charge(world, invoice, outcome):
        world.notes[subscription["id"]]["expires"] = world.now() + FIRST_PAYMENT_WINDOW
    return subscription


def _blank(world: World, customer: Json, price: Json, *, settings: Json, quantity: int) -> Json:
    now = world.now()
    trial_days = settings.get("trial_days")
    trial_end = now + trial_days * DAY if trial_days else None
    anchor = trial_end or now
    sub_id = world.new_id("sub")
    end = trial_end or next_boundary(anchor, now, price["recurring"]["interval"])
    item: Json = {
        "id": world.new_id("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": end,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "price": copy.deepcopy(price),
        "quantity": quantity,
        "subscription": sub_id,
        "tax_rates": [],
    }
    return {
        "id": sub_id,
        "object": "subscription",
        "application": None,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": bool(settings.get("taxed")),
            "liability": None,
        },
        "billing_cycle_anchor": anchor,
        "billing_mode": {"flexible": None, "type": "flexible", "updated_at": now},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": price["currency"],
        "customer": customer["id"],
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "ended_at": None,
        "items": listing([item], f"/v1/subscription_items?subscription={sub_id}"),
        "latest_invoice": None,
        "livemode": False,
        "metadata": dict(settings.get("metadata") or {}),
        "next_pending_invoice_item_invoice": None,
        "pause_collection": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": now,
        "status": "incomplete",
        "test_clock": None,
        "trial_end": trial_end,
        "trial_settings": settings.get("trial_settings"),
        "trial_start": now if trial_end else None,
    }


def span(subscription: Json) -> tuple[int, int]:
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def _describe(world: World, price: Json) -> str:
    return f"1 × {world.find('product', price['product'])['name']}"


def changed(world: World, subscription: Json, before: Json, kind: str = "updated") -> None:
    previous = {name: value for name, value in before.items() if subscription.get(name) != value}
    if previous:
        world.emit(f"customer.subscription.{kind}", subscription, previous)


def end_now(world: World, subscription: Json, *, reason: str) -> Json:
    now = world.now()
    subscription.update(status="canceled", ended_at=now, canceled_at=now, schedule=None)
    subscription["cancellation_details"]["reason"] = reason
    world.emit("customer.subscription.deleted", subscription)
    return subscription


def settle(world: World, invoice: Json, outcome: str) -> bool:
    """Pays an open invoice and lets its subscription follow."""
    sub_id = invoice["parent"]["subscription_details"]["subscription"]
    subscription = world.find("subscription", sub_id)
    if not charge(world, invoice, outcome):
        return False
    before = copy.deepcopy(subscription)
    notes = world.notes[sub_id]
    notes.pop("expires", None)
    notes.pop("attempts", None)
    pending = notes.pop("pending", None)
    if pending and pending["invoice"] == invoice["id"]:
        swap_price(world, subscription, world.find("price", pending["price"]))
        subscription["pending_update"] = None
        changed(world, subscription, before, "pending_update_applied")
    if subscription["status"] in {"incomplete", "past_due", "unpaid"}:
        subscription["status"] = "active"
    changed(world, subscription, before)
    return True


def swap_price(world: World, subscription: Json, price: Json) -> None:
    """The new price from now on; another interval starts a new period, as at Stripe."""
    item = subscription["items"]["data"][0]
    old = item["price"]["recurring"]["interval"]
    item["price"] = copy.deepcopy(price)
    if price["recurring"]["interval"] != old:
        now = world.now()
        subscription["billing_cycle_anchor"] = now
        item["current_period_start"] = now
        item["current_period_end"] = next_boundary(now, now, price["recurring"]["interval"])


def proration(world: World, subscription: Json, price: Json) -> list[Line]:
    """Credit for the unused time of the old price, charge for the same time at the new one."""
    now = world.now()
    start, end = span(subscription)
    item = subscription["items"]["data"][0]
    old = item["price"]
    left, whole = max(0, end - now), max(1, end - start)
    credit = -(old["unit_amount"] * item["quantity"] * left // whole)
    if price["recurring"]["interval"] == old["recurring"]["interval"]:
        due, until = price["unit_amount"] * item["quantity"] * left // whole, end
    else:
        due = price["unit_amount"] * item["quantity"]
        until = next_boundary(now, now, price["recurring"]["interval"])
    return [
        Line(f"Unused time on {_describe(world, old)}", credit, old, now, end, proration=True),
        Line(
            f"Remaining time on {_describe(world, price)}", due, price, now, until, proration=True
        ),
    ]


def _wanted_price(world: World, subscription: Json, items: list[Json]) -> Json | None:
    """The price asked for, when it differs; other item edits (quantity) are applied on the way."""
    item = subscription["items"]["data"][0]
    for given in items:
        if given.get("id") != item["id"]:
            raise refused("Updating items needs the id of the existing item.", param="items[0][id]")
        item["quantity"] = given.get("quantity", item["quantity"])
        price = world.find(
            "price", given.get("price", item["price"]["id"]), param="items[0][price]"
        )
        if price["id"] != item["price"]["id"]:
            return price
    return None


def _change_price(world: World, subscription: Json, price: Json, params: Json) -> None:
    behaviour = params.get("proration_behavior", "create_prorations")
    if behaviour != "always_invoice":
        swap_price(world, subscription, price)
        return
    invoice = draw_up(
        world, subscription, proration(world, subscription, price), "subscription_update"
    )
    outcome = next_outcome(world, world.find("customer", subscription["customer"]))
    if outcome != PAID and params.get("payment_behavior") == "error_if_incomplete":
        raise StripeFault(402, "Your card was declined.", kind="card_error", code="card_declined")
    subscription["latest_invoice"] = invoice["id"]
    issue(world, invoice)
    paid = charge(world, invoice, outcome)
    if paid or params.get("payment_behavior") != "pending_if_incomplete":
        swap_price(world, subscription, price)
        if not paid:
            subscription["status"] = "past_due"
        return
    expires = world.now() + FIRST_PAYMENT_WINDOW
    item = subscription["items"]["data"][0]
    subscription["pending_update"] = {
        "billing_cycle_anchor": None,
        "expires_at": expires,
        "subscription_items": [{**item, "price": copy.deepcopy(price)}],
        "trial_end": None,
        "trial_from_plan": None,
    }
    world.notes[subscription["id"]]["pending"] = {
        "invoice": invoice["id"],
        "price": price["id"],
        "expires": expires,
        "needs_action": outcome == ACTION_REQUIRED,
    }


def drop_pending(world: World, subscription: Json) -> None:
    pending = world.notes[subscription["id"]].pop("pending", None)
    if pending is None:
        return
    before = copy.deepcopy(subscription)
    subscription["pending_update"] = None
    invoice = world.find("invoice", pending["invoice"])
    if invoice["status"] == "open":
        close(world, invoice, "void")
    changed(world, subscription, before, "pending_update_expired")


@operation("POST", "/v1/subscriptions/{id}", SubscriptionUpdateParams)
def update_subscription(world: World, params: Json, subscription_id: str) -> Json:
    subscription = world.find("subscription", subscription_id)
    if subscription["status"] in {"canceled", "incomplete_expired"}:
        raise refused("A canceled subscription can only update its cancellation_details.")
    if subscription["schedule"] and {"items", "cancel_at", "cancel_at_period_end"} & set(params):
        raise refused("The subscription is managed by the subscription schedule; release it first.")
    before = copy.deepcopy(subscription)
    price = _wanted_price(world, subscription, params.get("items", []))
    if price is not None:
        _change_price(world, subscription, price, params)
    _schedule_cancel(world, subscription, params)
    if "metadata" in params:
        subscription["metadata"] = merged(subscription["metadata"], params["metadata"])
    if params.get("trial_end") == "now":
        subscription["trial_end"] = world.now()
    if "default_payment_method" in params:
        subscription["default_payment_method"] = params["default_payment_method"]
    changed(world, subscription, before)
    return subscription


def _schedule_cancel(world: World, subscription: Json, params: Json) -> None:
    end = span(subscription)[1]
    if "cancel_at" in params:
        wanted = params["cancel_at"]
        subscription["cancel_at"] = {"": None, "min_period_end": end, "max_period_end": end}.get(
            wanted, wanted
        )
    if "cancel_at_period_end" in params:
        subscription["cancel_at_period_end"] = params["cancel_at_period_end"]
        subscription["cancel_at"] = end if params["cancel_at_period_end"] else None
    leaving = subscription["cancel_at"] is not None
    subscription["canceled_at"] = (subscription["canceled_at"] or world.now()) if leaving else None
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if leaving else None


@operation("GET", "/v1/subscriptions", SubscriptionListParams)
def list_subscriptions(world: World, params: Json) -> Json:
    status = params.get("status")
    rows = [
        row
        for row in world.all("subscription")
        if params.get("customer") in {None, row["customer"]}
        and (status in {"all", row["status"]} or (status is None and row["status"] != "canceled"))
    ]
    return page(rows, params, "/v1/subscriptions")


@operation("GET", "/v1/subscriptions/{id}", SubscriptionRetrieveParams)
def retrieve_subscription(world: World, params: Json, subscription_id: str) -> Json:
    del params
    return world.find("subscription", subscription_id)


@operation("DELETE", "/v1/subscriptions/{id}", SubscriptionCancelParams)
def cancel_subscription(world: World, params: Json, subscription_id: str) -> Json:
    del params
    subscription = world.find("subscription", subscription_id)
    if subscription["status"] in {"canceled", "incomplete_expired"}:
        raise refused(
            f"No such subscription: '{subscription_id}'", param="id", code="resource_missing"
        )
    return end_now(world, subscription, reason="cancellation_requested")


@operation("POST", "/v1/subscriptions/{id}/resume", SubscriptionResumeParams)
def resume_subscription(world: World, params: Json, subscription_id: str) -> Json:
    del params
    subscription = world.find("subscription", subscription_id)
    if subscription["status"] != "paused":
        raise refused("Only a paused subscription can be resumed.")
    before = copy.deepcopy(subscription)
    now = world.now()
    item = subscription["items"]["data"][0]
    subscription.update(status="active", billing_cycle_anchor=now)
    item["current_period_start"] = now
    item["current_period_end"] = next_boundary(now, now, item["price"]["recurring"]["interval"])
    changed(world, subscription, before, "resumed")
    return subscription


@operation("DELETE", "/v1/customers/{id}", None)
def delete_customer(world: World, params: Json, customer_id: str) -> Json:
    del params
    customer = live_customer(world, customer_id)
    for subscription in world.all("subscription"):
        if subscription["customer"] == customer_id and subscription["status"] in LIVE:
            end_now(world, subscription, reason="cancellation_requested")
    world.emit("customer.deleted", customer)
    gone = {"id": customer_id, "object": "customer", "deleted": True}
    world.tables["customer"][customer_id] = gone
    return gone


@operation("POST", "/v1/invoices/create_preview", InvoiceCreatePreviewParams)
def preview_invoice(world: World, params: Json) -> Json:
    """What the next invoice would say; nothing is kept."""
    subscription = copy.deepcopy(world.find("subscription", params.get("subscription", "")))
    details = params.get("subscription_details", {})
    price = _wanted_price(world, subscription, details.get("items", []))
    customer = world.find("customer", subscription["customer"])
    balance = customer["balance"]
    counters = dict(world.counters)
    if price is not None and details.get("proration_behavior") == "always_invoice":
        lines = proration(world, subscription, price)
    else:
        due = price or subscription["items"]["data"][0]["price"]
        end = span(subscription)[1]
        until = next_boundary(end, end, due["recurring"]["interval"])
        lines = [Line(_describe(world, due), due["unit_amount"], due, end, until)]
    invoice = draw_up(world, subscription, lines, "upcoming")
    customer["balance"] = balance
    world.counters.update(counters)
    return {**invoice, "id": f"upcoming_{invoice['id']}", "status": "draft"}
