import asyncio
from typing import Any

from services.vehicles.tests.factories import make_vehicle, read_odometer
from shared.contracts.vehicles import OdometerRead
from shared.testing.client import Callers


async def ledger(call: Callers, car: str, status: str) -> list[dict[str, Any]]:
    answer = await call.free.get(f"/api/vehicles/{car}/odometer?status={status}&ordering=read_on")
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


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
    """A mileage typed without a day weighs less than any that has one."""

    async def test_it_gives_way_to_a_dated_one(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=58_000))["id"]
        dated = await read_odometer(call.free, car, 58_240, "2026-01-12")
        assert dated["status"] == "ACCEPTED"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 58_240
        [stated] = await ledger(call, car, "QUARANTINED")
        assert (stated["source"], stated["doubts"]) == (
            "stated",
            ["lower_than_before", "superseded"],
        )

    async def test_and_is_believed_again_once_that_is_struck_out(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=58_000))["id"]
        dated = await read_odometer(call.free, car, 582_400, "2026-01-12")
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 582_400
        await call.free.post(f"/api/odometer/{dated['id']}/void")
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 58_000
        assert [each["doubts"] for each in await ledger(call, car, "ACCEPTED")] == [[]]


class TestAccept:
    async def test_the_owner_vouches(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 50_000, "2026-01-01")
        doubted = await read_odometer(call.free, car, 90_000, "2026-01-05")
        assert doubted["doubts"] == ["too_fast"]
        accepted = await call.free.post(f"/api/odometer/{doubted['id']}/accept")
        assert accepted.json()["status"] == "ACCEPTED"
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 90_000

    async def test_their_word_outweighs_what_contradicts_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        wrong = await read_odometer(call.free, car, 500_000, "2026-01-01")
        right = await read_odometer(call.free, car, 50_100, "2026-01-05")
        assert right["status"] == "QUARANTINED"
        accepted = (await call.free.post(f"/api/odometer/{right['id']}/accept")).json()
        assert (accepted["status"], accepted["vouched"], accepted["doubts"]) == (
            "ACCEPTED",
            True,
            [],
        )
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_100
        [doubted] = await ledger(call, car, "QUARANTINED")
        assert (doubted["id"], doubted["doubts"]) == (wrong["id"], ["higher_than_later"])

    async def test_the_last_word_counts(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        one = await read_odometer(call.free, car, 500_000, "2026-01-01")
        other = await read_odometer(call.free, car, 50_100, "2026-01-05")
        for each in (one, other, one):
            await call.free.post(f"/api/odometer/{each['id']}/accept")
            [believed] = await ledger(call, car, "ACCEPTED")
            assert (believed["id"], believed["vouched"]) == (each["id"], True)

    async def test_what_contradicts_it_may_be_struck_out_with_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        wrong = await read_odometer(call.free, car, 500_000, "2026-01-01")
        right = await read_odometer(call.free, car, 50_100, "2026-01-05")
        accepted = await call.free.post(
            f"/api/odometer/{right['id']}/accept", json={"void_conflicting": True}
        )
        assert accepted.json()["status"] == "ACCEPTED"
        [void] = await ledger(call, car, "VOID")
        assert void["id"] == wrong["id"]
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
