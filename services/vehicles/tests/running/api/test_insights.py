from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.factories import make_record, make_vehicle
from shared.clock import FixedClock
from shared.testing.client import Callers


async def spend(call: Callers, car: str, day: str, amount: str, **said: Any) -> None:
    cost = {"amount": amount, "currency": said.pop("currency", "EUR")}
    await make_record(call.standard, car, service_date=day, cost=cost, **said)


class TestStats:
    async def test_only_what_was_spent(self, call: Callers, clock: FixedClock) -> None:
        clock.set(datetime(2026, 6, 15, tzinfo=UTC))
        car = (await make_vehicle(call.standard))["id"]
        await spend(call, car, "2026-02-10", "100.10")
        await spend(call, car, "2026-02-20", "0.20", service_type="brake_fluid")
        await spend(call, car, "2025-11-20", "30.00")
        await spend(call, car, "2026-03-01", "80.00", currency="GBP")
        await spend(call, car, "2026-03-02", "999.00", status="CANCELLED")
        await spend(call, car, "2026-12-01", "999.00", status="SCHEDULED")
        stats = (
            await call.standard.get("/api/maintenances/stats?from=2026-01-01&to=2026-12-31")
        ).json()
        assert stats["total"] == [
            {"amount": "100.30", "currency": "EUR"},
            {"amount": "80.00", "currency": "GBP"},
        ]
        assert [month["key"] for month in stats["by_month"]] == ["2026-02", "2026-03"]
        assert stats["by_status"] == {"COMPLETED": 3, "CANCELLED": 1, "SCHEDULED": 1}
        assert {s["key"]: s["count"] for s in stats["by_service_type"]} == {
            "oil_change": 2,
            "brake_fluid": 1,
        }
        every = (await call.standard.get("/api/maintenances/stats")).json()
        assert [month["key"] for month in every["by_month"]] == ["2025-11", "2026-02", "2026-03"]

    async def test_sums_are_wider_than_their_parts(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for day in ("2026-02-10", "2026-02-11", "2026-03-11"):
            await spend(call, car, day, "99999999999.99")
        stats = await call.standard.get("/api/maintenances/stats")
        assert stats.status_code == 200, stats.text
        assert stats.json()["total"] == [{"amount": "299999999999.97", "currency": "EUR"}]
        (summary,) = (await call.standard.get("/api/maintenances/by_vehicle")).json()
        assert summary["spent"] == stats.json()["total"]

    @pytest.mark.parametrize(
        ("first", "last"),
        [("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01"), ("0001-01-01", "0001-01-01")],
    )
    async def test_the_first_and_the_last_day_are_days(
        self, call: Callers, first: str, last: str
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await spend(call, car, "2026-02-10", "1.00")
        answer = await call.standard.get(f"/api/maintenances/stats?from={first}&to={last}")
        assert answer.status_code == 200, answer.text

    async def test_nobody_elses_money(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await spend(call, car, "2026-02-10", "100.00")
        stats = (await call.other.get("/api/maintenances/stats")).json()
        assert (stats["total"], stats["by_status"]) == ([], {})


class TestByVehicle:
    async def test_every_car_once(self, call: Callers) -> None:
        first = (await make_vehicle(call.standard))["id"]
        second = (await make_vehicle(call.standard, model="208"))["id"]
        await spend(call, first, "2026-02-10", "100.00")
        await spend(call, first, "2026-03-10", "10.00", currency="GBP")
        found = {
            each["vehicle"]: each
            for each in (await call.standard.get("/api/maintenances/by_vehicle")).json()
        }
        assert (found[first]["count"], len(found[first]["spent"])) == (2, 2)
        assert found[first]["last_service_on"] == "2026-03-10"
        assert (found[second]["count"], found[second]["spent"]) == (0, [])
