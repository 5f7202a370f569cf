import asyncio
from typing import Any

import pytest

from services.billing.tests.factories import make_account
from services.billing.tests.stripe_house import StripeHouse
from shared.contracts.base import Language
from shared.contracts.billing import EntitlementsChanged, PaymentFailed, SubscriptionChanged
from shared.testing.client import Callers

CHECKOUT = "/api/subscriptions/checkout"
PORTAL = "/api/subscriptions/portal"
STANDARD = {"plan": "STANDARD"}


class TestCheckout:
    async def test_b11_first_checkout(self, call: Callers, stripe: StripeHouse, hear: Any) -> None:
        user_id = call.user_id("free")
        await hear(make_account(user_id, language=Language.ES))
        answer = await call.free.post(CHECKOUT, json=STANDARD)
        assert answer.status_code == 201
        assert set(answer.json()) == {"url", "session_id", "expires_at"}
        (customer,) = stripe.calls("POST", "/v1/customers")
        assert customer["params"]["metadata"] == {"user_id": str(user_id)}
        assert customer["params"]["email"] == "eleonore@example.org"
        (session,) = stripe.calls("POST", "/v1/checkout/sessions")
        asked = session["params"]
        assert asked["mode"] == "subscription"
        assert asked["client_reference_id"] == str(user_id)
        assert asked["subscription_data"]["metadata"]["user_id"] == str(user_id)
        assert asked["locale"] == "es"
        assert asked["allow_promotion_codes"] == "true"
        assert asked["automatic_tax"] == {"enabled": "true"}
        assert asked["customer_update"] == {"address": "auto", "name": "auto"}
        assert session["idempotency_key"]
        assert customer["idempotency_key"]

    async def test_b12_double_click(self, call: Callers, stripe: StripeHouse) -> None:
        answers = await asyncio.gather(*(call.free.post(CHECKOUT, json=STANDARD) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["url"] for answer in answers}) == 1
        assert len(stripe.world.all("customer")) == 1
        assert len(stripe.world.all("checkout.session")) == 1

    async def test_another_choice_closes_the_first_page(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        first = (await call.free.post(CHECKOUT, json=STANDARD)).json()
        second = (await call.free.post(CHECKOUT, json={"plan": "PREMIUM"})).json()
        assert first["session_id"] != second["session_id"]
        states = {row["id"]: row["status"] for row in stripe.world.all("checkout.session")}
        assert states == {first["session_id"]: "expired", second["session_id"]: "open"}

    @pytest.mark.parametrize("status", ["active", "trialing", "past_due"])
    async def test_b13_already_subscribed(
        self, call: Callers, stripe: StripeHouse, status: str
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control(f"subscriptions/{stripe.the_subscription()['id']}", status=status)
        await stripe.settled()
        answer = await call.free.post(CHECKOUT, json={"plan": "PREMIUM"})
        assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")
        assert answer.json()["portal_url"] == PORTAL
        assert len(stripe.world.all("checkout.session")) == 1

    async def test_b52_an_idempotency_key_of_our_own(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        key = {"Idempotency-Key": "click-1"}
        first = await call.free.post(CHECKOUT, json=STANDARD, headers=key)
        await stripe.answer(first.json()["url"])
        await stripe.settled()
        again = await call.free.post(CHECKOUT, json=STANDARD, headers=key)
        assert (again.status_code, again.json()) == (201, first.json())
        other = await call.free.post(CHECKOUT, json={"plan": "PREMIUM"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        stranger = await call.other.post(CHECKOUT, json={"plan": "PREMIUM"}, headers=key)
        assert stranger.json()["session_id"] != first.json()["session_id"]

    async def test_b13_paid_but_no_webhook_yet(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.control("deliveries", hold=True)
        url = (await call.free.post(CHECKOUT, json=STANDARD)).json()["url"]
        await stripe.answer(url)
        assert (await call.free.post(CHECKOUT, json=STANDARD)).status_code == 409
        assert (await call.free.post(CHECKOUT, json={"plan": "PREMIUM"})).status_code == 409
        assert len(stripe.subscriptions()) == 1

    async def test_b13_no_answer_from_stripe_is_not_a_yes(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.control("faults", status=500, times=9, path="/v1/subscriptions")
        answer = await call.free.post(CHECKOUT, json=STANDARD)
        assert (answer.status_code, answer.json()["code"]) == (503, "payments_unavailable")
        assert "Retry-After" in answer.headers
        assert stripe.world.all("checkout.session") == []

    async def test_a_slow_stripe_is_given_up_in_time(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.control("faults", delay_seconds=9, times=1, path="/v1/customers")
        started = asyncio.get_running_loop().time()
        assert (await call.free.post(CHECKOUT, json=STANDARD)).status_code == 503
        assert asyncio.get_running_loop().time() - started < 8.9
        assert (await call.free.post(CHECKOUT, json=STANDARD)).status_code == 201
        assert len(stripe.world.all("customer")) == 1

    async def test_b14_two_paid_sessions(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free)
        older = stripe.the_subscription()
        stripe.clock.move(minutes=1)
        key = {"Authorization": "Bearer sk_test_x"}
        form = {
            "mode": "subscription",
            "customer": older["customer"],
            "line_items[0][price]": "price_premium_monthly",
            "success_url": "http://shop.test/",
        }
        second = (await stripe.page.post("/v1/checkout/sessions", data=form, headers=key)).json()
        await stripe.control("deliveries", duplicate=2)
        await stripe.answer(second["url"])
        await stripe.settled()
        states = {row["id"]: row["status"] for row in stripe.subscriptions()}
        assert states.pop(older["id"]) == "active"
        assert list(states.values()) == ["canceled"]
        (refund,) = stripe.world.all("refund")
        assert refund["amount"] == 1999
        assert [told.version for told in await emitted(EntitlementsChanged)] == [1]
        assert len(await emitted(SubscriptionChanged)) == 1
        assert (await stripe.active(call.free))["plan"] == "STANDARD"

    async def test_b15_the_page_after_paying_is_faster_than_the_webhook(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.control("deliveries", hold=True)
        started = (await call.free.post(CHECKOUT, json=STANDARD)).json()
        await stripe.answer(started["url"])
        back = await call.free.get(f"{CHECKOUT}/{started['session_id']}")
        assert back.json()["subscription"]["status"] == "active"
        assert (await stripe.active(call.free))["plan"] == "STANDARD"
        before = len(await emitted())
        await stripe.control("deliveries")
        await stripe.settled()
        assert len(await emitted()) == before
        stranger = await call.other.get(f"{CHECKOUT}/{started['session_id']}")
        assert stranger.status_code == 404

    async def test_b16_abandoned(self, call: Callers, stripe: StripeHouse) -> None:
        first = (await call.free.post(CHECKOUT, json=STANDARD)).json()
        left = await stripe.answer(first["url"], "abandon")
        assert left.status_code == 303
        await stripe.later(hours=25)
        assert (await stripe.active(call.free))["subscription"] is None
        settled = (await call.free.get(f"{CHECKOUT}/{first['session_id']}")).json()
        assert settled["status"] == "expired"
        second = await call.free.post(CHECKOUT, json=STANDARD)
        assert second.status_code == 201
        assert second.json()["session_id"] != first["session_id"]

    async def test_a_declined_card_leaves_the_page_open(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        url = (await call.free.post(CHECKOUT, json=STANDARD)).json()["url"]
        assert "refusée" in (await stripe.answer(url, "decline")).text
        assert "3-D Secure" in (await stripe.answer(url, "3ds")).text
        assert stripe.subscriptions() == []
        assert (await stripe.answer(url, "3ds_pass")).status_code == 303
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "STANDARD"

    @pytest.mark.parametrize("succeeded", [True, False])
    async def test_b17_delayed_payment(
        self, call: Callers, stripe: StripeHouse, emitted: Any, succeeded: bool
    ) -> None:
        started = (await call.free.post(CHECKOUT, json=STANDARD)).json()
        await stripe.answer(started["url"], "debit")
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "FREE"
        await stripe.control("debit", session=started["session_id"], succeeded=succeeded)
        await stripe.settled()
        expected = "STANDARD" if succeeded else "FREE"
        assert (await stripe.active(call.free))["plan"] == expected
        assert len(await emitted(PaymentFailed)) == (0 if succeeded else 1)
        again = await call.free.post(CHECKOUT, json=STANDARD)
        assert again.status_code == (409 if succeeded else 201)

    async def test_b20_a_customer_deleted_at_stripe(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        (old,) = stripe.world.all("customer")
        key = {"Authorization": "Bearer sk_test_x"}
        await stripe.page.delete(f"/v1/customers/{old['id']}", headers=key)
        await stripe.settled()
        active = await stripe.active(call.free)
        assert (active["plan"], active["subscription"]["status"]) == ("FREE", "canceled")
        assert (await call.free.post(PORTAL, json={})).json()["code"] == "no_customer"
        stripe.world.calls.clear()
        await stripe.subscribe(call.free, "PREMIUM")
        assert not [seen for seen in stripe.world.calls if old["id"] in seen["path"]]
        assert (await stripe.active(call.free))["plan"] == "PREMIUM"

    async def test_a_customer_gone_without_a_word_is_replaced(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await call.free.post(CHECKOUT, json=STANDARD)
        await stripe.control("reset")
        stripe.world.seed = "restarted"
        assert (await call.free.post(CHECKOUT, json={"plan": "PREMIUM"})).status_code == 201

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"plan": "FREE"}, 422),
            ({"plan": "GOLD"}, 422),
            ({"plan": None}, 422),
            ({"plan": 7}, 422),
            ({}, 422),
            ({"plan": "STANDARD", "interval": "week"}, 422),
            ({"plan": "STANDARD", "user_id": "x"}, 422),
            ({"plan": "STANDARD", "price": "0.01"}, 422),
            ({"plan": "STANDARD", "success_url": "https://evil.test/"}, 422),
            ({"plan": "STANDARD", "success_url": "http://shop.test@evil.test/"}, 422),
            ({"plan": "STANDARD", "success_url": "javascript:alert(1)"}, 422),
            ({"plan": "STANDARD", "success_url": "http://[bad"}, 422),
            ({"plan": "STANDARD", "cancel_url": "//shop.test"}, 422),
            ([], 422),
        ],
    )
    async def test_hostile_orders(
        self, call: Callers, stripe: StripeHouse, body: Any, status: int
    ) -> None:
        answer = await call.free.post(CHECKOUT, json=body)
        assert answer.status_code == status
        assert stripe.world.calls == []

    async def test_own_return_addresses(self, call: Callers, stripe: StripeHouse) -> None:
        order = STANDARD | {"success_url": "http://shop.test/ok?s={CHECKOUT_SESSION_ID}"}
        started = (await call.free.post(CHECKOUT, json=order)).json()
        back = await stripe.answer(started["url"])
        assert back.headers["location"] == f"http://shop.test/ok?s={started['session_id']}"

    async def test_nobody_and_malformed_ids(self, call: Callers, stripe: StripeHouse) -> None:
        assert (await call.anonymous.post(CHECKOUT, json=STANDARD)).status_code == 401
        assert (await call.anonymous.get(f"{CHECKOUT}/cs_test_1")).status_code == 401
        assert (await call.anonymous.post(PORTAL, json={})).status_code == 401
        for odd in ("cs_x%00", "../etc", "cs_test_unknown", "sub_1", "cs_" + "x" * 300):
            assert (await call.free.get(f"{CHECKOUT}/{odd}")).status_code in {404, 422}


class TestPortal:
    async def test_b18_portal(self, call: Callers, stripe: StripeHouse) -> None:
        nothing = await call.free.post(PORTAL, json={})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "no_customer")
        await stripe.subscribe(call.free)
        opened = await call.free.post(PORTAL, json={"return_url": "http://shop.test/me"})
        assert opened.status_code == 201
        page = await stripe.page.get(opened.json()["url"])
        assert "AutoTrack Standard" in page.text
        assert "http://shop.test/me" in page.text
        (asked,) = stripe.calls("POST", "/v1/billing_portal")
        assert asked["params"]["customer"] == stripe.the_subscription()["customer"]
        refused = await call.free.post(PORTAL, json={"return_url": "https://evil.test/"})
        assert (refused.status_code, refused.json()["code"]) == (422, "return_address_refused")
        assert (await call.other.post(PORTAL, json={})).status_code == 409

    async def test_cancelling_in_the_portal_is_seen(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        url = (await call.free.post(PORTAL, json={})).json()["url"]
        await stripe.page.post(url, data={"action": "cancel"})
        await stripe.settled()
        subscription = (await stripe.active(call.free))["subscription"]
        assert subscription["cancel_at"] == subscription["current_period_end"]
        await stripe.page.post(url, data={"action": "reactivate"})
        await stripe.settled()
        assert (await stripe.active(call.free))["subscription"]["cancel_at"] is None
