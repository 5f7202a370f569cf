"""While Stripe is slow nobody else waits, and one person's requests still happen one after the other."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.billing.storage.models import Customer
from services.billing.tests.factories import make_account
from services.billing.tests.stripe_house import StripeHouse
from services.billing.usecases import turns
from shared.ids import new_id
from shared.testing.client import Callers
from shared.testing.erasing import deletion, left_of

CHECKOUT = "/api/subscriptions/checkout"
CHANGE = "/api/subscriptions/change_plan"
STANDARD, PREMIUM = {"plan": "STANDARD"}, {"plan": "PREMIUM"}
POOL = 12
"""Connections of the service in tests."""


async def asked(stripe: StripeHouse, method: str, path: str, *, times: int = 1) -> None:
    """Returns as soon as Stripe has been asked so often; it answers later."""
    async with asyncio.timeout(20):
        while len(stripe.calls(method, path)) < times:  # noqa: ASYNC110 - the simulator tells nobody
            await asyncio.sleep(0.01)


async def free_turns(open_work: Any) -> bool:
    async with open_work() as work:
        held = select(func.count()).select_from(Customer).where(Customer.busy_with.is_not(None))
        return not await work.session.scalar(held)


async def leave_a_turn(open_work: Any, *, ends_in: timedelta) -> None:
    """As a process does that died while it asked."""
    async with open_work() as work:
        until = func.now() + ends_in
        await work.session.execute(update(Customer).values(busy_with=new_id(), busy_until=until))


async def test_a_slow_stripe_keeps_no_connection(
    call: Callers, stripe: StripeHouse, open_work: Any
) -> None:
    await stripe.control("faults", delay_seconds=5, times=POOL + 2, path="/v1/customers")
    clicks = [
        asyncio.create_task(call.as_user(new_id()).post(CHECKOUT, json=STANDARD))
        for _ in range(POOL + 2)
    ]
    await asked(stripe, "POST", "/v1/customers", times=POOL + 2)
    answer = await call.other.get("/api/subscriptions/active")
    assert answer.status_code == 200
    assert not any(click.done() for click in clicks)
    assert {answer.status_code for answer in await asyncio.gather(*clicks)} == {201}
    assert len(stripe.world.all("customer")) == POOL + 2
    assert await free_turns(open_work)


async def test_who_has_waited_long_enough_is_told_to_come_back(
    call: Callers, stripe: StripeHouse, open_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    await stripe.control("faults", delay_seconds=4, times=1, path="/v1/customers")
    first = asyncio.create_task(call.free.post(CHECKOUT, json=STANDARD))
    await asked(stripe, "POST", "/v1/customers")
    second = await call.free.post(CHECKOUT, json=PREMIUM)
    assert (second.status_code, second.json()["code"]) == (409, "at_provider")
    assert int(second.headers["Retry-After"]) > 0
    assert (await first).status_code == 201
    assert len(stripe.world.all("customer")) == 1
    assert len(stripe.world.all("checkout.session")) == 1
    assert await free_turns(open_work)


async def test_different_wishes_at_once_are_one_after_the_other(
    call: Callers, stripe: StripeHouse, open_work: Any
) -> None:
    wishes = [STANDARD, PREMIUM, STANDARD, PREMIUM]
    answers = await asyncio.gather(*(call.free.post(CHECKOUT, json=wish) for wish in wishes))
    assert {answer.status_code for answer in answers} == {201}
    assert len(stripe.world.all("customer")) == 1
    states = [row["status"] for row in stripe.world.all("checkout.session")]
    assert states.count("open") == 1
    assert await free_turns(open_work)


async def test_a_refusal_gives_the_turn_back(
    call: Callers, stripe: StripeHouse, open_work: Any
) -> None:
    await stripe.control("faults", status=500, times=3, path="/v1/customers")
    assert (await call.free.post(CHECKOUT, json=STANDARD)).status_code == 503
    assert await free_turns(open_work)
    await stripe.subscribe(call.free)
    assert (await call.free.post(CHECKOUT, json=PREMIUM)).status_code == 409
    assert await free_turns(open_work)


@pytest.mark.parametrize(("ends_in", "status"), [(-1, 201), (60, 409)])
async def test_a_dead_process_keeps_the_turn_for_a_while_only(
    call: Callers,
    stripe: StripeHouse,
    hear: Any,
    open_work: Any,
    monkeypatch: pytest.MonkeyPatch,
    ends_in: int,
    status: int,
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    await hear(make_account(call.user_id("free")))
    await leave_a_turn(open_work, ends_in=timedelta(seconds=ends_in))
    answer = await call.free.post(CHECKOUT, json=STANDARD)
    assert (answer.status_code, len(stripe.world.all("customer"))) == (status, status == 201)


async def test_what_was_heard_after_the_turn_ran_out_is_not_written(
    call: Callers, stripe: StripeHouse, open_work: Any
) -> None:
    await stripe.subscribe(call.free)
    await stripe.control("faults", delay_seconds=3, times=1, path="/v1/subscriptions")
    change = asyncio.create_task(call.free.post(CHANGE, json=PREMIUM))
    await asked(stripe, "POST", "/v1/subscriptions")
    await leave_a_turn(open_work, ends_in=timedelta(seconds=-1))
    assert (await change).json()["code"] == "at_provider"
    assert (await stripe.active(call.free))["plan"] == "STANDARD"
    await stripe.settled()  # the webhook tells the truth
    assert (await stripe.active(call.free))["plan"] == "PREMIUM"


async def test_a_webhook_waits_for_a_change_under_way_and_comes_again_when_it_lasts(
    call: Callers, stripe: StripeHouse, open_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    url = (await call.free.post(CHECKOUT, json=STANDARD)).json()["url"]
    await leave_a_turn(open_work, ends_in=timedelta(minutes=2))
    await stripe.answer(url)
    await stripe.settled()
    assert (await stripe.active(call.free))["plan"] == "FREE"
    await leave_a_turn(open_work, ends_in=timedelta(seconds=-1))
    await stripe.later(seconds=10)
    assert (await stripe.active(call.free))["plan"] == "STANDARD"


async def test_an_erasure_finds_what_was_asked_for_meanwhile(
    call: Callers, stripe: StripeHouse, hear: Any, run_jobs: Any, open_work: Any
) -> None:
    """The click is at Stripe when its account is erased: neither a customer nor a page is left there."""
    user_id = call.user_id("free")
    await hear(make_account(user_id))
    await stripe.control("faults", delay_seconds=4, times=1, path="/v1/checkout/sessions")
    click = asyncio.create_task(call.free.post(CHECKOUT, json=STANDARD))
    await asked(stripe, "POST", "/v1/checkout/sessions")
    await hear(deletion(user_id))
    assert not click.done()
    await run_jobs()
    assert (await click).status_code == 401
    assert not await left_of(open_work, user_id)
    assert [one for one in stripe.world.all("customer") if not one.get("deleted")] == []
    assert [one["status"] for one in stripe.world.all("checkout.session")] == ["expired"]
