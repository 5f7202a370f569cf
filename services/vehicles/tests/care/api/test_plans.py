from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.storage.cars.models import OdometerSegment
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

    async def test_what_is_overdue_longest_comes_first(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        since = {"coolant": "2021-05-01", "air_filter": "2019-05-01", "timing_belt": "2020-05-01"}
        for service, day in since.items():
            body = {"vehicle": car, "service_type": service, "every_months": 12}
            made = await call.free.post("/api/maintenance-plans", json=body | {"last_done_on": day})
            assert made.json()["urgency"] == "overdue"
        due = (await call.free.get("/api/maintenance-plans/due")).json()["results"]
        longest = ["air_filter", "timing_belt", "coolant"]
        assert [each["service_type"] for each in due] == longest
        fleet = (await call.free.get("/api/fleet/dashboard")).json()["lines"]["results"]
        assert fleet[0]["next_due"]["service_type"] == "air_filter"

    async def test_the_odometer_makes_it_overdue(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = await make_vehicle(call.free, mileage=70_000)
        await make_plan(call.free, car["id"], last_done_on="2026-06-01", last_done_mileage=50_000)
        [due] = (await call.free.get("/api/maintenance-plans/due")).json()["results"]
        assert (due["urgency"], due["due_mileage"]) == ("overdue", 65_000)


class TestHours:
    """domain.md §4: 250 h or 12 months, done on 2026-01-10 at 4,000.0 h."""

    async def test_by_the_hour_meter(self, call: Callers, clock: FixedClock) -> None:
        clock.set(datetime(2026, 6, 20, 9, tzinfo=UTC))
        car = (await make_vehicle(call.free, meter="hours"))["id"]
        for hours, day in ((4_120.5, "2026-06-01"), (4_155, "2026-06-20")):
            read = {"hours": hours, "read_on": day}
            answer = await call.free.post(f"/api/vehicles/{car}/odometer", json=read)
            assert answer.status_code == 201, answer.text
        body = {
            "vehicle": car,
            "service_type": "oil_change",
            "every_hours": 250,
            "every_months": 12,
            "last_done": {"on": "2026-01-10", "hours": "4000.0"},
        }
        answer = await call.free.post("/api/maintenance-plans", json=body)
        assert answer.status_code == 201, answer.text
        plan = answer.json()
        assert (plan["due_on"], plan["due_hours"], plan["hours_left"]) == (
            "2027-01-10",
            "4250.0",
            "95.0",
        )
        assert (plan["forecast"]["by"], plan["forecast"]["on"]) == ("hours", "2026-08-11")
        assert (plan["start_hours"], plan["every_hours"]) == ("4000.0", "250.0")
        path = f"/api/maintenance-plans/{plan['id']}"
        [due] = (await call.free.get("/api/maintenance-plans/due")).json()["results"]
        assert due == plan == (await call.free.get(path)).json()
        done = {"on": "2026-06-20", "hours": 4155.0}
        made = (await call.free.post(f"{path}/completions", json=done)).json()
        assert (made["hours"], made["next"]["due_hours"]) == ("4155.0", "4405.0")
        no_odometer = {"on": "2026-06-20", "odometer": 5}
        refused = await call.free.post(f"{path}/completions", json=no_odometer)
        assert (refused.status_code, refused.json()["code"]) == (422, "meter_missing")

    async def test_overdue_by_the_meter_is_a_fact(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free, meter="both"))["id"]
        read = {"hours": "4250", "read_on": "2026-06-01"}
        await call.free.post(f"/api/vehicles/{car}/odometer", json=read)
        plan = await make_plan(
            call.free, car, every_hours=250, last_done={"on": "2026-06-01", "hours": 4000}
        )
        assert (plan["urgency"], plan["hours_left"], plan["days_left"]) == ("overdue", "0.0", 0)


class TestClusters:
    async def test_a_plan_due_at_200000_is_due_at_12562_on_the_new_cluster(
        self, call: Callers, clock: FixedClock, open_work: Any
    ) -> None:
        """domain.md §2."""
        clock.set(datetime(2024, 9, 2, 9, tzinfo=UTC))
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 187_450, "2024-03-02")
        plan = await make_plan(
            call.free,
            car,
            every_distance=20_000,
            every_months=60,
            last_done_on="2024-01-10",
            last_done_mileage=180_000,
        )
        assert plan["due_mileage"] == 200_000
        async with open_work() as work:
            await work.hold(call.user_id("free"))
            work.session.add(
                OdometerSegment(
                    owner_id=call.user_id("free"),
                    vehicle_id=UUID(car),
                    meter=Meter.DISTANCE,
                    starts_on=date(2024, 3, 2),
                    old_end=187_450_000,
                    new_start=12_000,
                    offset_metres=0,
                    is_lower_bound=False,
                )
            )
        await read_odometer(call.free, car, 4_812, "2024-09-01")
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert (after["due_mileage"], after["distance_left"]) == (12_562, 7_750)


class TestStart:
    async def test_assumed_from_the_purchase_and_replaced_by_any_record(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (
            await make_vehicle(
                call.free, purchase_date="2024-05-31", first_registration="2019-02-01"
            )
        )["id"]
        plan = await make_plan(call.free, car)
        assert (plan["start_on"], plan["due_on"]) == ("2024-05-31", "2025-05-31")
        assert plan["start_is_assumed"] is True
        await make_record(call.free, car, service_date="2021-03-01", mileage=30_000)
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert (after["due_on"], after["due_mileage"]) == ("2022-03-01", 45_000)

    async def test_a_day_of_purchase_taken_back_leaves_nothing_behind(
        self, call: Callers, clock: FixedClock
    ) -> None:
        """The start stayed where a mistake had put it: what a plan says depended on the order in which things were told."""
        clock.set(datetime(2026, 6, 15, 9, tzinfo=UTC))
        car = (await make_vehicle(call.free, purchase_date="2021-04-09", mileage=50_000))["id"]
        path = f"/api/maintenance-plans/{(await make_plan(call.free, car))['id']}"
        assert (await call.free.get(path)).json()["start_on"] == "2021-04-09"
        clock.set(datetime(2026, 7, 1, 9, tzinfo=UTC))
        await call.free.patch(f"/api/vehicles/{car}", json={"purchase_date": None})
        after = (await call.free.get(path)).json()
        assert (after["start_on"], after["start_is_assumed"]) == ("2026-06-15", True)

    async def test_a_new_car_stood_at_nothing(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free, first_registration="2025-12-01", mileage=9_000))["id"]
        plan = await make_plan(call.free, car)
        assert (plan["start_on"], plan["start_mileage"]) == ("2025-12-01", 0)
        assert (plan["due_on"], plan["due_mileage"]) == ("2026-12-01", 15_000)

    async def test_last_done_taken_back_is_assumed_again(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done={"on": "2025-03-01", "odometer": 40_000})
        path = f"/api/maintenance-plans/{plan['id']}"
        assert (plan["start_mileage"], plan["start_is_assumed"]) == (40_000, False)
        after = (await call.free.patch(path, json={"last_done": None})).json()
        assert (after["start_mileage"], after["start_is_assumed"]) == (None, True)

    async def test_sent_back_unchanged_it_is_unchanged_in_miles_too(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=50_000))["id"]
        plan = await make_plan(call.free, car, last_done_on="2026-01-01", last_done_mileage=40_001)
        await call.free.patch(f"/api/vehicles/{car}", json={"distance_unit": "mi"})
        path = f"/api/maintenance-plans/{plan['id']}"
        shown = (await call.free.get(path)).json()
        body = {
            "every_distance": shown["every_distance"],
            "lead_distance": shown["lead_distance"],
            "last_done": {"on": shown["start_on"], "odometer": shown["start_mileage"]},
        }
        assert (await call.free.patch(path, json=body)).status_code == 200
        await call.free.patch(f"/api/vehicles/{car}", json={"distance_unit": "km"})
        after = (await call.free.get(path)).json()
        assert (after["every_distance"], after["start_mileage"]) == (15_000, 40_001)
        assert after["due_mileage"] == plan["due_mileage"]


class TestLaidUp:
    async def test_plans_by_time_rest_while_the_car_is_laid_up(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(datetime(2026, 11, 1, 9, tzinfo=UTC))
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, template="brake_fluid", last_done_on="2025-03-01")
        path = f"/api/maintenance-plans/{plan['id']}"
        await call.free.post(f"/api/vehicles/{car}/lay-up", json={"on": "2026-11-01"})
        resting = (await call.free.get(path)).json()
        assert (resting["urgency"], resting["due_on"]) == ("paused", None)
        clock.set(datetime(2027, 4, 1, 9, tzinfo=UTC))
        await call.free.post(f"/api/vehicles/{car}/reactivate", json={"on": "2027-04-01"})
        after = (await call.free.get(path)).json()
        assert (after["urgency"], after["due_on"]) == ("later", "2027-07-30")  # 151 days more

    async def test_nothing_is_due_of_a_car_that_was_sold(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2020-01-01")
        await call.free.post(f"/api/vehicles/{car}/sell")
        assert (await call.free.get("/api/maintenance-plans/due")).json()["count"] == 0
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert after["remind_on"] is None


class TestSynonyms:
    async def test_a_record_in_anothers_words_closes_the_plan(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2025-01-10")
        record = await make_record(call.free, car, service_type="cambio_de_aceite")
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert after["last_maintenance"] == record["id"]


class TestOdometerTypo:
    async def test_a_corrected_typo_sets_the_plan_right(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(
            call.free, car, every_months=None, last_done_on="2025-11-27", last_done_mileage=150_000
        )
        await read_odometer(call.free, car, 154_000, "2026-04-16")
        typo = await make_record(
            call.free,
            car,
            service_date="2026-05-06",
            service_type="tyre_rotation",
            mileage=159_754,
        )
        await read_odometer(call.free, car, 155_100, "2026-05-16")
        await make_record(call.free, car, service_date="2026-05-26", mileage=155_600)
        address = f"/api/maintenances/{typo['id']}"
        assert (await call.free.patch(address, json={"mileage": 154_754})).status_code == 200
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert (after["last_done_mileage"], after["due_mileage"]) == (155_600, 170_600)
