import itertools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event

from services.vehicles.tests.factories import make_plan, make_record, make_vehicle, read_odometer
from shared.contracts.features import Plan
from shared.testing.client import Callers

MOVING = ("id", "vehicle", "last_maintenance", "created_at", "updated_at")


class TestReschedule:
    async def test_the_same_history_in_any_order_gives_the_same_dates(self, call: Callers) -> None:
        client = call.as_user(call.user_id("fleet"), Plan.PREMIUM)
        steps: list[Callable[[str], Awaitable[Any]]] = [
            lambda car: make_record(client, car, service_date="2025-03-01", mileage=30_000),
            lambda car: make_record(client, car, service_date="2026-02-01", mileage=44_000),
            lambda car: read_odometer(client, car, 38_000, "2025-09-01"),
            lambda car: make_plan(client, car, last_done_on="2024-02-01", last_done_mileage=15_000),
        ]
        ends = []
        for order in itertools.permutations(steps):
            car = (await make_vehicle(client))["id"]
            for step in order:
                await step(car)
            [plan] = (await client.get(f"/api/maintenance-plans?vehicle={car}")).json()["results"]
            ends.append({name: value for name, value in plan.items() if name not in MOVING})
        assert all(end == ends[0] for end in ends)
        assert (ends[0]["due_on"], ends[0]["due_mileage"]) == ("2027-02-01", 59_000)

    async def test_what_was_added_and_taken_back_leaves_no_trace(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=40_000))["id"]
        plan = await make_plan(call.free, car, last_done_on="2026-01-01", last_done_mileage=35_000)
        record = await make_record(call.free, car, service_date="2026-05-01", mileage=39_000)
        reading = await read_odometer(call.free, car, 39_500, "2026-06-01")
        await call.free.post(f"/api/odometer/{reading['id']}/void")
        await call.free.delete(f"/api/maintenances/{record['id']}")
        after = (await call.free.get(f"/api/maintenance-plans/{plan['id']}")).json()
        assert after == plan


class TestStatements:
    async def test_thirty_plans_cost_what_one_costs(self, call: Callers) -> None:
        """And nothing is written of a plan that stands where it stood."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        async def reading(mileage: int, day: str) -> list[str]:
            sent.clear()
            await read_odometer(call.premium, car, mileage, day)
            return list(sent)

        car = (await make_vehicle(call.premium, mileage=40_000))["id"]
        for day, mileage in (("2026-01-01", 41_000), ("2026-02-01", 42_000)):
            await read_odometer(call.premium, car, mileage, day)
        await make_plan(
            call.premium,
            car,
            every_distance=5_000,
            last_done_on="2025-12-01",
            last_done_mileage=40_500,
        )
        event.listen(Engine, "before_cursor_execute", note)
        try:
            one = await reading(43_100, "2026-03-01")
            await call.premium.post(f"/api/vehicles/{car}/apply-pack")
            for number in range(12):
                body = {
                    "vehicle": car,
                    "service_type": f"work_{number}",
                    "title": "x",
                    "every_distance": 9_000 + number,
                }
                await call.premium.post("/api/maintenance-plans", json=body)
            many = await reading(44_500, "2026-04-01")
            assert len(many) == len(one)
            assert sum("UPDATE maintenance_plan" in statement for statement in many) == 1
            sent.clear()
            await call.premium.patch(f"/api/vehicles/{car}", json={"color": "bleu"})
            assert not any("UPDATE maintenance_plan" in statement for statement in sent)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        plans = await call.premium.get("/api/maintenance-plans?page_size=100")
        assert plans.json()["count"] >= 30


class TestOccurrence:
    async def test_a_record_deleted_is_another_occurrence_and_undone_the_same_again(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2024-01-01")

        async def key() -> str:
            async with open_work() as work:
                [row] = await work.plans.of_vehicle(UUID(car))
                return str(row.occurrence)

        first = await make_record(call.free, car, service_date="2025-11-01")
        after_first = await key()
        assert after_first == f"plan:{plan['id']}:1:{first['id']}"
        second = await make_record(call.free, car, service_date="2026-05-01")
        after_second = await key()
        older = await make_record(call.free, car, service_date="2025-06-01")
        assert await key() == after_second
        await call.free.delete(f"/api/maintenances/{older['id']}")
        assert await key() == after_second
        await call.free.delete(f"/api/maintenances/{second['id']}")
        reopened = await key()
        assert reopened == f"{after_first}:without:{second['id']}"
        path = f"/api/maintenance-plans/{plan['id']}"
        await call.free.patch(path, json={"every_months": 12})  # as it is
        assert await key() == reopened
        await call.free.patch(path, json={"every_months": 24})
        assert await key() == reopened.replace(":1:", ":2:")
