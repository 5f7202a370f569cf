from typing import Any

import pytest

from services.vehicles.tests.factories import make_plan, make_vehicle
from services.vehicles.tests.running.factories import euros, make_expense
from services.vehicles.tests.running.sharing import share
from shared.contracts.scopes import Scope
from shared.contracts.vehicles import MaintenanceChanged
from shared.http.identity import Caller
from shared.ids import new_id
from shared.testing.client import Callers


def record(car: str, **said: Any) -> dict[str, Any]:
    body = {"vehicle": car, "service_date": "2026-01-15", "service_type": "oil_change"} | said
    return {"method": "POST", "path": "/api/maintenances", "body": body}


def expense(car: str, amount: str) -> dict[str, Any]:
    body = {"vehicle": car, "category": "toll", "amount": euros(amount), "spent_on": "2026-01-01"}
    return {"method": "POST", "path": "/api/expenses", "body": body}


async def many(client: Any, *operations: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/api/bulk", json={"operations": list(operations)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestBulk:
    async def test_each_is_answered_by_itself(self, call: Callers, emitted: Any) -> None:
        car = (await make_vehicle(call.premium))["id"]
        await make_plan(call.premium, car)
        old = await make_expense(call.premium, car)
        before = len(await emitted(MaintenanceChanged))
        found = await many(
            call.premium,
            record(car, mileage=50_000),
            record(car, service_date="2099-01-01"),
            record(car, service_type="nobody_knows_this"),
            {"method": "PATCH", "path": f"/api/expenses/{old['id']}", "body": {"title": "new"}},
            {"method": "DELETE", "path": f"/api/expenses/{new_id()}"},
            expense(car, "not a number"),
            record(car, mileage=51_000, service_date="2026-02-15"),
            {"method": "DELETE", "path": f"/api/expenses/{old['id']}"},
        )
        assert [each["status"] for each in found["results"]] == [
            *(201, 422, 422, 200, 404, 422, 201, 204)
        ]
        assert (found["succeeded"], found["failed"]) == (4, 4)
        refusals = [each["problem"] for each in found["results"] if each["problem"]]
        assert [each["code"] for each in refusals] == [
            "completed_in_future",
            "unknown_service",
            "not_found",
            "invalid_input",
        ]
        assert refusals[3]["errors"][0]["pointer"].startswith("/amount")
        first = found["results"][0]
        assert (await call.premium.get(first["location"])).json() == first["body"]
        assert (await call.premium.get("/api/maintenances")).json()["count"] == 2
        assert (await call.premium.get("/api/expenses")).json()["count"] == 0
        assert len(await emitted(MaintenanceChanged)) == before + 2
        vehicle = (await call.premium.get(f"/api/vehicles/{car}")).json()
        assert vehicle["mileage"] == 51_000

    async def test_what_nobody_serves_is_refused_by_itself(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        found = await many(
            call.premium,
            {"method": "PUT", "path": "/api/expenses", "body": {}},
            {"method": "POST", "path": "/api/fills/a/b/c"},
            record(car),
        )
        assert [each["status"] for each in found["results"]] == [405, 404, 201]
        refusals = [each["problem"] for each in found["results"] if each["problem"]]
        assert [each["code"] for each in refusals] == ["method_not_allowed", "not_found"]
        assert [each["instance"] for each in refusals] == ["/api/expenses", "/api/fills/a/b/c"]

    async def test_a_hundred(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        found = await many(call.premium, *(expense(car, f"{n}.00") for n in range(1, 101)))
        assert found["succeeded"] == 100
        body = {"operations": [expense(car, "1.00")] * 101}
        assert (await call.premium.post("/api/bulk", json=body)).status_code == 422

    async def test_the_same_key_does_it_once(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        body = {"operations": [expense(car, "1.00"), expense(car, "x")]}
        for _ in range(2):
            answer = await call.premium.post(
                "/api/bulk", json=body, headers={"Idempotency-Key": "once"}
            )
            assert answer.json()["succeeded"] == 1
        assert (await call.premium.get("/api/expenses")).json()["count"] == 1

    async def test_the_second_of_two_alike_is_refused(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        path = f"/api/vehicles/{car}/budgets"
        budget = {"method": "POST", "path": path, "body": {"amount": euros("1.00")}}
        found = await many(call.premium, budget, budget, expense(car, "1.00"))
        assert [each["status"] for each in found["results"]] == [201, 409, 201]

    @pytest.mark.parametrize(
        "path",
        [
            "/api/bulk",
            "/api/exchange-rates",
            "/api/vehicles?page=1",
            "/api/vehicles/../bulk",
            "/internal/copies",
            "/api/brands",
            "/api/sync",
        ],
    )
    async def test_only_what_belongs_to_cars(self, call: Callers, path: str) -> None:
        body = {"operations": [{"method": "POST", "path": path, "body": {}}]}
        assert (await call.admin.post("/api/bulk", json=body)).status_code == 422

    async def test_nothing_more_than_one_by_one(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.premium))["id"]
        stranger = await many(call.other, expense(car, "1.00"), record(car))
        assert [each["status"] for each in stranger["results"]] == [404, 404]
        await share(open_work, car, call.user_id("other"), "driver")
        driver = await many(
            call.other,
            expense(car, "1.00"),
            {
                "method": "POST",
                "path": f"/api/vehicles/{car}/odometer",
                "body": {"mileage": 10, "read_on": "2026-01-01"},
            },
        )
        assert [each["status"] for each in driver["results"]] == [403, 201]
        key = call.with_caller(
            Caller(
                user_id=call.user_id("premium"),
                api_key=new_id(),
                scopes=frozenset({Scope.VEHICLES_WRITE, Scope.VEHICLES_READ}),
            )
        )
        keyed = await many(key, expense(car, "1.00"), record(car))
        assert [each["status"] for each in keyed["results"]] == [201, 403]
        assert keyed["results"][1]["problem"]["code"] == "scope_required"
