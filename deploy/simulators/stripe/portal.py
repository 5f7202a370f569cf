"""The customer portal: a session, and what a person does on its page."""

from stripe.params import EventListParams, EventRetrieveParams
from stripe.params.billing_portal import SessionCreateParams

from deploy.simulators.stripe.catalogue import live_customer, new_card
from deploy.simulators.stripe.invoices import next_outcome
from deploy.simulators.stripe.operations import operation
from deploy.simulators.stripe.subscriptions import LIVE, settle, span, update_subscription
from deploy.simulators.stripe.wire import Json, refused
from deploy.simulators.stripe.world import World, page, within


@operation("POST", "/v1/billing_portal/sessions", SessionCreateParams)
def create_portal(world: World, params: Json) -> Json:
    customer = live_customer(world, params.get("customer", ""))
    session_id = world.new_id("bps")
    return world.add(
        "billing_portal.session",
        {
            "id": session_id,
            "object": "billing_portal.session",
            "configuration": "bpc_simulated",
            "created": world.now(),
            "customer": customer["id"],
            "flow": params.get("flow_data"),
            "livemode": False,
            "locale": params.get("locale"),
            "on_behalf_of": None,
            "return_url": params.get("return_url"),
            "url": f"{world.public_url}/portal/{session_id}",
        },
    )


@operation("GET", "/v1/events", EventListParams)
def list_events(world: World, params: Json) -> Json:
    kinds = params.get("types")
    rows = [
        row
        for row in world.all("event")
        if (kinds is None or row["type"] in kinds)
        and params.get("type") in {None, row["type"]}
        and within(row["created"], params.get("created"))
    ]
    return page(rows, params, "/v1/events")


@operation("GET", "/v1/events/{id}", EventRetrieveParams)
def retrieve_event(world: World, params: Json, event_id: str) -> Json:
    del params
    return world.find("event", event_id)


def live_subscription(world: World, customer_id: str) -> Json | None:
    rows = world.all("subscription")
    return next(
        (row for row in rows if row["customer"] == customer_id and row["status"] in LIVE), None
    )


def act(world: World, session: Json, action: str, value: str) -> None:
    """One click on the portal page."""
    customer = live_customer(world, session["customer"])
    if action == "card":
        new_card(world, customer, value)
        pay_open_invoices(world, customer)
        return
    subscription = live_subscription(world, customer["id"])
    if subscription is None:
        raise refused("There is no subscription to change.")
    if action == "cancel":
        # The portal sets `cancel_at` only, not `cancel_at_period_end` (flexible billing mode).
        update_subscription(world, {"cancel_at": span(subscription)[1]}, subscription["id"])
    elif action == "reactivate":
        update_subscription(world, {"cancel_at": ""}, subscription["id"])
    elif action == "switch":
        item = subscription["items"]["data"][0]["id"]
        change = {
            "items": [{"id": item, "price": value}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
        }
        update_subscription(world, change, subscription["id"])
    else:
        raise refused(f"The portal cannot {action}.")


def pay_open_invoices(world: World, customer: Json) -> None:
    for invoice in world.all("invoice"):
        if invoice["customer"] == customer["id"] and invoice["status"] == "open":
            settle(world, invoice, next_outcome(world, customer))
