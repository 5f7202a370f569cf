from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.care.api.test_completions import oil_plan, post
from services.vehicles.tests.factories import make_plan, make_record, make_vehicle
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.fixture(autouse=True)
def _mid_june(clock: FixedClock) -> None:
    clock.set(datetime(2026, 6, 15, 9, tzinfo=UTC))


class TestHistory:
    async def test_what_closed_it_and_how_late(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        record = await make_record(call.free, car, service_date="2026-04-10", mileage=61_000)
        await post(call, f"{plan}/skip", reason="Peu roulé", on="2026-05-01")
        await post(call, f"{plan}/pause", on="2026-06-01")
        story = (await call.free.get(f"{plan}/history")).json()
        kinds = [step["kind"] for step in story["results"]]
        assert (story["count"], kinds) == (3, ["pause", "skip", "maintenance"])
        done = story["results"][2]
        assert (done["id"], done["odometer"]) == (record["id"], 61_000)
        assert (done["due_on"], done["due_mileage"]) == ("2026-03-10", 60_000)
        assert (done["late_days"], done["late_distance"], done["on_time"]) == (31, 1_000, True)
        assert (story["results"][1]["note"], story["results"][1]["due_on"]) == (
            "Peu roulé",
            "2027-04-10",
        )
        page = (await call.free.get(f"{plan}/history?page_size=1&page=2")).json()
        assert [step["kind"] for step in page["results"]] == ["skip"]


class TestOnTime:
    async def test_by_plan_by_car_and_in_all(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        other = (await make_vehicle(call.free, model="208"))["id"]
        fluid = await make_plan(call.free, other, template="brake_fluid", last_done_on="2023-01-01")
        await post(call, f"{plan}/completions", on="2026-03-12", odometer=60_000)
        await post(
            call, f"/api/maintenance-plans/{fluid['id']}/completions", on="2025-06-01"
        )  # five months late
        found = (await call.free.get("/api/maintenance-plans/on-time")).json()
        assert (found["closed"], found["on_time"], found["share"]) == (2, 1, 0.5)
        cars = {each["vehicle"]: each["share"] for each in found["by_vehicle"]}
        assert cars == {car: 1.0, other: 0.0}
        one = await call.free.get(f"/api/maintenance-plans/on-time?vehicle={car}")
        assert (one.json()["closed"], len(one.json()["by_plan"])) == (1, 1)
        nobody = (await call.other.get("/api/maintenance-plans/on-time")).json()
        assert (nobody["closed"], nobody["share"]) == (0, None)


class TestTheOwnersYes:
    async def test_a_revision_closes_several_plans_once_the_owner_says_so(
        self, call: Callers
    ) -> None:
        car, plan = await oil_plan(call)
        cabin = await make_plan(call.free, car, template="cabin_filter", last_done_on="2025-03-10")
        record = await make_record(
            call.free,
            car,
            service_date="2026-04-10",
            service_type="general_service",
            title="Révision annuelle",
            mileage=61_000,
        )
        before = (await call.free.get(plan)).json()
        assert before["last_maintenance"] is None  # text alone closes nothing
        offered = (await call.free.get(f"/api/maintenances/{record['id']}/plans")).json()
        assert offered["closes"] == []
        assert {each["service_type"] for each in offered["suggested"]} == {
            "oil_change",
            "cabin_filter",
        }
        assert {each["because"] for each in offered["suggested"]} == {"Révision annuelle"}
        for each in offered["suggested"]:
            address = f"/api/maintenance-plans/{each['plan']}"
            made = await post(call, f"{address}/closings", maintenance=record["id"])
            assert made["next"]["last_maintenance"] == record["id"]
            again = await post(call, f"{address}/closings", maintenance=record["id"])
            assert again["id"] == made["id"]
        after = (await call.free.get(plan)).json()
        assert (after["due_on"], after["due_mileage"]) == ("2027-04-10", 76_000)
        now = (await call.free.get(f"/api/maintenances/{record['id']}/plans")).json()
        assert (len(now["closes"]), now["suggested"]) == (2, [])
        gone = await call.free.delete(f"{plan}/closings/{record['id']}")
        assert gone.status_code == 204
        assert (await call.free.get(plan)).json()["due_on"] == before["due_on"]
        await call.free.delete(f"/api/maintenances/{record['id']}")
        other = (await call.free.get(f"/api/maintenance-plans/{cabin['id']}")).json()
        assert other["last_maintenance"] is None

    async def test_one_record_closes_several_plans_by_its_services(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        cabin = await make_plan(call.free, car, template="cabin_filter", last_done_on="2025-03-10")
        record = await make_record(call.free, car, service_types=["cabin_filter", "oil_filter"])
        for address in (plan, f"/api/maintenance-plans/{cabin['id']}"):
            assert (await call.free.get(address)).json()["last_maintenance"] == record["id"]

    async def test_what_is_not_done_or_of_another_car_closes_nothing(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        body: dict[str, Any] = {
            "service_type": "other",
            "status": "SCHEDULED",
            "service_date": "2199-01-01",
        }
        planned = await make_record(call.free, car, **body)
        refused = await post(call, f"{plan}/closings", 409, maintenance=planned["id"])
        assert refused["code"] == "closes_nothing"
        elsewhere = await make_record(call.free, (await make_vehicle(call.free))["id"])
        await post(call, f"{plan}/closings", 404, maintenance=elsewhere["id"])
        theirs = (await make_vehicle(call.other))["id"]
        record = await make_record(call.other, theirs)
        await post(call, f"{plan}/closings", 404, maintenance=record["id"])
        assert (await call.free.delete(f"{plan}/closings/{planned['id']}")).status_code == 404
        for wrong in ({}, {"maintenance": "x"}, {"maintenance": 5}):
            await post(call, f"{plan}/closings", 422, **wrong)
