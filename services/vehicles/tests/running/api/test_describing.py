from datetime import UTC, datetime

import pytest

from services.vehicles.tests.factories import make_vehicle
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.mark.parametrize(
    ("zone", "today"),
    [("Pacific/Tahiti", "2026-11-30"), ("Pacific/Auckland", "2026-12-01"), (None, "2026-12-01")],
)
async def test_a_fill_of_no_day_is_of_the_cars_today(
    call: Callers, clock: FixedClock, zone: str | None, today: str
) -> None:
    clock.set(datetime(2026, 12, 1, 2, tzinfo=UTC))
    car = (await make_vehicle(call.premium, timezone=zone))["id"]
    body = {"quantity": "10", "energy": "petrol"}
    filled = await call.premium.post(f"/api/vehicles/{car}/fills", json=body)
    assert (filled.status_code, filled.json()["day"]) == (201, today)
    quick = await call.premium.post(f"/api/vehicles/{car}/quick-fill", json=body)
    assert quick.json()["fill"]["day"] == today
    path = f"/api/fills/{filled.json()['id']}"
    moved = await call.premium.patch(path, json={"day": "2026-05-01"})
    assert moved.json()["day"] == "2026-05-01"
    assert (await call.premium.patch(path, json={"note": "x"})).json()["day"] == "2026-05-01"
