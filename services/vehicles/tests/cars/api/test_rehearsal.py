from typing import Any

from services.vehicles.tests.factories import make_plan, make_vehicle, read_odometer
from shared.contracts.vehicles import OdometerRead, ReadingsJudged, VehicleChanged
from shared.testing.client import Callers


async def everything(call: Callers, car: str) -> list[Any]:
    addresses = (f"vehicles/{car}", f"vehicles/{car}/odometer", f"maintenance-plans?vehicle={car}")
    return [(await call.free.get(f"/api/{each}")).json() for each in addresses]


async def story(call: Callers) -> tuple[str, dict[str, Any]]:
    """A typo, and a good reading it holds back."""
    car = (await make_vehicle(call.free))["id"]
    await read_odometer(call.free, car, 110_609, "2026-04-04")
    await make_plan(call.free, car, last_done_on="2026-04-04", last_done_mileage=110_609)
    typo = await read_odometer(call.free, car, 118_902, "2026-05-01")
    await read_odometer(call.free, car, 112_205, "2026-05-07")
    return car, typo


class TestDryRun:
    async def test_of_a_new_reading(self, call: Callers, emitted: Any) -> None:
        car, typo = await story(call)
        before = await everything(call, car)
        said = [len(await emitted(kind)) for kind in (OdometerRead, ReadingsJudged, VehicleChanged)]
        answer = await call.free.post(
            f"/api/vehicles/{car}/odometer?dry_run=true",
            json={"mileage": 112_533, "read_on": "2026-05-17"},
        )
        assert answer.status_code == 200, answer.text
        foreseen = answer.json()
        assert [(r["mileage"], r["was"], r["status"]) for r in foreseen["readings"]] == [
            (118_902, "ACCEPTED", "QUARANTINED"),
            (112_205, "QUARANTINED", "ACCEPTED"),
            (112_533, None, "ACCEPTED"),
        ]
        assert foreseen["readings"][0]["id"] == typo["id"]
        assert foreseen["readings"][2]["id"] is None
        assert (foreseen["before"]["mileage"], foreseen["after"]["mileage"]) == (118_902, 112_533)
        [plan] = foreseen["plans"]
        assert plan["before"]["forecast_on"] < plan["after"]["forecast_on"]
        assert await everything(call, car) == before
        kinds = (OdometerRead, ReadingsJudged, VehicleChanged)
        assert [len(await emitted(kind)) for kind in kinds] == said

    async def test_it_foresees_what_then_happens(self, call: Callers) -> None:
        car, _ = await story(call)
        body = {"mileage": 112_533, "read_on": "2026-05-17"}
        address = f"/api/vehicles/{car}/odometer"
        foreseen = (await call.free.post(f"{address}?dry_run=true", json=body)).json()
        await call.free.post(address, json=body)
        [car_now, readings, plans] = await everything(call, car)
        assert car_now["mileage"] == foreseen["after"]["mileage"]
        assert {r["mileage"]: r["status"] for r in foreseen["readings"]} == {
            r["mileage"]: r["status"] for r in readings["results"] if r["mileage"] != 110_609
        }
        assert plans["results"][0]["forecast"]["on"] == foreseen["plans"][0]["after"]["forecast_on"]

    async def test_of_striking_out_and_of_vouching(self, call: Callers) -> None:
        car, typo = await story(call)
        before = await everything(call, car)
        void = (await call.free.post(f"/api/odometer/{typo['id']}/void?dry_run=true")).json()
        assert [(r["mileage"], r["status"]) for r in void["readings"]] == [
            (118_902, "VOID"),
            (112_205, "ACCEPTED"),
        ]
        assert void["after"]["mileage"] == 112_205
        [held] = [r for r in before[1]["results"] if r["status"] == "QUARANTINED"]
        accepted = await call.free.post(f"/api/odometer/{held['id']}/accept?dry_run=true")
        assert [(r["mileage"], r["status"]) for r in accepted.json()["readings"]] == [
            (118_902, "QUARANTINED"),
            (112_205, "ACCEPTED"),
        ]
        assert await everything(call, car) == before

    async def test_it_refuses_what_is_refused(self, call: Callers) -> None:
        car, typo = await story(call)
        assert (
            await call.other.post(f"/api/odometer/{typo['id']}/void?dry_run=true")
        ).status_code == 404
        strange = await call.other.post(
            f"/api/vehicles/{car}/odometer?dry_run=true", json={"mileage": 5}
        )
        assert strange.status_code == 404
        hours = await call.free.post(
            f"/api/vehicles/{car}/odometer?dry_run=true", json={"hours": 5}
        )
        assert (hours.status_code, hours.json()["code"]) == (422, "meter_missing")
