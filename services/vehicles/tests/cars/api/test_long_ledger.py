"""A car that has reported fifty thousand times takes one more reading by looking at a few of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.vehicles.tests.factories import make_vehicle, read_odometer
from shared.testing.client import Callers

FILL = text(
    """
    INSERT INTO odometer_reading (
        id, owner_id, vehicle_id, read_on, metres, status, source, doubts, created_at, updated_at
    )
    SELECT gen_random_uuid(), :owner, :car, date '2026-10-01' - (50000 - n) * 1000 / 50000, n * 4000,
        'ACCEPTED', 'telematics', '[]', now(), now()
    FROM generate_series(1, 50000) AS n
    """
)


async def test_fifty_thousand_readings(call: Callers, open_work: Any) -> None:
    car = (await make_vehicle(call.free))["id"]
    async with open_work() as work:
        await work.session.execute(FILL, {"owner": call.user_id("free"), "car": UUID(car)})
    good = await read_odometer(call.free, car, 200_040, "2026-10-02")
    assert good["status"] == "ACCEPTED"
    typo = await read_odometer(call.free, car, 20_004, "2026-10-03")
    assert (typo["status"], typo["doubts"]) == ("QUARANTINED", ["lower_than_before"])
    assert typo["suggestions"], "a digit was dropped"
    await read_odometer(call.free, car, 208_000, "2026-10-05")
    for km, on in ((200_080, "2026-10-06"), (200_120, "2026-10-07")):
        await read_odometer(call.free, car, km, on)
    doubted = await call.free.get(f"/api/vehicles/{car}/odometer?status=QUARANTINED")
    assert {each["mileage"] for each in doubted.json()["results"]} == {20_004, 208_000}
    found = (await call.free.get(f"/api/vehicles/{car}")).json()
    assert (found["mileage"], found["mileage_on"]) == (200_120, "2026-10-07")
    async with open_work() as work:
        looked_at = await work.readings.accepted(UUID(car))
    assert len(looked_at) < 250
    assert [each.read_on for each in looked_at] == sorted({each.read_on for each in looked_at})
    address = f"/api/vehicles/{car}/odometer/distance"
    driven = (await call.free.get(f"{address}?from=2026-01-01&to=2026-09-30")).json()
    assert abs(driven["distance"] - 273 * 200) <= 200
