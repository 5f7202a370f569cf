"""What is neither fill nor cost: stock becomes fields of the car, work foreseen a planned record; both come and go like the rest."""

from typing import Any

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.factories import applied, change, send, undone
from shared.testing.client import Callers

SUPPLIES = (
    "Date,PartNumber,PartSupplier,PartQuantity,Description,Notes,Cost,Tags\n"
    '01/15/2026,W712,Mann,2,Oil filter,for the next two,"$19.80",\n'
    '01/16/2026,H7,Osram,1,Bulb,,"$8.00",\n'
)
PLANS = (
    "DateCreated,DateModified,Description,Notes,Type,Priority,Progress,Cost\n"
    '01/15/2026,01/15/2026,Timing belt,ask the garage,ServiceRecord,Normal,Backlog,"$450.00"\n'
)


async def ready(client: Any, text: str, **answers: str) -> dict[str, Any]:
    found: dict[str, Any] = (await send(client, text)).json()
    while found["questions"]:
        usual = {"currency": "USD", "date_order": "mdy", "distance_unit": "km", "decimal_mark": "."}
        said = {q["name"]: usual.get(q["name"], q["proposed"]) for q in found["questions"]}
        found = await change(client, found["id"], answers=said | answers)
    return found


class TestNotes:
    async def test_stock_becomes_fields_of_the_car_and_goes_again(
        self, call: Callers, run_jobs: Any
    ) -> None:
        car = (await make_vehicle(call.free, custom_fields={"Color code": "TEGNE"}))["id"]
        found = await ready(call.free, SUPPLIES)
        assert (found["state"], found["counts"]["new"]) == ("ready", 2), found
        done = await applied(call.free, found["id"], run_jobs)
        assert done["state"] == "applied", done
        fields = (await call.free.get(f"/api/vehicles/{car}")).json()["custom_fields"]
        assert len(fields) == 3
        assert fields["Color code"] == "TEGNE"
        again = await ready(call.free, SUPPLIES)
        assert again["counts"]["duplicate"] == 2
        await undone(call.free, found["id"], run_jobs)
        fields = (await call.free.get(f"/api/vehicles/{car}")).json()["custom_fields"]
        assert fields == {"Color code": "TEGNE"}


class TestForeseen:
    async def test_work_to_do_is_planned_and_tells_no_mileage(
        self, call: Callers, run_jobs: Any
    ) -> None:
        await make_vehicle(call.free)
        found = await ready(call.free, PLANS)
        done = await applied(call.free, found["id"], run_jobs)
        assert done["state"] == "applied", done
        [record] = (await call.free.get("/api/maintenances")).json()["results"]
        assert (record["status"], record["cost"]["amount"]) == ("SCHEDULED", "450.00")
