import asyncio
from typing import Any

from services.vehicles.tests.factories import VIN, make_vehicle
from shared.contracts.features import Plan
from shared.contracts.vehicles import OdometerRead, VehicleChanged
from shared.testing.client import Callers


class TestCreateVehicle:
    async def test_a_car_is_kept_as_described_and_announced(
        self, call: Callers, emitted: Any
    ) -> None:
        car = await make_vehicle(
            call.free,
            license_plate="ab-123-cd",
            vin=VIN,
            mileage=58000,
            fuel_type="DIESEL",
            purchase_price={"amount": "12500.00", "currency": "EUR"},
            custom_fields={"pneus": "hiver"},
        )
        assert car["license_plate"] == "AB-123-CD"
        assert car["fuel_type"] == "diesel"
        assert car["mileage"] == 58000
        assert car["purchase_price"] == {"amount": "12500.00", "currency": "EUR"}
        [changed] = await emitted(VehicleChanged)
        assert (changed.version, changed.odometer_m, changed.vin_prefix) == (1, 58_000_000, "VF3H")
        [read] = await emitted(OdometerRead)
        assert read.reading_m == 58_000_000

    async def test_quota_counts_under_concurrency(self, call: Callers) -> None:
        answers = await asyncio.gather(
            *(
                call.free.post("/api/vehicles", json={"make": "Renault", "model": f"Clio {n}"})
                for n in range(8)
            )
        )
        assert sorted(a.status_code for a in answers) == [201] * 3 + [403] * 5
        refused = next(a for a in answers if a.status_code == 403).json()
        assert refused["code"] == "quota_exceeded"
        assert (refused["resource"], refused["limit"], refused["used"]) == ("vehicles", 3, 3)
        assert refused["required_plan"] == "STANDARD"

    async def test_premium_has_no_limit(self, call: Callers) -> None:
        client = call.as_user(call.user_id("collector"), Plan.PREMIUM)
        for number in range(12):
            await make_vehicle(client, model=f"308 {number}")
