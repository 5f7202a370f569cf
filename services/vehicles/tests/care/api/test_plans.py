from datetime import UTC, date, datetime

from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


class TestPlans:
    async def test_ones_own_ritual(self, call: Callers) -> None:
        car = await make_vehicle(call.free, distance_unit="mi", mileage=10_000)
        body = {
            "vehicle": car["id"],
            "service_type": "wash_and_wax",
            "title": "Lavage",
            "every_distance": 3000,
            "mode": "FIXED",
        }
        answer = await call.free.post("/api/maintenance-plans", json=body)
        assert answer.status_code == 201, answer.text
        plan = answer.json()
        assert (plan["every_distance"], plan["due_mileage"]) == (3000, 13_000)
        assert plan["forecast"]["by"] == "distance"
        got = await call.free.get(answer.headers["location"])
        assert got.json() == plan

    async def test_a_plan_needs_an_interval_and_a_name(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        body = {"vehicle": car["id"], "service_type": "oil_change"}
        answer = await call.free.post("/api/maintenance-plans", json=body)
        assert answer.json()["code"] == "plan_without_interval"
        body = {"vehicle": car["id"], "service_type": "my_ritual", "every_months": 1}
        assert (await call.free.post("/api/maintenance-plans", json=body)).json()["code"] == (
            "unknown_service"
        )

    async def test_a_new_rhythm_moves_the_date(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free)
        plan = await make_plan(call.free, car["id"], last_done_on="2026-06-01")
        changed = await call.free.patch(
            f"/api/maintenance-plans/{plan['id']}",
            json={"every_months": 6, "every_distance": None},
        )
        assert changed.status_code == 200, changed.text
        assert (changed.json()["due_on"], changed.json()["every_distance"]) == ("2026-12-01", None)
        emptied = await call.free.patch(
            f"/api/maintenance-plans/{plan['id']}", json={"every_months": None}
        )
        assert emptied.json()["code"] == "plan_without_interval"

    async def test_it_can_be_put_away(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        plan = await make_plan(call.free, car["id"])
        await call.free.patch(f"/api/maintenance-plans/{plan['id']}", json={"active": False})
        assert (await call.free.get("/api/maintenance-plans/due")).json()["count"] == 0
        assert (await call.free.get("/api/maintenance-plans?active=false")).json()["count"] == 1
        answer = await call.free.delete(f"/api/maintenance-plans/{plan['id']}")
        assert answer.status_code == 204
        assert (await call.free.get("/api/maintenance-plans")).json()["count"] == 0


class TestClosing:
    async def test_a_record_closes_and_its_removal_reopens(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free)
        plan = await make_plan(
            call.free, car["id"], last_done_on="2025-01-10", last_done_mileage=40_000
        )
        address = f"/api/maintenance-plans/{plan['id']}"
        record = await make_record(call.free, car["id"], service_date="2026-05-02", mileage=54_000)
        closed = (await call.free.get(address)).json()
        assert (closed["due_on"], closed["due_mileage"]) == ("2027-05-02", 69_000)
        assert closed["last_maintenance"] == record["id"]
        await call.free.delete(f"/api/maintenances/{record['id']}")
        opened = (await call.free.get(address)).json()
        assert (opened["due_on"], opened["last_maintenance"]) == ("2026-01-10", None)

    async def test_scheduled_and_cancelled_work_closes_nothing(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        plan = await make_plan(call.free, car["id"], last_done_on="2025-01-10")
        for status in ("SCHEDULED", "IN_PROGRESS", "CANCELLED"):
            await make_record(call.free, car["id"], status=status, service_date="2199-12-31")
        got = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert got["last_maintenance"] is None

    async def test_the_filter_alone_closes_the_oil_plan(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        plan = await make_plan(call.free, car["id"], last_done_on="2025-01-10")
        await make_record(call.free, car["id"], service_type="oil_filter")
        got = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert got["last_done_on"] == "2026-01-15"


class TestDue:
    async def test_the_most_pressing_first_with_a_range(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        for day, km in (("2025-06-15", 40_000), ("2025-12-15", 48_000), ("2026-06-14", 56_000)):
            await read_odometer(call.free, car, km, day)
        await make_plan(call.free, car, last_done_on="2025-10-01", last_done_mileage=45_000)
        await make_plan(call.free, car, template="brake_fluid", last_done_on="2024-01-01")
        await make_plan(call.free, car, template="air_filter", last_done_on="2026-01-01")
        due = (await call.free.get("/api/maintenance-plans/due")).json()["results"]
        assert [plan["service_type"] for plan in due] == ["brake_fluid", "oil_change", "air_filter"]
        assert [plan["urgency"] for plan in due] == ["overdue", "later", "later"]
        forecast = due[1]["forecast"]
        days = [date.fromisoformat(forecast[name]) for name in ("earliest", "on", "latest")]
        assert days == sorted(days)
        assert forecast["by"] == "distance"
        assert 40 < forecast["distance_per_day"] < 45
        assert date(2026, 9, 10) < days[1] < date(2026, 9, 22)
        soon = await call.free.get("/api/maintenance-plans/due?within_days=120")
        assert soon.json()["count"] == 2
        other = await call.free.get(f"/api/maintenance-plans/due?vehicle={call.user_id('x')}")
        assert other.json()["count"] == 0

    async def test_the_odometer_makes_it_overdue(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free, mileage=70_000)
        await make_plan(call.free, car["id"], last_done_on="2026-06-01", last_done_mileage=50_000)
        [due] = (await call.free.get("/api/maintenance-plans/due")).json()["results"]
        assert (due["urgency"], due["due_mileage"]) == ("overdue", 65_000)
