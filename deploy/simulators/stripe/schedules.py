"""Subscription schedules, as far as a change at the end of the period needs them."""

from stripe.params import (
    SubscriptionScheduleCreateParams,
    SubscriptionScheduleReleaseParams,
    SubscriptionScheduleRetrieveParams,
    SubscriptionScheduleUpdateParams,
)

from deploy.simulators.stripe.operations import operation
from deploy.simulators.stripe.subscriptions import span, swap_price
from deploy.simulators.stripe.wire import Json, refused
from deploy.simulators.stripe.world import World


@operation("POST", "/v1/subscription_schedules", SubscriptionScheduleCreateParams)
def create_schedule(world: World, params: Json) -> Json:
    subscription = world.find(
        "subscription", params.get("from_subscription", ""), param="from_subscription"
    )
    if subscription["schedule"]:
        raise refused("The subscription already has a schedule.", param="from_subscription")
    start, end = span(subscription)
    item = subscription["items"]["data"][0]
    schedule = {
        "id": world.new_id("sub_sched"),
        "object": "subscription_schedule",
        "canceled_at": None,
        "completed_at": None,
        "created": world.now(),
        "current_phase": {"end_date": end, "start_date": start},
        "customer": subscription["customer"],
        "end_behavior": "release",
        "livemode": False,
        "metadata": {},
        "phases": [_phase(item["price"]["id"], start, end)],
        "released_at": None,
        "released_subscription": None,
        "status": "active",
        "subscription": subscription["id"],
    }
    world.add("subscription_schedule", schedule)
    subscription["schedule"] = schedule["id"]
    world.emit("subscription_schedule.created", schedule)
    world.emit("customer.subscription.updated", subscription, {"schedule": None})
    return schedule


def _phase(price_id: str, start: int, end: int | None) -> Json:
    return {
        "start_date": start,
        "end_date": end,
        "items": [{"price": price_id, "quantity": 1, "metadata": {}}],
        "proration_behavior": "none",
    }


@operation("POST", "/v1/subscription_schedules/{id}", SubscriptionScheduleUpdateParams)
def update_schedule(world: World, params: Json, schedule_id: str) -> Json:
    schedule = world.find("subscription_schedule", schedule_id)
    phases: list[Json] = []
    for given in params.get("phases", []):
        price = world.find("price", given["items"][0]["price"], param="phases[0][items][0][price]")
        start = given.get("start_date") or phases[-1]["end_date"]
        phases.append(_phase(price["id"], start, given.get("end_date")))
    if phases:
        schedule["phases"] = phases
    schedule["end_behavior"] = params.get("end_behavior", schedule["end_behavior"])
    world.emit("subscription_schedule.updated", schedule)
    return schedule


@operation("GET", "/v1/subscription_schedules/{id}", SubscriptionScheduleRetrieveParams)
def retrieve_schedule(world: World, params: Json, schedule_id: str) -> Json:
    del params
    return world.find("subscription_schedule", schedule_id)


@operation("POST", "/v1/subscription_schedules/{id}/release", SubscriptionScheduleReleaseParams)
def release_schedule(world: World, params: Json, schedule_id: str) -> Json:
    del params
    schedule = world.find("subscription_schedule", schedule_id)
    if schedule["status"] != "active":
        raise refused(f"A {schedule['status']} schedule cannot be released.")
    subscription = world.find("subscription", schedule["subscription"])
    _let_go(world, schedule, subscription)
    world.emit("customer.subscription.updated", subscription, {"schedule": schedule_id})
    return schedule


def _let_go(world: World, schedule: Json, subscription: Json) -> None:
    schedule.update(
        status="released",
        released_at=world.now(),
        released_subscription=subscription["id"],
        subscription=None,
    )
    subscription["schedule"] = None
    world.emit("subscription_schedule.released", schedule)


def next_phase(world: World, subscription: Json, boundary: int) -> None:
    """At a period's end: the phase that begins there takes over; after the last one the schedule lets go."""
    schedule = world.tables["subscription_schedule"].get(subscription["schedule"] or "")
    if schedule is None:
        return
    coming = [phase for phase in schedule["phases"] if phase["start_date"] >= boundary]
    if coming:
        swap_price(world, subscription, world.find("price", coming[0]["items"][0]["price"]))
    _let_go(world, schedule, subscription)
