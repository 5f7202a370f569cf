from typing import Any

from services.vehicles.tests.factories import make_vehicle
from shared.testing.client import Callers


async def make_fill(client: Any, car: str, **said: Any) -> dict[str, Any]:
    body = {"day": "2026-03-01", "quantity": "40", "energy": "petrol"} | said
    answer = await client.post(f"/api/vehicles/{car}/fills", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


class TestCreateFill:
    async def test_a_fill_tells_the_odometer(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_fill(
            call.standard, car, mileage=10_000, total=euros("74.36"), unit_price="1.859"
        )
        assert (made["quantity"], made["unit"], made["doubts"]) == ("40.000", "l", [])
        assert (made["odometer"]["status"], made["derived"]) == ("ACCEPTED", None)
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["mileage"] == 10_000
        [reading] = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert reading["source"] == "fuel"
        again = await call.standard.get(f"/api/fills/{made['id']}")
        assert again.json() == made
