import itertools
from collections.abc import Awaitable, Callable
from typing import Any

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
