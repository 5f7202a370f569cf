import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.billing.tests.factories import make_event
from services.billing.tests.stripe_house import SECRET, WEBHOOK, StripeHouse
from shared.contracts.billing import EntitlementsChanged, PaymentFailed, SubscriptionChanged
from shared.testing.client import Callers

EVENTS = "/api/webhooks/events"
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ODD = ANY_VALUE | st.sampled_from(["a\x00", "\ud800", ["2026"], {}, 10**12, -1, 2**70, "x" * 9000])
MEMBERS = st.sampled_from(["id", "type", "api_version", "created", "data", "object", "livemode"])
KINDS = st.sampled_from(["customer.subscription.updated", "invoice.paid", "customer.deleted", "x"])


def about(stripe: StripeHouse, kind: str = "customer.subscription.updated") -> dict[str, Any]:
    return make_event(kind, stripe.the_subscription())


class TestShape:
    """Stripe signed it: that says who wrote it, and not that it can be kept."""

    @given(kind=KINDS, said=st.dictionaries(MEMBERS, ODD, max_size=2), carried=ODD)
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    async def test_whatever_is_signed_is_stored_or_refused(
        self, stripe: StripeHouse, kind: str, said: dict[str, Any], carried: Any
    ) -> None:
        event = make_event(kind, {"id": "sub_1", "customer": carried}, **said)
        answer = await stripe.deliver(json.dumps(event).encode(errors="surrogatepass"))
        assert answer.status_code in {200, 400}, answer.text

    @pytest.mark.parametrize(
        "said",
        [
            {"api_version": ["2026"]},
            {"api_version": "2026\x00"},
            {"id": "evt_\x00"},
            {"id": "e" * 9000},
            {"type": "a\x00"},
            {"created": 10**12},
            {"created": "yesterday"},
            {"data": {"object": {"id": "a\x00b"}}},
            {"data": {"object": []}},
        ],
        ids=lambda said: next(iter(said)),
    )
    async def test_what_cannot_be_kept_is_no_event(
        self, stripe: StripeHouse, said: dict[str, Any]
    ) -> None:
        event = make_event("invoice.paid", {"id": "in_1"}, **said)
        answer = await stripe.deliver(json.dumps(event).encode())
        assert (answer.status_code, answer.json()["code"]) == (400, "signature_refused")


class TestReceive:
    async def test_b01_happy_path(self, call: Callers, stripe: StripeHouse, emitted: Any) -> None:
        subscription = await stripe.subscribe(call.free)
        assert (subscription["plan"], subscription["status"]) == ("STANDARD", "active")
        history = await call.free.get(f"/api/subscriptions/{subscription['id']}/history")
        assert history.json()["count"] == 1
        (changed,) = await emitted(SubscriptionChanged)
        assert (changed.plan, changed.previous_plan, changed.status) == (
            "STANDARD",
            "FREE",
            "active",
        )
        (told,) = await emitted(EntitlementsChanged)
        assert (told.plan, told.version, told.user_id) == ("STANDARD", 1, call.user_id("free"))

    async def test_b01_stripe_is_not_asked_during_the_request(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        stripe.world.calls.clear()
        assert (await stripe.deliver(about(stripe))).json() == {"received": "new"}
        assert stripe.world.calls == []
        await stripe.settled()
        assert len(stripe.calls("GET", "/v1/subscriptions/")) == 1

    async def test_b02_the_raw_body_is_the_proof(self, call: Callers, stripe: StripeHouse) -> None:
        event = make_event("price.updated", {"z": 1, "name": "Éléonore", "a": 2})
        odd = ("  " + orjson.dumps(event).decode().replace(",", " ,\n  ")).encode()
        assert (await stripe.deliver(odd)).status_code == 200
        ascii_only = odd.replace("Éléonore".encode(), b"\\u00c9l\\u00e9onore")
        signed = (await stripe.deliver(odd)).request.headers["Stripe-Signature"]
        again = await call.anonymous.post(
            WEBHOOK, content=ascii_only, headers={"Stripe-Signature": signed}
        )
        assert (again.status_code, again.json()["code"]) == (400, "signature_refused")

    async def test_b03_wrong_method_size_and_type(self, call: Callers, stripe: StripeHouse) -> None:
        assert (await call.anonymous.get(WEBHOOK)).status_code == 405
        huge = await stripe.deliver(b"{" + b" " * 2_000_000 + b"}")
        assert (huge.status_code, huge.json()["code"]) == (413, "payload_too_large")
        plain = await stripe.deliver(make_event("price.updated", {}))
        assert plain.request.headers.get("content-type") is None
        assert plain.status_code == 200

    async def test_b05_either_secret_signs_during_a_roll(self, stripe: StripeHouse) -> None:
        for number, secret in enumerate((SECRET, "whsec_previous")):
            event = make_event("price.updated", {}, id=f"evt_roll_{number}")
            assert (await stripe.deliver(event, secret=secret)).status_code == 200
        stranger = await stripe.deliver(make_event("price.updated", {}), secret="whsec_stranger")
        assert stranger.status_code == 400

    async def test_the_time_is_checked_both_ways(self, stripe: StripeHouse) -> None:
        event = make_event("price.updated", {})
        assert (await stripe.deliver(event, age=301)).status_code == 400
        assert (await stripe.deliver(event, age=-301)).status_code == 400
        assert (await stripe.deliver(event, age=299)).status_code == 200

    async def test_b06_an_unsubscribed_type_is_kept_and_ignored(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        assert (await stripe.deliver(make_event("price.updated", {}))).json() == {
            "received": "ignored"
        }
        assert await stripe.run_jobs() == 0
        stored = (await call.admin.get(f"{EVENTS}/evt_made_by_hand")).json()
        assert (stored["state"], stored["attempts"]) == ("ignored", 0)

    async def test_b07_a_thin_notification_is_refused(self, stripe: StripeHouse) -> None:
        thin = {"id": "evt_thin", "object": "v2.core.event", "type": "v1.billing.meter"}
        nonsenses: list[Any] = [thin, [], 7, {"object": "event"}]
        nonsenses.append(make_event("x", {}, created="soon"))
        for nonsense in nonsenses:
            assert (await stripe.deliver(nonsense)).status_code == 400
        assert (await stripe.deliver(b"\xff\xfe")).status_code == 400
        assert (await stripe.deliver(b"")).status_code == 400

    async def test_unsigned_and_malformed_headers(self, call: Callers, stripe: StripeHouse) -> None:
        body = orjson.dumps(make_event("price.updated", {}))
        for header in (
            "",
            "t=,v1=",
            "t=1,v1=é",
            "v1=abc",
            "t=99999999999999999999,v1=a",
            "," * 900,
        ):
            sent = {b"Stripe-Signature": header.encode()}
            answer = await call.anonymous.post(WEBHOOK, content=body, headers=sent)
            assert answer.status_code == 400, header

    async def test_a_replay_is_answered_and_does_nothing(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.subscribe(call.free)
        before = len(await emitted())
        for event in list(stripe.world.all("event")):
            assert (await stripe.deliver(event)).json()["received"] in {"duplicate", "ignored"}
        await stripe.settled()
        assert len(await emitted()) == before


class TestApply:
    async def test_doubled_and_shuffled_webhooks_end_in_the_same_state(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.control("deliveries", duplicate=2, hold=True)
        url = (
            await call.free.post("/api/subscriptions/checkout", json={"plan": "STANDARD"})
        ).json()["url"]
        await stripe.answer(url)
        random.Random(7).shuffle(stripe.courier.log)
        await stripe.control("deliveries", duplicate=0)
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "STANDARD"
        assert [told.version for told in await emitted(EntitlementsChanged)] == [1]
        assert len(await emitted(SubscriptionChanged)) == 1

    async def test_an_old_event_does_not_bring_an_old_state_back(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        old = about(stripe)
        await call.free.post("/api/subscriptions/cancel")
        await stripe.settled()
        await stripe.later(days=32)
        assert (await stripe.active(call.free))["plan"] == "FREE"
        await stripe.deliver(old | {"id": "evt_late"})
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "FREE"

    async def test_b08_a_poison_event_fails_visibly_and_others_flow(
        self, call: Callers, stripe: StripeHouse, clock: Any
    ) -> None:
        subscription = await stripe.subscribe(call.free)
        poison = make_event(
            "customer.subscription.updated",
            {**stripe.the_subscription(), "id": "sub_unheard_of"},
            id="evt_poison",
        )
        assert (await stripe.deliver(poison)).status_code == 200
        assert (await stripe.deliver(about(stripe))).status_code == 200
        for _ in range(8):
            await stripe.run_jobs()
            clock.move(hours=12)
        failed = (await call.admin.get(f"{EVENTS}/errors")).json()["results"]
        assert [(row["id"], row["error"]) for row in failed] == [("evt_poison", "GoneAtProvider")]
        assert (await call.admin.get(f"{EVENTS}/evt_made_by_hand")).json()["state"] == "done"
        stripe.world.tables["subscription"]["sub_unheard_of"] = {
            **stripe.the_subscription(),
            "id": "sub_unheard_of",
            "status": "incomplete_expired",
        }
        assert (await call.admin.post(f"{EVENTS}/evt_poison/replay")).status_code == 202
        await stripe.run_jobs()
        assert (await call.admin.get(f"{EVENTS}/evt_poison")).json()["state"] == "done"
        assert (await stripe.active(call.free))["subscription"]["id"] == subscription["id"]

    async def test_b09_stripe_down_while_processing(
        self, call: Callers, stripe: StripeHouse, clock: Any
    ) -> None:
        url = (
            await call.free.post("/api/subscriptions/checkout", json={"plan": "STANDARD"})
        ).json()["url"]
        await stripe.answer(url)
        await stripe.courier.drain()
        await stripe.control("faults", status=503, times=50, path="/v1/subscriptions")
        await stripe.run_jobs()
        assert (await stripe.active(call.free))["plan"] == "FREE"
        stripe.world.faults.clear()
        clock.move(minutes=5)
        await stripe.run_jobs()
        assert (await stripe.active(call.free))["plan"] == "STANDARD"

    async def test_b10_an_old_api_version_is_understood(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        now = stripe.the_subscription()
        old = {
            "id": now["id"],
            "customer": now["customer"],
            "current_period_end": 1,
            "status": "canceled",
        }
        event = make_event("customer.subscription.updated", old, api_version="2024-06-20")
        await stripe.deliver(event)
        invoice = {"id": "in_old", "customer": now["customer"], "subscription": now["id"]}
        await stripe.deliver(make_event("invoice.paid", invoice, id="evt_old_invoice"))
        await stripe.settled()
        assert (await stripe.active(call.free))["plan"] == "STANDARD"
        for event_id in ("evt_made_by_hand", "evt_old_invoice"):
            assert (await call.admin.get(f"{EVENTS}/{event_id}")).json()["state"] == "done"

    async def test_an_event_of_an_unknown_customer_is_parked(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        foreign = {"id": "sub_foreign", "customer": "cus_foreign", "metadata": {}}
        await stripe.deliver(make_event("customer.subscription.created", foreign))
        await stripe.settled()
        parked = (await call.admin.get(f"{EVENTS}/unprocessed")).json()["results"]
        assert [(row["id"], row["state"]) for row in parked] == [("evt_made_by_hand", "parked")]

    async def test_metadata_naming_somebody_else_gives_them_nothing(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        victim = str(call.user_id("other"))
        await stripe.control(
            f"subscriptions/{stripe.the_subscription()['id']}", metadata={"user_id": victim}
        )
        await stripe.settled()
        assert (await stripe.active(call.other))["plan"] == "FREE"
        assert (await stripe.active(call.free))["plan"] == "STANDARD"


class TestDunning:
    async def past_due(self, call: Callers, stripe: StripeHouse) -> dict[str, Any]:
        await stripe.subscribe(call.free)
        await stripe.control("next_payment", outcome="declined", times=9)
        await stripe.later(days=32)
        found: dict[str, Any] = await stripe.active(call.free)
        return found

    async def test_b36_past_due_is_not_revoked(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        active = await self.past_due(call, stripe)
        assert (active["plan"], active["subscription"]["status"]) == ("STANDARD", "past_due")
        assert active["subscription"]["payment_due_url"].startswith(stripe.url)
        (failed,) = await emitted(PaymentFailed)
        assert (failed.amount.amount_minor, failed.action_required) == (999, False)
        assert failed.grace_until is not None
        assert (await emitted(SubscriptionChanged))[-1].status == "past_due"

    async def test_grace_ends_seven_days_after_the_first_failure(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        first = (await self.past_due(call, stripe))["subscription"]["grace_until"]
        await stripe.later(days=4)
        again = await stripe.active(call.free)
        assert again["plan"] == "STANDARD"
        assert again["subscription"]["grace_until"] == first
        assert len(await emitted(PaymentFailed)) == 2
        await stripe.later(days=3)
        ended = await stripe.active(call.free)
        assert (ended["plan"], ended["status"]) == ("FREE", "past_due")
        assert [told.plan for told in await emitted(EntitlementsChanged)] == ["STANDARD", "FREE"]

    async def test_b33_paid_within_the_grace_changes_no_entitlement(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await self.past_due(call, stripe)
        stripe.world.outcomes.clear()
        portal = (await call.free.post("/api/subscriptions/portal", json={})).json()["url"]
        await stripe.page.post(portal, data={"action": "card", "value": "4242"})
        await stripe.settled()
        active = await stripe.active(call.free)
        assert (active["subscription"]["status"], active["subscription"]["grace_until"]) == (
            "active",
            None,
        )
        assert len(await emitted(EntitlementsChanged)) == 1
        await stripe.later(days=8)
        assert (await stripe.active(call.free))["plan"] == "STANDARD"

    async def test_b34_cancelling_while_past_due_ends_it_at_once(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await self.past_due(call, stripe)
        failures = len(await emitted(PaymentFailed))
        cancelled = await call.free.post("/api/subscriptions/cancel")
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "canceled")
        assert (await stripe.active(call.free))["plan"] == "FREE"
        await stripe.later(days=20)
        assert len(await emitted(PaymentFailed)) == failures
        assert {row["status"] for row in stripe.world.all("invoice")} == {"paid", "void"}

    @pytest.mark.parametrize("turned", [False, True], ids=["in order", "the other way round"])
    async def test_b32_action_required_is_told_once_and_changes_no_plan(
        self, call: Callers, stripe: StripeHouse, emitted: Any, *, turned: bool
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("next_payment", outcome="action_required")
        stripe.courier.mischief.hold, stripe.courier.mischief.reorder = True, turned
        await stripe.later(days=32)
        stripe.courier.mischief.hold = False
        await stripe.settled()
        (told,) = await emitted(PaymentFailed)
        assert told.action_required
        assert told.hosted_invoice_url is not None
        assert (await stripe.active(call.free))["plan"] == "STANDARD"

    async def test_b35_a_voided_invoice_does_not_decide_about_access(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await self.past_due(call, stripe)
        stripe.world.outcomes.clear()
        invoice = stripe.world.all("invoice")[0]["id"]
        key = {"Authorization": "Bearer sk_test_x"}
        await stripe.page.post(f"/v1/invoices/{invoice}/void", headers=key)
        await stripe.settled()
        active = await stripe.active(call.free)
        assert active["subscription"]["status"] == "past_due"
        assert active["plan"] == "STANDARD"


class TestAdmin:
    async def test_only_administrators_see_events(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        event_id = stripe.world.all("event")[0]["id"]
        paths = ("", "/unprocessed", "/errors", f"/{event_id}")
        for path in paths:
            assert (await call.premium.get(EVENTS + path)).status_code == 403
            assert (await call.anonymous.get(EVENTS + path)).status_code == 401
            assert (await call.admin.get(EVENTS + path)).status_code == 200
        assert (await call.free.post(f"{EVENTS}/{event_id}/replay")).status_code == 403
        assert (await call.admin.post(f"{EVENTS}/evt_unknown/replay")).status_code == 404
        assert (await call.admin.get(f"{EVENTS}/not-an-event")).status_code == 404
        assert (await call.admin.get(f"{EVENTS}?ordering=body")).status_code == 400

    async def test_the_answers_hold_no_payload(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        listed = (await call.admin.get(EVENTS)).text
        assert "cus_" not in listed
        assert "email" not in listed
