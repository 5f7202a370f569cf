"""Somebody who pays is erased while Stripe goes on talking about them."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest

from services.billing.tests.factories import make_account, make_event
from services.billing.tests.stripe_house import StripeHouse
from shared.contracts.erasure import AccountErased
from shared.ids import new_id
from shared.testing.client import Callers
from shared.testing.erasing import PAUSE, deletion, left_of, stopped

pytestmark = pytest.mark.timeout(300)
TABLES = ("customer", "subscription", "subscription_entry", "entitlement", "stripe_event", "job")


async def everything(engine: Any, *tables: str) -> str:
    async with engine.connect() as connection:
        rows = [
            str(row)
            for table in tables
            for (row,) in await connection.exec_driver_sql(f"SELECT t::text FROM {table} t")  # noqa: S608 - our own names
        ]
    return "\n".join(rows)


async def delete_while_stripe_talks(
    stripe: StripeHouse, hear: Any, user_id: UUID, dice: random.Random, *, since: int
) -> None:
    """Every event of theirs again, a changed account, a click on a plan, and the erasure: at once, in any order."""
    told = [
        stripe.deliver(event | {"id": f"{event['id']}_{dice.random()}"})
        for event in list(stripe.world.all("event"))[since:]
    ]
    client = stripe.call.as_user(user_id)
    other = [
        hear(deletion(user_id)),
        hear(make_account(user_id, version=9, email="late@example.org")),
        client.post("/api/subscriptions/checkout", json={"plan": "PREMIUM"}),
        *(stripe.run_jobs() for _ in range(2)),
    ]
    everything_at_once = [*told, *other]
    dice.shuffle(everything_at_once)
    await asyncio.gather(*everything_at_once)
    await stripe.settled()
    await stripe.later(hours=1)


async def test_nothing_of_four_who_pay_is_made_anew_and_nothing_is_said_after(
    call: Callers, stripe: StripeHouse, hear: Any, emitted: Any, open_work: Any, admin_engine: Any
) -> None:
    dice = random.Random(8)
    for _ in range(4):
        user_id, before = new_id(), len(stripe.world.all("event"))
        await hear(make_account(user_id))
        await stripe.subscribe(call.as_user(user_id))
        await delete_while_stripe_talks(stripe, hear, user_id, dice, since=before)
        assert not await left_of(open_work, user_id)
        assert str(user_id) not in await everything(admin_engine, *TABLES)
        said = [one for one in await emitted() if user_id in one.model_dump(mode="python").values()]
        assert isinstance(said[-1], AccountErased)
        assert [one for one in stripe.subscriptions() if one["status"] == "active"] == []


async def test_no_stored_event_names_a_person_and_an_erasure_wipes_what_they_say(
    call: Callers, stripe: StripeHouse, hear: Any, admin_engine: Any
) -> None:
    """An invoice's parent carries the subscription's metadata: our own user id, beside the customer's reference."""
    user_id = call.user_id("free")
    await hear(make_account(user_id))
    await stripe.subscribe(call.free)
    (customer,) = stripe.world.all("customer")
    subscription = stripe.the_subscription()
    metadata = {"user_id": str(user_id)}
    invoice = {
        "id": "in_made_by_hand",
        "object": "invoice",
        "customer": {"id": customer["id"], "email": "marker@example.org", "metadata": metadata},
        "parent": {
            "type": "subscription_details",
            "subscription_details": {"subscription": subscription["id"], "metadata": metadata},
        },
        "number": "A-1",
        "attempt_count": 1,
        "amount_remaining": 0,
        "currency": "eur",
        "hosted_invoice_url": None,
    }
    answer = await stripe.deliver(make_event("invoice.paid", invoice))
    assert answer.status_code == 200, answer.text
    await stripe.settled()
    kept = await everything(admin_engine, "stripe_event")
    assert "in_made_by_hand" in kept
    assert str(user_id) not in kept
    assert "marker@example.org" not in kept
    await hear(deletion(user_id))
    await stripe.settled()
    await stripe.deliver(make_event("invoice.paid", invoice, id="evt_late"))
    await stripe.settled()
    kept = await everything(admin_engine, "stripe_event")
    assert "evt_late" in kept
    assert customer["id"] not in kept
    assert subscription["id"] not in kept


async def test_a_payment_page_left_open_is_closed(
    call: Callers, stripe: StripeHouse, hear: Any
) -> None:
    user_id = call.user_id("free")
    await hear(make_account(user_id))
    asked = await call.free.post("/api/subscriptions/checkout", json={"plan": "STANDARD"})
    assert asked.status_code == 201
    await hear(deletion(user_id))
    await stripe.settled()
    await stripe.answer(asked.json()["url"])
    await stripe.settled()
    assert stripe.subscriptions() == []


async def test_an_erasure_waits_for_a_webhook_under_way_and_one_that_comes_meanwhile_leaves_nothing(
    call: Callers, stripe: StripeHouse, hear: Any, run_jobs: Any, open_work: Any
) -> None:
    user_id, late = call.user_id("free"), "evt_late"
    await hear(make_account(user_id))
    await stripe.subscribe(call.free)
    told = [one for one in stripe.world.all("event") if one["type"].startswith("customer.subscri")]
    await stripe.deliver(told[-1] | {"id": late})
    gate, applying = await stopped(run_jobs("billing.apply_event"))
    erasing = asyncio.create_task(hear(deletion(user_id)))
    done, _ = await asyncio.wait({erasing}, timeout=PAUSE)
    assert not applying.done()
    assert not done, "the erasure did not wait"
    await stripe.deliver(told[-1] | {"id": f"{late}_2"})
    gate.opened.set()
    await asyncio.gather(applying, erasing)
    await stripe.settled()
    await stripe.later(hours=1)
    assert not await left_of(open_work, user_id)
