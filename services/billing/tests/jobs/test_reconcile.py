from typing import Any

from services.billing.tests.stripe_house import StripeHouse
from services.billing.usecases.messages import RECONCILE, Nothing
from shared.contracts.billing import EntitlementsChanged
from shared.testing.client import Callers


class TestReconcile:
    async def nightly(self, stripe: StripeHouse, open_work: Any) -> None:
        async with open_work() as work:
            work.enqueue(RECONCILE, Nothing(), key="nightly")
        await stripe.run_jobs()

    async def test_b48_what_no_webhook_told_is_repaired(
        self, call: Callers, stripe: StripeHouse, open_work: Any, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("deliveries", drop=99)
        for client in (call.other, call.premium):
            order = {"plan": "PREMIUM"}
            url = (await client.post("/api/subscriptions/checkout", json=order)).json()["url"]
            await stripe.answer(url)
        await stripe.settled()
        assert (await stripe.active(call.other))["plan"] == "FREE"
        await self.nightly(stripe, open_work)
        assert (await stripe.active(call.other))["plan"] == "PREMIUM"
        assert (await stripe.active(call.premium))["plan"] == "PREMIUM"
        told = len(await emitted())
        await self.nightly(stripe, open_work)
        assert len(await emitted()) == told

    async def test_b48_an_orphan_is_counted_and_left_alone(
        self, call: Callers, stripe: StripeHouse, open_work: Any, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free)
        row = stripe.the_subscription()
        foreign = {**row, "id": "sub_foreign", "customer": "cus_foreign"}
        stripe.world.add("subscription", foreign)
        told = len(await emitted())
        await self.nightly(stripe, open_work)
        assert len(await emitted()) == told

    async def test_b48_one_run_a_night(
        self, call: Callers, stripe: StripeHouse, run_schedule: Any
    ) -> None:
        assert await run_schedule("billing.reconcile_nightly")
        assert not await run_schedule("billing.reconcile_nightly")
        await stripe.run_jobs()
        assert len(stripe.calls("GET", "/v1/subscriptions")) == 1

    async def test_a_parked_event_is_healed(
        self, call: Callers, stripe: StripeHouse, open_work: Any
    ) -> None:
        await stripe.subscribe(call.free)
        async with open_work() as work:
            event = await work.stripe_events.by_id(stripe.world.all("event")[0]["id"])
            event.state = "parked"
        await self.nightly(stripe, open_work)
        stored = await call.admin.get(f"/api/webhooks/events/{event.id}")
        assert stored.json()["state"] == "done"


class TestCatchUp:
    async def test_b49_four_days_without_an_endpoint(
        self, call: Callers, stripe: StripeHouse, run_schedule: Any, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("deliveries", drop=99)
        url = (await call.free.post("/api/subscriptions/portal", json={})).json()["url"]
        await stripe.page.post(url, data={"action": "switch", "value": "price_premium_monthly"})
        await stripe.later(days=4)
        assert (await stripe.active(call.free))["plan"] == "STANDARD"
        assert await run_schedule("billing.catch_up_events")
        await stripe.run_jobs()
        assert (await stripe.active(call.free))["plan"] == "PREMIUM"
        assert len(await emitted(EntitlementsChanged)) == 2
        stored = (await call.admin.get("/api/webhooks/events?page_size=100")).json()["results"]
        assert "catch_up" in {row["source"] for row in stored}
        await stripe.later(minutes=31)
        before = len(stored)
        assert await run_schedule("billing.catch_up_events")
        await stripe.run_jobs()
        again = (await call.admin.get("/api/webhooks/events?page_size=100")).json()["count"]
        assert again == before
