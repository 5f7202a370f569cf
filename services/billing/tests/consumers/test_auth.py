from typing import Any

from services.billing.tests.factories import make_account
from services.billing.tests.stripe_house import StripeHouse
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.base import Language
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.erasure import AccountErased
from shared.testing.client import Callers


class TestFollowAccount:
    async def test_a_new_account_has_free(self, call: Callers, hear: Any, emitted: Any) -> None:
        await hear(make_account(call.user_id("free")), times=2)
        (told,) = await emitted(EntitlementsChanged)
        assert (told.plan, told.version, told.status) == ("FREE", 1, "none")
        assert told.limits["vehicles"] == 3

    async def test_b19_a_change_reaches_stripe_once(
        self, call: Callers, stripe: StripeHouse, hear: Any
    ) -> None:
        user_id = call.user_id("free")
        await hear(make_account(user_id))
        await stripe.subscribe(call.free)
        (customer,) = stripe.world.all("customer")
        changed = make_account(user_id, version=3, email="new@example.org", language=Language.EN)
        await hear(changed, times=3)
        await hear(make_account(user_id, version=2, email="late@example.org"))
        await hear(make_account(user_id, version=4, email="new@example.org", language=Language.EN))
        await stripe.run_jobs()
        assert customer["email"] == "new@example.org"
        assert customer["preferred_locales"] == ["en"]
        assert len(stripe.calls("POST", f"/v1/customers/{customer['id']}")) == 1


class TestErase:
    async def test_b21_account_erased(
        self, call: Callers, stripe: StripeHouse, hear: Any, emitted: Any, clock: Any
    ) -> None:
        user_id = call.user_id("free")
        account = make_account(user_id)
        await hear(account)
        await stripe.subscribe(call.free)
        events = list(stripe.world.all("event"))
        gone = AccountDeletionStarted(account_id=user_id, started_at=clock.now())
        await hear(gone, times=2)
        await stripe.settled()
        (erased,) = await emitted(AccountErased)
        assert (erased.account_id, erased.service) == (user_id, "billing")
        assert stripe.the_subscription()["status"] == "canceled"
        assert stripe.world.all("customer")[0].get("deleted")
        assert (await emitted(EntitlementsChanged))[-1].plan == "FREE"
        assert (await call.free.get("/api/subscriptions")).json()["count"] == 0
        told = len(await emitted())
        for event in events:
            await stripe.deliver(event | {"id": event["id"] + "_again"})
        await hear(make_account(user_id, version=9))
        await stripe.settled()
        assert len(await emitted()) == told
        refused = await call.free.post("/api/subscriptions/checkout", json={"plan": "STANDARD"})
        assert refused.status_code == 401

    async def test_nothing_personal_stays(
        self, call: Callers, stripe: StripeHouse, hear: Any, clock: Any, admin_engine: Any
    ) -> None:
        user_id = call.user_id("free")
        await hear(make_account(user_id, email="marker@example.org", last_name="Marqueur"))
        await stripe.subscribe(call.free)
        await hear(AccountDeletionStarted(account_id=user_id, started_at=clock.now()))
        await stripe.settled()
        async with admin_engine.connect() as connection:
            kept = ""
            for table in ("customer", "subscription", "checkout_session", "stripe_event"):
                rows = await connection.exec_driver_sql(f"SELECT row_to_json(t) FROM {table} t")  # noqa: S608 - fixed names
                kept += "".join(str(row[0]) for row in rows)
        assert "marker@example.org" not in kept
        assert "Marqueur" not in kept

    async def test_somebody_who_never_bought_anything(
        self, call: Callers, run_jobs: Any, hear: Any, emitted: Any, clock: Any, app: Any
    ) -> None:
        gone = AccountDeletionStarted(account_id=call.user_id("other"), started_at=clock.now())
        await hear(gone)
        await run_jobs()
        assert len(await emitted(AccountErased)) == 1

    async def test_stripe_down_delays_the_erasure_but_loses_nothing(
        self, call: Callers, stripe: StripeHouse, hear: Any, emitted: Any, clock: Any
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.control("faults", status=500, times=3, path="/v1/subscriptions")
        await hear(AccountDeletionStarted(account_id=call.user_id("free"), started_at=clock.now()))
        await stripe.settled()
        assert await emitted(AccountErased) == []
        await stripe.later(hours=1)
        assert len(await emitted(AccountErased)) == 1
