import asyncio
from typing import Any

from services.vehicles.tests.factories import (
    VIN,
    make_plan,
    make_record,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.contracts.vehicles import VehicleChanged
from shared.testing.client import Callers


class TestTrash:
    async def test_a_car_comes_back_with_everything(self, call: Callers, emitted: Any) -> None:
        car = await make_vehicle(call.free, vin=VIN)
        await read_odometer(call.free, car["id"], 40_000, "2026-01-10")
        plan = await make_plan(call.free, car["id"])
        record = await make_record(call.free, car["id"])
        path = f"/api/vehicles/{car['id']}"
        assert (await call.free.delete(path)).status_code == 204
        hidden = (
            path,
            f"{path}/odometer",
            f"/api/maintenances/{record['id']}",
            f"/api/maintenance-plans/{plan['id']}",
        )
        for hidden_path in hidden:
            assert (await call.free.get(hidden_path)).status_code == 404, hidden_path
        for name in ("vehicles", "maintenances", "maintenance-plans"):
            assert (await call.free.get(f"/api/{name}")).json()["count"] == 0
        trash = (await call.free.get("/api/vehicles/trash")).json()["results"]
        assert [entry["id"] for entry in trash] == [car["id"]]
        assert (await call.other.get("/api/vehicles/trash")).json()["count"] == 0
        assert (await call.other.post(f"{path}/restore")).status_code == 404
        restored = await call.free.post(f"{path}/restore")
        assert restored.status_code == 200, restored.text
        assert restored.json()["mileage"] == 40_000
        for shown_path in hidden:
            assert (await call.free.get(shown_path)).status_code == 200, shown_path
        told = [(event.deleted, event.restorable) for event in await emitted(VehicleChanged)]
        assert (True, True) in told
        assert told[-1] == (False, False)
        versions = [event.version for event in await emitted(VehicleChanged)]
        assert versions == sorted(set(versions))

    async def test_it_gives_its_place_and_its_vin_back(self, call: Callers) -> None:
        car = await make_vehicle(call.free, vin=VIN)
        await call.free.delete(f"/api/vehicles/{car['id']}")
        twin = await make_vehicle(call.free, vin=VIN)
        taken = await call.free.post(f"/api/vehicles/{car['id']}/restore")
        assert (taken.status_code, taken.json()["code"]) == (409, "vin_taken")
        await call.free.patch(f"/api/vehicles/{twin['id']}", json={"vin": None})
        for number in range(2):
            await make_vehicle(call.free, model=str(number))
        full = await call.free.post(f"/api/vehicles/{car['id']}/restore")
        assert (full.status_code, full.json()["code"]) == (403, "quota_exceeded")

    async def test_restored_twice_at_once_it_comes_back_once(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        await call.free.delete(f"/api/vehicles/{car['id']}")
        path = f"/api/vehicles/{car['id']}/restore"
        answers = await asyncio.gather(*(call.free.post(path) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]

    async def test_after_thirty_days_it_is_gone(
        self, call: Callers, clock: FixedClock, run_schedule: Any, emitted: Any
    ) -> None:
        car, young = await make_vehicle(call.free), await make_vehicle(call.free, model="206")
        await call.free.delete(f"/api/vehicles/{car['id']}")
        clock.move(days=29)
        await call.free.delete(f"/api/vehicles/{young['id']}")
        await run_schedule("vehicles.empty_trash")
        assert (await call.free.get("/api/vehicles/trash")).json()["count"] == 2
        clock.move(days=1, minutes=11)
        await run_schedule("vehicles.empty_trash")
        left = (await call.free.get("/api/vehicles/trash")).json()["results"]
        assert [entry["id"] for entry in left] == [young["id"]]
        last = (await emitted(VehicleChanged))[-1]
        assert (str(last.vehicle_id), last.deleted, last.restorable) == (car["id"], True, False)

    async def test_its_owner_may_not_wait(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        path = f"/api/vehicles/trash/{car['id']}"
        assert (await call.free.delete(path)).status_code == 404  # not in the trash
        await call.free.delete(f"/api/vehicles/{car['id']}")
        assert (await call.other.delete(path)).status_code == 404
        assert (await call.free.delete(path)).status_code == 204
        assert (await call.free.get("/api/vehicles/trash")).json()["count"] == 0
