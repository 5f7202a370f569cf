from typing import Any

import pytest

from services.billing.tests.stripe_house import StripeHouse
from shared.contracts.base import Language
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.features import ALLOWS, OPENS, Plan
from shared.ids import new_id
from shared.testing.client import Callers

PLANS = "/api/plans"


async def plan(call: Callers, code: str) -> dict[str, Any]:
    results = (await call.anonymous.get(PLANS)).json()["results"]
    found: dict[str, Any] = next(each for each in results if each["code"] == code)
    return found


class TestPriceList:
    async def test_the_seed_is_the_design(self, call: Callers, app: Any) -> None:
        listed = (await call.anonymous.get(PLANS)).json()
        assert listed["count"] == 3
        assert [each["code"] for each in listed["results"]] == ["FREE", "STANDARD", "PREMIUM"]
        for each in listed["results"]:
            code = Plan(each["code"])
            assert set(each["features"]) == OPENS[code]
            assert each["limits"] == {name.value: value for name, value in ALLOWS[code].items()}
        prices = {
            (each["code"], price["interval"]): price["price"]["amount"]
            for each in listed["results"]
            for price in each["prices"]
        }
        assert prices == {
            ("STANDARD", "month"): "9.99",
            ("STANDARD", "year"): "99.00",
            ("PREMIUM", "month"): "19.99",
            ("PREMIUM", "year"): "199.00",
        }

    async def test_in_three_languages(self, call: Callers, app: Any) -> None:
        names = []
        for language in Language:
            caller = call.as_user(new_id(), language=language)
            names.append((await caller.get(PLANS)).json()["results"][0]["name"])
        assert names == ["Gratuit", "Free", "Gratis"]

    async def test_the_other_lists(self, call: Callers, app: Any) -> None:
        yearly = (await call.anonymous.get(f"{PLANS}/by_interval?interval=year")).json()
        assert [each["code"] for each in yearly["results"]] == ["STANDARD", "PREMIUM"]
        assert (await call.anonymous.get(f"{PLANS}/by_period?interval=year")).json() == yearly
        popular = (await call.anonymous.get(f"{PLANS}/popular")).json()
        assert [each["code"] for each in popular["results"]] == ["STANDARD"]
        assert (await call.anonymous.get(f"{PLANS}/by_interval?interval=x")).status_code == 422
        one = await plan(call, "PREMIUM")
        assert (await call.anonymous.get(f"{PLANS}/{one['id']}")).json() == one
        assert (await call.anonymous.get(f"{PLANS}/{new_id()}")).status_code == 404


class TestEdit:
    async def test_b40_a_higher_limit_reaches_those_who_have_the_plan(
        self, call: Callers, stripe: StripeHouse, emitted: Any
    ) -> None:
        await stripe.subscribe(call.standard)
        path = f"{PLANS}/{(await plan(call, 'STANDARD'))['id']}"
        edited = await call.admin.patch(path, json={"limits": {"vehicles": 15}})
        assert edited.json()["limits"]["vehicles"] == 15
        await stripe.run_jobs()
        told = (await emitted(EntitlementsChanged))[-1]
        assert (told.limits["vehicles"], told.version) == (15, 2)
        assert told.limits["documents"] == 200
        await call.admin.patch(path, json={"limits": {"vehicles": 10}})

    async def test_only_administrators(self, call: Callers, app: Any) -> None:
        path = f"{PLANS}/{(await plan(call, 'PREMIUM'))['id']}"
        assert (await call.premium.patch(path, json={"is_active": False})).status_code == 403
        assert (await call.anonymous.patch(path, json={"is_active": False})).status_code == 401
        assert (await plan(call, "PREMIUM"))["is_active"]

    @pytest.mark.parametrize(
        "body",
        [
            {"limits": {"vehicles": -1}},
            {"limits": {"wings": 2}},
            {"limits": {"vehicles": "many"}},
            {"limits": []},
            {"price": 1},
            {"is_active": "no"},
        ],
    )
    async def test_hostile_edits(self, call: Callers, app: Any, body: Any) -> None:
        path = f"{PLANS}/{(await plan(call, 'PREMIUM'))['id']}"
        before = await plan(call, "PREMIUM")
        assert (await call.admin.patch(path, json=body)).status_code == 422
        assert await plan(call, "PREMIUM") == before
        assert (await call.admin.patch(f"{PLANS}/{new_id()}", json={})).status_code == 404
