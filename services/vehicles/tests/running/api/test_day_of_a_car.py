"""What a car cost, took and drove is told up to its own today, and a month's budget is that of its own calendar, whoever looks."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_record, make_vehicle, read_odometer
from services.vehicles.tests.sharing import know, share
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.testing.client import Callers, caller_on

MOMENT = datetime(2026, 12, 1, 2, tzinfo=UTC)
"""16:00 of 30 November in Tahiti, 15:00 of 1 December in Auckland."""
TAHITI, AUCKLAND = "Pacific/Tahiti", "Pacific/Auckland"
TODAY = {TAHITI: "2026-11-30", AUCKLAND: "2026-12-01"}
EURO = {"amount": "10.00", "currency": "EUR"}


def living_in(call: Callers, zone: str, name: str) -> Any:
    return call.with_caller(caller_on(Plan.PREMIUM, call.user_id(name), zone=zone))


@pytest.fixture(autouse=True)
def _now(clock: FixedClock) -> None:
    clock.set(MOMENT)


async def kept(client: Any, zone: str | None, today: str) -> str:
    """A car to which something happens today."""
    car: str = (await make_vehicle(client, timezone=zone))["id"]
    await make_record(client, car, service_date=today, cost=EURO)
    await read_odometer(client, car, 12_000, "2026-06-01")
    await read_odometer(client, car, 20_000, today)
    expense = {"vehicle": car, "category": "toll", "amount": EURO, "spent_on": today}
    fill = {"vehicle": car, "energy": "petrol", "quantity": "30", "total": EURO, "day": today}
    for path, body in (("expenses", expense), ("fills", fill)):
        answer = await client.post(f"/api/{path}", json=body)
        assert answer.status_code == 201, answer.text
    return car


async def told(client: Any, car: str, today: str) -> None:
    async def get(path: str) -> Any:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    of_it = f"/api/vehicles/{car}"
    costs = await get(f"{of_it}/costs")
    assert (costs["last"], costs["total"]["converted"]["amount"]) == (today, "30.00")
    assert (await get(f"{of_it}/budgets"))["month"] == today[:7]
    assert (await get(f"{of_it}/consumption"))["until"] == today
    assert (await get(f"{of_it}/consumption/series"))["until"] == today
    assert (await get(f"{of_it}/odometer/distance"))["until"] == today
    stats = await get(f"/api/fills/stats?vehicle={car}")
    assert (stats["count"], stats["total"]) == (1, [EURO])
    [fill] = (await get(f"/api/fills?vehicle={car}"))["results"]
    assert fill["doubts"] == []


@pytest.mark.parametrize("zone", TODAY)
@pytest.mark.parametrize("reader", TODAY)
async def test_by_the_place_it_is_kept(call: Callers, zone: str, reader: str) -> None:
    client = living_in(call, reader, "mover")
    await told(client, await kept(client, zone, TODAY[zone]), TODAY[zone])
    stats = (await client.get("/api/maintenances/stats")).json()
    assert (stats["total"], stats["by_status"]) == ([EURO], {"COMPLETED": 1})


@pytest.mark.parametrize("zone", TODAY)
async def test_else_by_that_of_its_owner(
    call: Callers, hear: Any, open_work: Any, zone: str
) -> None:
    await know(hear, "owner", timezone=zone)
    car = await kept(living_in(call, zone, "owner"), None, TODAY[zone])
    await share(open_work, car, "member", Role.MANAGER)
    other = TAHITI if zone == AUCKLAND else AUCKLAND
    await told(living_in(call, other, "member"), car, TODAY[zone])


async def test_a_fill_of_tomorrow_there_is_not_taken_yet(call: Callers) -> None:
    client = living_in(call, AUCKLAND, "mover")
    car = (await make_vehicle(client, timezone=TAHITI))["id"]
    body = {"vehicle": car, "energy": "petrol", "quantity": "30", "day": "2026-12-01"}
    made = (await client.post("/api/fills", json=body)).json()
    assert made["doubts"] == ["in_the_future"]
    assert (await client.get("/api/fills/stats")).json()["count"] == 0
    assert (await client.get("/api/fills/stats?to=2026-12-01")).json()["count"] == 1


async def test_in_one_request_each_car_has_its_own(call: Callers) -> None:
    """The day of the car before is not that of the next."""
    client = living_in(call, TAHITI, "mover")
    far = (await make_vehicle(client, timezone=AUCKLAND))["id"]
    near = (await make_vehicle(client))["id"]
    asked = [
        {"method": "POST", "path": "/api/fills", "body": {"vehicle": car, "quantity": "30"}}
        for car in (far, near, far)
    ]
    answer = (await client.post("/api/bulk", json={"operations": asked})).json()
    days = [result["body"]["day"] for result in answer["results"]]
    assert days == [TODAY[AUCKLAND], TODAY[TAHITI], TODAY[AUCKLAND]]
