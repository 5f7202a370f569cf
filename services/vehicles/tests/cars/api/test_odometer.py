import asyncio
from typing import Any

from services.vehicles.tests.factories import make_vehicle, read_odometer
from shared.contracts.vehicles import OdometerRead
from shared.testing.client import Callers


class TestCreateReading:
    async def test_an_impossible_reading_is_kept_and_not_used(
        self, call: Callers, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 50_000, "2025-06-01")
        await read_odometer(call.free, car, 60_000, "2026-01-01")
        doubted = await read_odometer(call.free, car, 55_000, "2026-03-01")
        assert (doubted["status"], doubted["doubts"]) == ("QUARANTINED", ["lower_than_before"])
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 60_000
        assert [event.reading_m for event in await emitted(OdometerRead)] == [
            50_000_000,
            60_000_000,
        ]
        listed = (await call.free.get(f"/api/vehicles/{car}/odometer")).json()
        assert [r["mileage"] for r in listed["results"]] == [55_000, 60_000, 50_000]
        only = await call.free.get(f"/api/vehicles/{car}/odometer?status=QUARANTINED")
        assert only.json()["count"] == 1

    async def test_a_day_to_come_is_doubted(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        doubted = await read_odometer(call.free, car, 10, "2100-01-01")
        assert doubted["doubts"] == ["in_the_future"]

    async def test_two_at_once_never_make_the_ledger_run_backwards(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        readings = [(70_000, "2026-01-10"), (60_000, "2026-02-10"), (80_000, "2025-12-01")] * 2
        await asyncio.gather(*(read_odometer(call.free, car, km, on) for km, on in readings))
        kept = await call.free.get(f"/api/vehicles/{car}/odometer?status=ACCEPTED&ordering=read_on")
        mileages = [r["mileage"] for r in kept.json()["results"]]
        assert mileages == sorted(mileages)


class TestStated:
    async def test_a_mileage_typed_without_a_day_gives_way_to_a_dated_one(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free, mileage=58_000))["id"]
        dated = await read_odometer(call.free, car, 58_240, "2026-01-12")
        assert dated["status"] == "ACCEPTED"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 58_240
        [stated] = (await call.free.get(f"/api/vehicles/{car}/odometer?status=VOID")).json()[
            "results"
        ]
        assert (stated["source"], stated["doubts"]) == ("stated", ["superseded"])

    async def test_but_not_to_one_that_is_far_off(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=58_000))["id"]
        dated = await read_odometer(call.free, car, 582_400, "2026-01-12")
        assert dated["status"] == "QUARANTINED"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 58_000


class TestAccept:
    async def test_the_owner_vouches(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 50_000, "2026-01-01")
        doubted = await read_odometer(call.free, car, 90_000, "2026-01-05")
        assert doubted["doubts"] == ["too_fast"]
        accepted = await call.free.post(f"/api/odometer/{doubted['id']}/accept")
        assert accepted.json()["status"] == "ACCEPTED"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 90_000

    async def test_a_contradiction_must_be_settled_first(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        wrong = await read_odometer(call.free, car, 500_000, "2026-01-01")
        right = await read_odometer(call.free, car, 50_100, "2026-01-05")
        address = f"/api/odometer/{right['id']}/accept"
        refused = await call.free.post(address)
        assert (refused.status_code, refused.json()["code"]) == (409, "reading_conflict")
        assert refused.json()["conflicts"] == [wrong["id"]]
        accepted = await call.free.post(address, json={"void_conflicting": True})
        assert accepted.json()["status"] == "ACCEPTED"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_100
        again = await call.free.post(f"/api/odometer/{wrong['id']}/accept")
        assert (again.status_code, again.json()["code"]) == (409, "reading_settled")


class TestVoid:
    async def test_a_struck_reading_no_longer_counts(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 50_000, "2026-01-01")
        wrong = await read_odometer(call.free, car, 60_000, "2026-02-01")
        for _ in range(2):
            voided = await call.free.post(f"/api/odometer/{wrong['id']}/void")
            assert voided.json()["status"] == "VOID"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_000
