from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.factories import make_plan, make_vehicle
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.fixture(autouse=True)
def _mid_june(clock: FixedClock) -> None:
    clock.set(datetime(2026, 6, 15, 9, tzinfo=UTC))


def results(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {each["service_type"]: each["result"] for each in answer.json()["results"]}


class TestApplyPack:
    async def test_all_that_suits_in_one_call_with_an_answer_for_each(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=40_000, purchase_date="2025-01-31"))["id"]
        oil = await make_plan(call.free, car)
        answer = await call.free.post(f"/api/vehicles/{car}/apply-pack", json={"use": "severe"})
        found = results(answer)
        assert found["oil_change"] == "exists"
        assert found["cabin_filter"] == "created"
        assert found["timing_belt"] == "needs_confirmation"
        assert "ev_service" not in found
        by_service = {each["service_type"]: each for each in answer.json()["results"]}
        assert by_service["oil_change"]["plan"] == oil["id"]
        cabin = by_service["cabin_filter"]["next"]
        assert (cabin["every_distance"], cabin["every_months"]) == (10_000, 6)
        assert (cabin["start_on"], cabin["due_on"]) == ("2025-01-31", "2025-07-31")
        assert (cabin["start_is_assumed"], cabin["source"]) == (True, "service_intervals/1:severe")
        listed = await call.free.get("/api/maintenance-plans?page_size=100")
        assert listed.json()["count"] == answer.json()["created"] + 1
        again = await call.free.post(f"/api/vehicles/{car}/apply-pack")
        assert set(results(again).values()) == {"exists", "needs_confirmation"}

    async def test_only_those_named_and_confirmed(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        body = {
            "templates": ["timing_belt", "ev_service", "awd_oil"],
            "confirmed": ["timing_belt"],
        }
        answer = await call.free.post(f"/api/vehicles/{car}/apply-pack", json=body)
        assert results(answer) == {
            "timing_belt": "created",
            "ev_service": "does_not_fit",
            "awd_oil": "needs_confirmation",
        }

    async def test_a_template_nobody_knows(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        body = {"templates": ["oil_change", "flux_capacitor"]}
        refused = await call.free.post(f"/api/vehicles/{car}/apply-pack", json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/templates/1"


class TestCopyPlans:
    async def test_the_rules_and_not_the_history(self, call: Callers) -> None:
        one = (await make_vehicle(call.free))["id"]
        other = (await make_vehicle(call.free, fuel_type="electric", distance_unit="mi"))["id"]
        await make_plan(call.free, one, last_done_on="2026-01-01")
        await make_plan(
            call.free, one, template="cabin_filter", last_done_on="2026-01-01", lead_distance=500
        )
        body = {"from_vehicle": one}
        answer = await call.free.post(f"/api/vehicles/{other}/copy-plans", json=body)
        assert results(answer) == {"cabin_filter": "created", "oil_change": "does_not_fit"}
        [cabin] = (await call.free.get(f"/api/maintenance-plans?vehicle={other}")).json()["results"]
        assert (cabin["every_distance"], cabin["lead_distance"]) == (12_427, 311)
        assert (cabin["start_is_assumed"], cabin["source"]) == (True, f"copy:{one}")
        again = await call.free.post(f"/api/vehicles/{other}/copy-plans", json=body)
        assert results(again)["cabin_filter"] == "exists"

    async def test_only_some_and_only_from_a_car_one_sees(self, call: Callers) -> None:
        mine = (await make_vehicle(call.free))["id"]
        source = (await make_vehicle(call.free))["id"]
        await make_plan(call.free, source)
        fluid = await make_plan(call.free, source, template="brake_fluid")
        path = f"/api/vehicles/{mine}/copy-plans"
        some = {"from_vehicle": source, "plans": [fluid["id"]]}
        assert results(await call.free.post(path, json=some)) == {"brake_fluid": "created"}
        theirs = (await make_vehicle(call.other))["id"]
        refused = await call.free.post(path, json={"from_vehicle": theirs})
        assert refused.status_code == 404


class TestPlanPack:
    async def test_a_file_goes_from_car_to_car(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await make_plan(call.free, car, every_distance=12_000, mode="FIXED", lead_days=10)
        body = {
            "vehicle": car,
            "service_type": "wax",
            "title": "Cire",
            "every_hours": 12.5,
            "lead_hours": 2,
        }
        assert (await call.free.post("/api/maintenance-plans", json=body)).status_code == 201
        answer = await call.free.get(f"/api/vehicles/{car}/plan-pack")
        assert "attachment" in answer.headers["content-disposition"]
        pack = answer.json()
        assert (pack["schema"], pack["version"]) == ("autotrack/plan-pack", 1)
        miles = (await make_vehicle(call.other, distance_unit="mi"))["id"]
        path = f"/api/vehicles/{miles}/plan-pack"
        tried = await call.other.post(f"{path}?dry_run=true", json=pack)
        assert results(tried) == {"oil_change": "would_be_created", "wax": "would_be_created"}
        assert (await call.other.get("/api/maintenance-plans")).json()["count"] == 0
        assert results(await call.other.post(path, json=pack)) == {
            "oil_change": "created",
            "wax": "created",
        }
        plans = (await call.other.get("/api/maintenance-plans")).json()["results"]
        made = {plan["service_type"]: plan for plan in plans}
        oil, wax = made["oil_change"], made["wax"]
        assert (oil["every_distance"], oil["mode"], oil["lead_days"]) == (7_456, "FIXED", 10)
        assert (wax["title"], wax["every_hours"], wax["lead_hours"]) == ("Cire", "12.5", "2.0")
        assert oil["source"] == f"pack:{pack['name']}"

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"schema": "other"}, "/schema"),
            ({"version": 2}, "/version"),
            ({"version": "1"}, "/version"),
            ({"name": "a\x00b"}, "/name"),
            ({"plans": []}, "/plans"),
            ({"plans": [{}]}, "/plans/0/service_type"),
            ({"plans": [{"service_type": "oil_change"}]}, "/plans/0/every_months"),
            ({"plans": [{"service_type": "mine", "every_months": 1}]}, "/plans/0/service_type"),
            (
                {"plans": [{"service_type": "oil_change", "every_months": 10**30}]},
                "/plans/0/every_months",
            ),
            (
                {"plans": [{"service_type": "oil_change", "every_months": 1, "owner_id": "x"}]},
                "/plans/0/owner_id",
            ),
            ({"plans": [{"service_type": "a" * 60, "every_months": 1}]}, "/plans/0/service_type"),
            ({"plans": [{"service_type": "x1", "title": "x", "every_months": 1}] * 101}, "/plans"),
            ({"distance_unit": "parsec"}, "/distance_unit"),
        ],
    )
    async def test_hostile_files_are_refused_with_the_place(
        self, call: Callers, change: dict[str, Any], pointer: str
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        pack = {
            "schema": "autotrack/plan-pack",
            "version": 1,
            "name": "Mine",
            "distance_unit": "km",
            "plans": [{"service_type": "oil_change", "every_months": 12}],
        }
        refused = await call.free.post(f"/api/vehicles/{car}/plan-pack", json=pack | change)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["pointer"] == pointer
        assert (await call.free.get("/api/maintenance-plans")).json()["count"] == 0
