import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.billing.tests.stripe_house import StripeHouse
from shared.contracts.billing import EntitlementsChanged, SubscriptionChanged
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope
from shared.testing.client import Callers, caller_on

MINE = "/api/subscriptions"
CHANGE = f"{MINE}/change_plan"
PREVIEW = f"{MINE}/preview-change"


class TestRead:
    async def test_somebody_without_a_subscription_has_free(self, call: Callers, app: Any) -> None:
        active = (await call.free.get(f"{MINE}/active")).json()
        assert (active["plan"], active["status"], active["subscription"]) == ("FREE", "none", None)
        assert active["limits"]["vehicles"] == 3
        assert (await call.free.get(f"{MINE}/current")).json() == active
        assert (await call.free.get(MINE)).json()["results"] == []

    async def test_what_a_subscription_says(self, call: Callers, stripe: StripeHouse) -> None:
        mine = await stripe.subscribe(call.free, "PREMIUM", "year")
        assert mine["price"] == {"amount": "199.00", "currency": "EUR"}
        assert (mine["interval"], mine["cancel_at"], mine["grace_until"]) == ("year", None, None)
        assert (await call.free.get(f"{MINE}/{mine['id']}")).json() == mine
        assert (await call.free.get(MINE)).json()["results"] == [mine]
        active = await stripe.active(call.free)
        assert "ai.diagnosis" in active["features"]
        assert active["limits"]["vehicles"] is None

    async def test_another_persons_subscription_is_not_found(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        mine = await stripe.subscribe(call.free)
        before = stripe.the_subscription()["items"]["data"][0]["price"]["id"]
        stripe.world.calls.clear()
        for method, path, body in (
            ("GET", "", None),
            ("GET", "/history", None),
            ("POST", "/cancel", None),
            ("POST", "/reactivate", None),
            ("POST", "/resume", None),
            ("POST", "/change_plan", {"plan": "PREMIUM"}),
        ):
            url = f"{MINE}/{mine['id']}{path}"
            assert (await call.other.request(method, url, json=body)).status_code == 404
            assert (await call.anonymous.request(method, url, json=body)).status_code == 401
        assert stripe.world.calls == []
        assert stripe.the_subscription()["items"]["data"][0]["price"]["id"] == before
        assert stripe.the_subscription()["cancel_at"] is None

    async def test_who_acts_in_the_persons_name_reads_the_plan_and_nothing_of_payments(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("next_payment", outcome="declined", times=9)
        await stripe.later(days=32)
        caller = caller_on(Plan.STANDARD, call.user_id("free"))
        acting = call.with_caller(replace(caller, actor=call.user_id("admin")))
        own = (await call.free.get(f"{MINE}/current")).json()
        for path in ("/current", "/active"):
            seen = (await acting.get(f"{MINE}{path}")).json()
            assert (seen["plan"], seen["subscription"]["status"]) == ("STANDARD", "past_due")
            assert own["subscription"]["payment_due_url"]
            assert seen["subscription"] == own["subscription"] | {"payment_due_url": None}
        closed = [
            ("GET", MINE),
            ("GET", f"{MINE}/{own['subscription']['id']}"),
            ("GET", f"{MINE}/{own['subscription']['id']}/history"),
            ("GET", "/api/invoices"),
            ("POST", f"{MINE}/cancel"),
            ("POST", f"{MINE}/portal"),
        ]
        for method, path in closed:
            answer = await acting.request(method, path, json={} if method == "POST" else None)
            assert (answer.status_code, answer.json()["code"]) == (403, "personally_only"), path
        assert (await call.free.get(f"{MINE}/current")).json() == own

    async def test_no_key_reads_the_plan(self, call: Callers, app: Any) -> None:
        caller = caller_on(Plan.FREE, call.user_id("free"))
        key = call.with_caller(
            replace(caller, api_key=call.user_id("key"), scopes=frozenset(Scope))
        )
        answer = await key.get(f"{MINE}/current")
        assert (answer.status_code, answer.json()["code"]) == (403, "personally_only")

    async def test_malformed_ids(self, call: Callers, app: Any) -> None:
        for odd in ("x", "0", "01900000-0000-7000-8000-00000000000g", "%00"):
            assert (await call.free.get(f"{MINE}/{odd}")).status_code in {404, 422}


class TestChange:
    async def test_b22_upgrade_in_the_middle_of_a_period(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        mine = await stripe.subscribe(call.free)
        await stripe.later(days=10)
        seen = (await call.free.post(PREVIEW, json={"plan": "PREMIUM"})).json()
        assert seen["happens"] == "now"
        assert 0 < float(seen["amount_due"]["amount"]) < 10
        assert len(seen["lines"]) == 2
        assert stripe.calls("POST", "/v1/subscriptions") == []
        changed = await call.free.post(CHANGE, json={"plan": "PREMIUM"})
        assert (changed.status_code, changed.json()["subscription"]["plan"]) == (200, "PREMIUM")
        (asked,) = stripe.calls("POST", "/v1/subscriptions")
        assert asked["params"]["proration_behavior"] == "always_invoice"
        assert asked["params"]["payment_behavior"] == "pending_if_incomplete"
        assert asked["params"]["items"][0]["id"].startswith("si_")
        assert asked["idempotency_key"]
        invoice = stripe.world.all("invoice")[0]
        assert f"{invoice['total'] / 100:.2f}" == seen["amount_due"]["amount"]
        assert (await stripe.active(call.free))["plan"] == "PREMIUM"
        await stripe.settled()
        plans = [(told.plan, told.version) for told in await emitted(EntitlementsChanged)]
        assert plans == [("STANDARD", 1), ("PREMIUM", 2)]
        assert (await stripe.active(call.free))["subscription"]["id"] == mine["id"]

    async def test_two_clicks_are_one_upgrade(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        answers = await asyncio.gather(
            *(call.free.post(CHANGE, json={"plan": "PREMIUM"}) for _ in range(3))
        )
        assert {answer.status_code for answer in answers} == {200}
        assert len(stripe.world.all("invoice")) == 2

    async def test_b23_the_bank_wants_a_confirmation(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("next_payment", outcome="action_required")
        changed = await call.free.post(CHANGE, json={"plan": "PREMIUM"})
        assert changed.status_code == 202
        url = changed.json()["action_url"]
        assert url.startswith(stripe.url)
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "STANDARD"
        await stripe.page.post(url, data={"action": "pay"})
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "PREMIUM"

    async def test_b23_a_confirmation_that_never_comes(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("next_payment", outcome="action_required")
        await call.free.post(CHANGE, json={"plan": "PREMIUM"})
        await stripe.later(hours=24)
        active = await stripe.active(call.free)
        assert (active["plan"], active["subscription"]["status"]) == ("STANDARD", "active")
        assert stripe.the_subscription()["pending_update"] is None

    async def test_b24_downgrade_waits_for_the_end_of_the_period(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free, "PREMIUM")
        seen = (await call.free.post(PREVIEW, json={"plan": "STANDARD"})).json()
        assert seen["happens"] == "period_end"
        changed = await call.free.post(CHANGE, json={"plan": "STANDARD"})
        assert changed.json()["happens"] == "period_end"
        mine = changed.json()["subscription"]
        assert (mine["plan"], mine["scheduled_plan"]) == ("PREMIUM", "STANDARD")
        await stripe.settled()
        assert (await stripe.active(call.free))["subscription"]["scheduled_plan"] == "STANDARD"
        await call.free.post(CHANGE, json={"plan": "STANDARD"})
        assert len(stripe.calls("POST", "/v1/subscription_schedules")) == 2
        await stripe.later(days=32)
        after = await stripe.active(call.free)
        assert (after["plan"], after["subscription"]["scheduled_plan"]) == ("STANDARD", None)
        totals = [invoice["total"] for invoice in stripe.world.all("invoice")]
        assert totals == [999, 1999]
        assert [told.plan for told in await emitted(EntitlementsChanged)] == ["PREMIUM", "STANDARD"]

    async def test_b24_a_downgrade_can_be_withdrawn(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free, "PREMIUM")
        await call.free.post(CHANGE, json={"plan": "STANDARD"})
        kept = (await call.free.post(CHANGE, json={"plan": "PREMIUM"})).json()
        assert kept["subscription"]["scheduled_plan"] is None
        await stripe.later(days=32)
        assert (await stripe.active(call.free))["plan"] == "PREMIUM"

    async def test_a_month_becomes_a_year_at_once(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        changed = await call.free.post(CHANGE, json={"plan": "STANDARD", "interval": "year"})
        assert changed.json()["subscription"]["interval"] == "year"
        assert changed.json()["subscription"]["price"]["amount"] == "99.00"

    async def test_b25_same_plan_unknown_plan_inactive_plan(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        stripe.world.calls.clear()
        same = await call.free.post(CHANGE, json={"plan": "STANDARD"})
        assert (same.status_code, same.json()["happens"]) == (200, "none")
        assert stripe.world.calls == []
        assert (await call.free.post(CHANGE, json={"plan": "GOLD"})).status_code == 422
        assert (await call.free.post(CHANGE, json={"plan": "FREE"})).status_code == 422
        premium = next(
            plan
            for plan in (await call.free.get("/api/plans")).json()["results"]
            if plan["code"] == "PREMIUM"
        )
        path = f"/api/plans/{premium['id']}"
        await call.admin.patch(path, json={"is_active": False})
        inactive = await call.free.post(CHANGE, json={"plan": "PREMIUM"})
        await call.admin.patch(path, json={"is_active": True})
        assert (inactive.status_code, inactive.json()["code"]) == (409, "plan_inactive")

    async def test_b26_change_while_past_due(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("next_payment", outcome="declined", times=3)
        await stripe.later(days=32)
        for path in (CHANGE, PREVIEW):
            answer = await call.free.post(path, json={"plan": "PREMIUM"})
            assert (answer.status_code, answer.json()["code"]) == (409, "payment_required")
            assert answer.json()["hosted_invoice_url"].startswith(stripe.url)

    async def test_change_without_a_subscription(self, call: Callers, app: Any) -> None:
        for path in ("change_plan", "preview-change"):
            answer = await call.free.post(f"{MINE}/{path}", json={"plan": "PREMIUM"})
            assert (answer.status_code, answer.json()["code"]) == (409, "no_subscription")
        for path in ("cancel", "reactivate", "resume"):
            assert (await call.free.post(f"{MINE}/{path}")).status_code == 409

    async def test_stripe_refuses_the_card_hard(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        await stripe.control(
            "faults",
            status=402,
            type="card_error",
            code="card_declined",
            times=1,
            path="/v1/subscriptions",
        )
        answer = await call.free.post(CHANGE, json={"plan": "PREMIUM"})
        assert (answer.status_code, answer.json()["code"]) == (402, "payment_refused")
        assert (await stripe.active(call.free))["plan"] == "STANDARD"


class TestOddities:
    async def test_b28_quantity_and_several_items_do_not_matter(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        items = stripe.the_subscription()["items"]
        premium = stripe.world.find("price", "price_premium_monthly")
        second = {**items["data"][0], "id": "si_second", "price": premium, "quantity": 5}
        changed = {**items, "data": [items["data"][0], second]}
        await stripe.control(f"subscriptions/{stripe.the_subscription()['id']}", items=changed)
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "PREMIUM"

    async def test_b30_paused_is_free_and_not_cancelled(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        path = f"subscriptions/{stripe.the_subscription()['id']}"
        await stripe.control(path, status="paused")
        await stripe.settled()
        paused = await stripe.active(call.free)
        assert (paused["plan"], paused["subscription"]["status"]) == ("FREE", "paused")
        key = {"Authorization": "Bearer sk_test_x"}
        await stripe.page.post(f"/v1/{path}/resume", headers=key)
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "STANDARD"

    async def test_b31_incomplete_expired(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        path = f"subscriptions/{stripe.the_subscription()['id']}"
        await stripe.control(path, status="incomplete")
        await stripe.control(path, status="incomplete_expired")
        await stripe.settled()
        expired = await stripe.active(call.free)
        assert (expired["plan"], expired["status"]) == ("FREE", "incomplete_expired")
        again = await call.free.post(f"{MINE}/checkout", json={"plan": "STANDARD"})
        assert again.status_code == 201

    @pytest.mark.parametrize("start", [datetime(2027, 1, 31, 12, tzinfo=UTC)])
    async def test_b55_the_31st_comes_back(
        self, call: Callers, stripe: StripeHouse, start: datetime
    ) -> None:
        stripe.clock.set(start)
        ends = [(await stripe.subscribe(call.free))["current_period_end"][:10]]
        for _ in range(2):
            await stripe.later(days=30)
            ends.append((await stripe.active(call.free))["subscription"]["current_period_end"][:10])
        assert ends == ["2027-02-28", "2027-03-31", "2027-04-30"]

    async def test_b39_a_trial_that_converts_changes_no_entitlement(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free)
        path = f"subscriptions/{stripe.the_subscription()['id']}"
        await stripe.control(path, status="trialing")
        await stripe.settled()
        told = len(await emitted(SubscriptionChanged))
        await stripe.control(path, status="active")
        await stripe.settled()
        assert len(await emitted(SubscriptionChanged)) == told + 1
        assert len(await emitted(EntitlementsChanged)) == 1


class TestCancel:
    async def test_b29_cancel_and_reactivate(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        mine = await stripe.subscribe(call.free)
        first = await call.free.post(f"{MINE}/cancel")
        assert first.json()["cancel_at"] == mine["current_period_end"]
        second = await call.free.post(f"{MINE}/{mine['id']}/cancel")
        assert second.json() == first.json()
        assert len(stripe.calls("POST", "/v1/subscriptions")) == 1
        assert (await stripe.active(call.free))["plan"] == "STANDARD"
        kept = await call.free.post(f"{MINE}/reactivate")
        assert kept.json()["cancel_at"] is None
        there = stripe.the_subscription()
        assert (there["cancel_at"], there["cancel_at_period_end"]) == (None, False)
        await stripe.settled()
        assert len(await emitted(EntitlementsChanged)) == 1

    async def test_b29_cancel_again_after_reactivating(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        for _ in range(2):
            assert (await call.free.post(f"{MINE}/cancel")).json()["cancel_at"] is not None
            assert stripe.the_subscription()["cancel_at"] is not None
            assert (await call.free.post(f"{MINE}/resume")).json()["cancel_at"] is None
            assert stripe.the_subscription()["cancel_at"] is None

    async def test_b29_too_late_to_reactivate(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        await call.free.post(f"{MINE}/cancel")
        await stripe.later(days=32)
        late = await call.free.post(f"{MINE}/reactivate")
        assert (late.status_code, late.json()["code"]) == (409, "ended")
        assert late.json()["checkout_url"] == f"{MINE}/checkout"
        assert (await stripe.active(call.free))["plan"] == "FREE"
        assert (await stripe.subscribe(call.free))["plan"] == "STANDARD"

    async def test_upgrading_takes_a_scheduled_end_back(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        await call.free.post(f"{MINE}/cancel")
        changed = (await call.free.post(CHANGE, json={"plan": "PREMIUM"})).json()
        assert changed["subscription"]["cancel_at"] is None

    async def test_cancelling_withdraws_a_downgrade(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free, "PREMIUM")
        await call.free.post(CHANGE, json={"plan": "STANDARD"})
        cancelled = (await call.free.post(f"{MINE}/cancel")).json()
        assert (cancelled["plan"], cancelled["scheduled_plan"]) == ("PREMIUM", None)
        assert cancelled["cancel_at"] is not None
