from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.care.api.test_completions import oil_plan, post
from services.vehicles.tests.factories import make_record, make_vehicle
from shared.clock import FixedClock
from shared.testing.client import Callers

PREVIEW = "/api/maintenance-plans/preview"


@pytest.fixture(autouse=True)
def _mid_june(clock: FixedClock) -> None:
    clock.set(datetime(2026, 6, 15, 9, tzinfo=UTC))


class TestPreview:
    async def test_a_new_plan_before_it_is_kept(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await make_record(call.free, car, service_date="2026-03-10", mileage=60_000)
        body: dict[str, Any] = {
            "vehicle": car,
            "service_type": "oil_change",
            "every_distance": 15_000,
            "every_months": 12,
        }
        shown = await post(call, PREVIEW, 200, **body)
        assert (shown["due_on"], shown["due_mileage"]) == ("2027-03-10", 75_000)
        assert (await call.free.get("/api/maintenance-plans")).json()["count"] == 0
        made = await post(call, "/api/maintenance-plans", **body)
        assert {name: made[name] for name in shown} == shown

    async def test_done_on_some_day_and_another_rhythm(self, call: Callers) -> None:
        _, plan = await oil_plan(call)
        before = (await call.free.get(plan)).json()
        done = {"on": "2026-03-10", "odometer": 60_000}
        shown = await post(call, PREVIEW, 200, plan=before["id"], completion=done)
        assert (shown["due_on"], shown["due_mileage"]) == ("2027-03-10", 75_000)
        bare = await post(call, PREVIEW, 200, plan=before["id"], completion={"on": "2026-03-10"})
        assert (bare["due_mileage"], bare["unmoved"]) == (60_000, ["distance"])
        slower = await post(call, PREVIEW, 200, plan=before["id"], every_months=24)
        assert slower["due_on"] == "2027-03-10"
        assert (await call.free.get(plan)).json() == before

    async def test_start_from_the_first_due(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=12_000))["id"]
        shown = await post(
            call,
            PREVIEW,
            200,
            vehicle=car,
            service_type="oil_change",
            every_distance=15_000,
            every_months=12,
            first_due={"on": "2027-01-31", "odometer": 30_000},
        )
        assert (shown["due_on"], shown["due_mileage"]) == ("2027-01-31", 30_000)
        assert shown["distance_left"] == 18_000

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/plan"),
            ({"every_months": 12}, "/plan"),
            ({"vehicle": "{car}"}, "/service_type"),
            ({"vehicle": "{car}", "plan": "{car}"}, "/plan"),
            ({"vehicle": "{car}", "service_type": "oil_change"}, "/every_months"),
            ({"vehicle": "{car}", "service_type": "oil_change", "every_hours": 0}, "/every_hours"),
            (
                {"vehicle": "{car}", "service_type": "oil_change", "every_months": 10**20},
                "/every_months",
            ),
            (
                {"vehicle": "{car}", "service_type": "my_own", "every_months": 1},
                "/service_type",
            ),
        ],
    )
    async def test_hostile_input(self, call: Callers, body: dict[str, Any], pointer: str) -> None:
        car = (await make_vehicle(call.free))["id"]
        said = {name: car if value == "{car}" else value for name, value in body.items()}
        refused = await post(call, PREVIEW, 422, **said)
        assert [error["pointer"] for error in refused["errors"]] == [pointer]

    async def test_of_somebody_elses_car_or_plan_is_not_found(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        for body in (
            {"vehicle": car, "service_type": "oil_change", "every_months": 12},
            {"plan": plan.rpartition("/")[2]},
        ):
            answer = await call.other.post(PREVIEW, json=body)
            assert answer.status_code == 404
