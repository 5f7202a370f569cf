from typing import Any

from services.vehicles.tests.factories import (
    make_document,
    make_record,
    make_vehicle,
    read_odometer,
)
from shared.contracts.vehicles import MaintenanceChanged
from shared.ids import new_id
from shared.testing.client import Callers

EUR = "EUR"


def money(amount: str, currency: str = EUR) -> dict[str, str]:
    return {"amount": amount, "currency": currency}


LINES = [
    {
        "kind": "part",
        "description": "Huile 5W30",
        "quantity": "4.5",
        "unit_price": money("12.40"),
        "total": money("55.80"),
        "tax_rate": "20",
    },
    {"kind": "labour", "description": "Main d'œuvre", "quantity": 1, "total": money("60.00")},
]


class TestCreate:
    async def test_everything_comes_back(self, call: Callers, emitted: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        record = await make_record(
            call.free,
            car,
            service_types=["oil_change", "cabin_filter"],
            mileage=54_321,
            cost=money("138.96"),
            tax=money("23.16"),
            garage="Garage du Parc",
            description="Révision",
            lines=LINES,
        )
        assert record["status"] == "COMPLETED"
        assert record["service_types"] == ["oil_change", "cabin_filter"]
        assert record["title"] == "Vidange moteur et filtre à huile"
        assert (record["cost"], record["tax"]) == (money("138.96"), money("23.16"))
        assert [line["quantity"] for line in record["lines"]] == ["4.5", "1"]
        assert record["lines"][0]["unit_price"] == money("12.40")
        assert record["mileage"] == 54_321
        got = await call.free.get(f"/api/maintenances/{record['id']}")
        assert got.json() == record
        [event] = await emitted(MaintenanceChanged)
        assert event.services == ("oil_change", "cabin_filter")
        assert event.cost is not None
        assert event.cost.amount_minor == 13896
        assert "Huile 5W30" in event.text

    async def test_tomorrow_cannot_be_completed(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        body = {"vehicle": car, "service_date": "2100-01-01", "service_type": "oil_change"}
        answer = await call.free.post("/api/maintenances", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "completed_in_future")
        planned = await call.free.post("/api/maintenances", json={**body, "status": "scheduled"})
        assert planned.status_code == 201
        assert (await call.free.get("/api/maintenances/upcoming")).json()["count"] == 1

    async def test_one_record_one_currency(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        body = {
            "vehicle": car,
            "service_date": "2026-01-01",
            "service_type": "oil_change",
            "cost": money("10.00"),
            "tax": money("1.00", "GBP"),
        }
        answer = await call.free.post("/api/maintenances", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "mixed_currencies")

    async def test_only_ones_own_documents(self, call: Callers, hear: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        mine, theirs = new_id(), new_id()
        await hear(make_document(call.user_id("free"), document_id=mine))
        await hear(make_document(call.user_id("other"), document_id=theirs))
        record = await make_record(call.free, car, documents=[str(mine)])
        assert record["documents"] == [str(mine)]
        body = {
            "vehicle": car,
            "service_date": "2026-01-01",
            "service_type": "oil_change",
            "documents": [str(theirs)],
        }
        assert (await call.free.post("/api/maintenances", json=body)).status_code == 404

    async def test_an_implausible_mileage_is_kept_out_of_the_ledger(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for km, on in ((49_000, "2026-01-10"), (50_000, "2026-02-10")):
            await read_odometer(call.free, car, km, on)
        record = await make_record(call.free, car, mileage=900_000)
        assert record["mileage"] == 900_000
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_000


class TestEdit:
    async def test_a_corrected_mileage_replaces_its_reading(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        record = await make_record(call.free, car, mileage=54_000)
        address = f"/api/maintenances/{record['id']}"
        changed = await call.free.patch(address, json={"mileage": 45_000})
        assert changed.status_code == 200, changed.text
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 45_000
        ledger = (await call.free.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert sorted((r["mileage"], r["status"]) for r in ledger) == [
            (45_000, "ACCEPTED"),
            (54_000, "VOID"),
        ]

    async def test_it_moves_to_another_car_with_its_reading(self, call: Callers) -> None:
        first = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard))["id"]
        record = await make_record(call.standard, first, mileage=54_000)
        answer = await call.standard.patch(
            f"/api/maintenances/{record['id']}", json={"vehicle": second}
        )
        assert answer.json()["vehicle"] == second
        assert (await call.standard.get(f"/api/vehicles/{first}")).json()["mileage"] is None
        assert (await call.standard.get(f"/api/vehicles/{second}")).json()["mileage"] == 54_000

    async def test_cancelled_work_takes_its_reading_back(self, call: Callers, emitted: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        record = await make_record(call.free, car, mileage=54_000)
        await call.free.patch(f"/api/maintenances/{record['id']}", json={"status": "CANCELLED"})
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] is None
        assert [e.version for e in await emitted(MaintenanceChanged)] == [1, 2]

    async def test_put_says_everything(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        record = await make_record(call.free, car, cost=money("10.00"), lines=LINES)
        body = {"vehicle": car, "service_date": "2026-02-02", "service_type": "brake_fluid"}
        answer = await call.free.put(f"/api/maintenances/{record['id']}", json=body)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["cost"], answer.json()["lines"]) == (None, [])

    async def test_the_currency_changes_with_all_amounts(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        record = await make_record(call.free, car, cost=money("10.00"), tax=money("2.00"))
        address = f"/api/maintenances/{record['id']}"
        half = await call.free.patch(address, json={"cost": money("9.00", "GBP")})
        assert half.json()["code"] == "mixed_currencies"
        both = {"cost": money("9.00", "GBP"), "tax": money("1.50", "GBP")}
        assert (await call.free.patch(address, json=both)).json()["tax"] == money("1.50", "GBP")


class TestLists:
    async def test_filters(self, call: Callers) -> None:
        first = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, first, garage="Chez Paul")
        await make_record(call.standard, second, service_type="brake_fluid")
        await make_record(
            call.standard, second, status="CANCELLED", service_types=["oil_change", "coolant"]
        )
        for query, count in (
            (f"vehicle={first}", 1),
            ("status=CANCELLED", 1),
            ("service_type=oil_change", 2),
            ("service_type=coolant", 1),
            ("search=paul", 1),
        ):
            found = (await call.standard.get(f"/api/maintenances?{query}")).json()
            assert found["count"] == count, query
        assert (await call.standard.get("/api/maintenances/recent")).json()["count"] == 2


class TestDelete:
    async def test_gone_and_announced(self, call: Callers, emitted: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        record = await make_record(call.free, car, mileage=54_000)
        answer = await call.free.delete(f"/api/maintenances/{record['id']}")
        assert answer.status_code == 204
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] is None
        last = (await emitted(MaintenanceChanged))[-1]
        assert (last.deleted, last.version) == (True, 2)
