import pytest

from services.vehicles.tests.factories import make_vehicle, read_odometer
from shared.testing.client import Callers


class TestDistance:
    async def test_of_a_period(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for km, on in ((10_000, "2026-01-01"), (10_600, "2026-01-31"), (11_200, "2026-03-02")):
            await read_odometer(call.free, car, km, on)
        address = f"/api/vehicles/{car}/odometer/distance"
        february = await call.free.get(f"{address}?from=2026-02-01&to=2026-02-28")
        assert february.json() == {
            "since": "2026-02-01",
            "until": "2026-02-28",
            "distance": 560,
            "distance_unit": "km",
            "hours": None,
            "known_since": "2026-02-01",
            "known_until": "2026-02-28",
            "lower_bound": False,
        }
        whole = (await call.free.get(f"{address}?from=2020-01-01&to=2026-12-31")).json()
        assert (whole["distance"], whole["known_until"]) == (1_200, "2026-03-02")

    async def test_a_doubted_reading_counts_for_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for km, on in (
            (10_000, "2026-01-01"),
            (90_000, "2026-01-10"),
            (10_600, "2026-01-31"),
            (10_700, "2026-02-28"),
        ):
            await read_odometer(call.free, car, km, on)
        address = f"/api/vehicles/{car}/odometer/distance"
        found = (await call.free.get(f"{address}?from=2026-01-02&to=2026-01-31")).json()
        assert found["distance"] == 600

    async def test_of_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        found = (await call.free.get(f"/api/vehicles/{car}/odometer/distance")).json()
        assert (found["distance"], found["known_since"]) == (None, None)

    @pytest.mark.parametrize("query", ["from=2026-02-30", "to=x", "from=0000-01-01", "page=1"])
    async def test_bad_days(self, call: Callers, query: str) -> None:
        car = (await make_vehicle(call.free))["id"]
        refused = await call.free.get(f"/api/vehicles/{car}/odometer/distance?{query}")
        assert refused.status_code in {400, 422}

    async def test_the_first_and_the_last_day_there_is(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 10_000, "2026-01-01")
        for query in ("from=0001-01-01&to=9999-12-31", "to=0001-01-01", "from=9999-12-31"):
            found = await call.free.get(f"/api/vehicles/{car}/odometer/distance?{query}")
            assert (found.status_code, found.json()["distance"]) == (200, None)
