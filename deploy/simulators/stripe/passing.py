"""What happens because time passes: renewals, dunning, expiries; each at the moment when it was due."""

import copy
from collections.abc import Callable, Iterator

from deploy.simulators.stripe.checkout import expire_session
from deploy.simulators.stripe.invoices import (
    Line,
    charge,
    draw_up,
    issue,
    next_outcome,
)
from deploy.simulators.stripe.periods import DAY, next_boundary
from deploy.simulators.stripe.schedules import next_phase
from deploy.simulators.stripe.subscriptions import (
    changed,
    drop_pending,
    end_now,
    settle,
    span,
)
from deploy.simulators.stripe.wire import Json
from deploy.simulators.stripe.world import World

RETRY_AFTER_DAYS = (3, 5, 7)
TRIAL_NOTICE = 3 * DAY
MOST_STEPS = 10_000

Due = tuple[int, Callable[[], None]]


def catch_up(world: World) -> int:
    """Everything due until now, oldest first; returns how many things happened."""
    now = world.now()
    for step in range(MOST_STEPS):
        due = [found for found in _dues(world) if found[0] <= now]
        if not due:
            return step
        moment, act = min(due, key=lambda found: found[0])
        with world.at(moment):
            act()
    return MOST_STEPS


def _dues(world: World) -> Iterator[Due]:
    for session in world.tables["checkout.session"].values():
        if session["status"] == "open":
            yield session["expires_at"], lambda s=session: expire_session(world, s)  # type: ignore[misc]
    for subscription in world.tables["subscription"].values():
        yield from _subscription_dues(world, subscription)


def _subscription_dues(world: World, subscription: Json) -> Iterator[Due]:
    status = subscription["status"]
    notes = world.notes[subscription["id"]]
    if status in {"canceled", "incomplete_expired", "paused", "unpaid"}:
        return
    if status == "incomplete":
        if "expires" in notes:
            yield notes["expires"], lambda: _expire(world, subscription)
        return
    if "pending" in notes:
        yield notes["pending"]["expires"], lambda: drop_pending(world, subscription)
    if subscription["cancel_at"] is not None:
        reason = "cancellation_requested"
        yield subscription["cancel_at"], lambda: _end(world, subscription, reason)
    end = span(subscription)[1]
    if status == "trialing" and subscription["trial_end"] is not None:
        if not notes.get("trial_noticed"):
            yield end - TRIAL_NOTICE, lambda: _notice_trial(world, subscription)
        yield subscription["trial_end"], lambda: _end_trial(world, subscription)
        return
    if attempts := notes.get("attempts"):
        yield attempts["next"], lambda: _retry(world, subscription)
    yield end, lambda: _renew(world, subscription)


def _end(world: World, subscription: Json, reason: str) -> None:
    end_now(world, subscription, reason=reason)


def _expire(world: World, subscription: Json) -> None:
    before = copy.deepcopy(subscription)
    subscription.update(status="incomplete_expired", ended_at=world.now())
    invoice = world.find("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        invoice["status"] = "void"
        world.emit("invoice.voided", invoice)
    changed(world, subscription, before)


def _notice_trial(world: World, subscription: Json) -> None:
    world.notes[subscription["id"]]["trial_noticed"] = True
    world.emit("customer.subscription.trial_will_end", subscription)


def _end_trial(world: World, subscription: Json) -> None:
    customer = world.find("customer", subscription["customer"])
    if customer["invoice_settings"]["default_payment_method"] is None:
        before = copy.deepcopy(subscription)
        subscription["status"] = "paused"
        changed(world, subscription, before, "paused")
        return
    _renew(world, subscription)


def _renew(world: World, subscription: Json) -> None:
    before = copy.deepcopy(subscription)
    boundary = subscription["trial_end"] or 0
    boundary = max(boundary if subscription["status"] == "trialing" else 0, span(subscription)[1])
    next_phase(world, subscription, boundary)
    item = subscription["items"]["data"][0]
    price = item["price"]
    anchor, interval = subscription["billing_cycle_anchor"], price["recurring"]["interval"]
    until = next_boundary(anchor, boundary, interval)
    item["current_period_start"], item["current_period_end"] = boundary, until
    name = world.find("product", price["product"])["name"]
    amount = price["unit_amount"] * item["quantity"]
    invoice = draw_up(
        world, subscription, [Line(name, amount, price, boundary, until)], "subscription_cycle"
    )
    subscription["latest_invoice"] = invoice["id"]
    issue(world, invoice)
    outcome = next_outcome(world, world.find("customer", subscription["customer"]))
    if charge(world, invoice, outcome):
        subscription["status"] = "active"
    else:
        subscription["status"] = "past_due"
        _plan_retry(world, subscription, invoice, tried=0)
    changed(world, subscription, before)


def _plan_retry(world: World, subscription: Json, invoice: Json, *, tried: int) -> None:
    following = world.now() + RETRY_AFTER_DAYS[tried] * DAY
    invoice["next_payment_attempt"] = following
    world.notes[subscription["id"]]["attempts"] = {
        "next": following,
        "tried": tried,
        "invoice": invoice["id"],
    }


def _retry(world: World, subscription: Json) -> None:
    attempts = world.notes[subscription["id"]].pop("attempts")
    invoice = world.find("invoice", attempts["invoice"])
    if invoice["status"] != "open":
        return
    outcome = next_outcome(world, world.find("customer", subscription["customer"]))
    if settle(world, invoice, outcome):
        return
    tried = attempts["tried"] + 1
    if tried < len(RETRY_AFTER_DAYS):
        _plan_retry(world, subscription, invoice, tried=tried)
        return
    end_now(world, subscription, reason="payment_failed")
