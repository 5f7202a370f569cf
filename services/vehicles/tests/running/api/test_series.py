from datetime import UTC, datetime
from typing import Any

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.running.api.test_consumption import with_history
from services.vehicles.tests.running.api.test_fills import money
from shared.clock import FixedClock
from shared.testing.client import Callers


async def series(client: Any, car: str, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api/vehicles/{car}/consumption/series{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestSeries:
    async def test_every_month_is_there_in_order_and_an_empty_one_is_nothing(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(datetime(2026, 4, 15, tzinfo=UTC))
        car = await with_history(call.standard)
        found = await series(call.standard, car)
        months = [month["month"] for month in found["months"]]
        assert months == ["2026-01", "2026-02", "2026-03", "2026-04"]
        first, second, third, _ = (month["energies"][0] for month in found["months"])
        assert (first["sums"]["consumption"], first["spent"]) == (None, [money("116.00")])
        assert (second["sums"]["consumption"], second["sums"]["distance"]) == (6.5, 900.0)
        assert (third["count"], third["filled"], third["spent"]) == (0, 0.0, [])
        assert third["sums"]["consumption"] is None
        [segment] = found["segments"]
        assert (segment["since"], segment["until"], segment["fills"]) == (
            "2026-01-05",
            "2026-02-10",
            2,
        )
        assert segment["sums"]["cost_per_100"] == money("11.70")

    async def test_a_car_without_fills(self, call: Callers, clock: FixedClock) -> None:
        clock.set(datetime(2026, 4, 15, tzinfo=UTC))
        car = (await make_vehicle(call.standard))["id"]
        found = await series(call.standard, car)
        assert (found["segments"], found["windows"], found["units"]) == ([], [], [])
        assert found["months"] == [{"month": "2026-04", "energies": []}]

    async def test_a_period_has_an_end(self, call: Callers) -> None:
        car = await with_history(call.standard)
        answer = await call.standard.get(
            f"/api/vehicles/{car}/consumption/series?from=1886-01-01&to=2199-12-31"
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "period_too_long")
        backwards = await series(call.standard, car, "?from=2026-03-01&to=2026-01-01")
        assert (backwards["months"], backwards["segments"]) == ([], [])
