from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.running.factories import euros, make_value
from shared.testing.client import Callers


class TestValuePoints:
    async def test_are_kept_by_day(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_value(call.standard, car, "2026-01-01", "12000.00")
        made = await make_value(call.standard, car, "2023-01-01", "18000.00", kind="purchase")
        page = (await call.standard.get(f"/api/vehicles/{car}/value-points")).json()
        assert [each["valued_on"] for each in page["results"]] == ["2023-01-01", "2026-01-01"]
        path = f"/api/vehicles/{car}/value-points/{made['id']}"
        assert (await call.standard.get(path)).json() == made
        changed = await call.standard.patch(path, json={"amount": euros("17500.00")})
        assert changed.json()["amount"] == euros("17500.00")
        assert (await call.standard.delete(path)).status_code == 204
        assert (await call.standard.get(path)).status_code == 404

    async def test_a_car_is_bought_once(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_value(call.standard, car, "2023-01-01", "18000.00", kind="purchase")
        body = {"valued_on": "2024-01-01", "amount": euros("1.00"), "kind": "purchase"}
        answer = await call.standard.post(f"/api/vehicles/{car}/value-points", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "value_known")

    async def test_one_of_another_car_is_not_there(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        other = (await make_vehicle(call.standard))["id"]
        made = await make_value(call.standard, car, "2023-01-01", "18000.00")
        path = f"/api/vehicles/{other}/value-points/{made['id']}"
        assert (await call.standard.get(path)).status_code == 404
        assert (await call.standard.delete(path)).status_code == 404
