from services.vehicles.tests.factories import make_record, make_vehicle, read_odometer
from shared.testing.client import Callers


class TestTimeline:
    async def test_records_and_readings_latest_first(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 50_000, "2025-12-01")
        await make_record(call.free, car, mileage=51_000)
        await read_odometer(call.free, car, 52_000, "2026-02-01")
        page = (await call.free.get(f"/api/vehicles/{car}/timeline?page_size=2")).json()
        assert page["count"] == 3
        assert [(m["kind"], m["on"]) for m in page["results"]] == [
            ("odometer", "2026-02-01"),
            ("maintenance", "2026-01-15"),
        ]
        rest = (await call.free.get(page["next"])).json()
        assert [m["odometer"]["mileage"] for m in rest["results"]] == [50_000]


class TestMaintenancesOfACar:
    async def test_only_that_car(self, call: Callers) -> None:
        first = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, first)
        await make_record(call.standard, second)
        found = (await call.standard.get(f"/api/vehicles/{first}/maintenances")).json()
        assert [record["vehicle"] for record in found["results"]] == [first]
