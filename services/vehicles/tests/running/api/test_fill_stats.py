from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.running.api.test_fills import make_fill, money
from shared.testing.client import Callers


class TestFillStats:
    async def test_every_fill_counts_on_its_day(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard))["id"]
        await make_fill(call.standard, car, day="2026-01-05", station="Total", total=money("80.00"))
        await make_fill(call.standard, car, day="2026-02-10", station="Total", total=money("69.30"))
        await make_fill(
            call.standard, second, day="2025-12-31", energy="electric", total=money("5", "CHF")
        )
        await make_fill(call.standard, second, day="2026-02-11", quantity="10")
        stats = (await call.standard.get("/api/fills/stats")).json()
        assert (stats["count"], stats["total"]) == (4, [money("5.00", "CHF"), money("149.30")])
        assert [month["key"] for month in stats["by_month"]] == ["2025-12", "2026-01", "2026-02"]
        electric, petrol = stats["by_energy"]
        assert (electric["key"], electric["unit_price"]) == ("electric", 0.125)
        assert (petrol["count"], petrol["spent"]) == (3, [money("149.30")])
        assert petrol["quantities"] == [{"energy": "petrol", "quantity": 90.0, "unit": "l"}]
        assert {each["key"]: each["count"] for each in stats["by_station"]} == {"": 2, "Total": 2}
        assert {each["key"]: each["count"] for each in stats["by_vehicle"]} == {car: 2, second: 2}
        one = (await call.standard.get(f"/api/fills/stats?vehicle={car}&from=2026-02-01")).json()
        assert (one["count"], one["total"]) == (1, [money("69.30")])
        assert (await call.other.get("/api/fills/stats")).json()["count"] == 0

    async def test_sums_are_wider_than_their_parts(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for day in ("2026-01-01", "2026-01-02"):
            await make_fill(
                call.standard, car, day=day, quantity="99999.999", total=money("99999999999.99")
            )
        stats = (await call.standard.get("/api/fills/stats")).json()
        assert stats["total"] == [money("199999999999.98")]
        found = await call.standard.get(f"/api/vehicles/{car}/consumption")
        assert found.json()["spent"] == [money("199999999999.98")]
