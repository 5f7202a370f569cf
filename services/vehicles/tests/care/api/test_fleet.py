from services.vehicles.tests.factories import make_plan, make_vehicle
from shared.testing.client import Callers


class TestStats:
    async def test_totals_by_fuel_and_gearbox(self, call: Callers) -> None:
        await make_vehicle(call.standard, fuel_type="diesel", transmission="manual")
        car = await make_vehicle(call.standard, fuel_type="diesel")
        await make_vehicle(call.other, fuel_type="diesel")
        await make_plan(call.standard, car["id"], last_done_on="2020-01-01")
        await make_plan(call.standard, car["id"], template="brake_fluid")
        stats = (await call.standard.get("/api/vehicles/stats")).json()
        assert stats["total"] == 2
        assert stats["plans"] == {"overdue": 1, "due": 0, "soon": 0, "later": 1, "paused": 0}
        assert stats["by_fuel_type"] == [{"fuel_type": "diesel", "transmission": None, "count": 2}]
