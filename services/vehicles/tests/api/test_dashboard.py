from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.domain.badges import Badge, badge_of
from services.vehicles.domain.care.reminders import ReminderState
from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
    read_odometer,
)
from services.vehicles.tests.running.factories import euros, fill_up, make_expense
from services.vehicles.tests.running.sharing import share
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(datetime(2026, 11, 30, 12, tzinfo=UTC))


async def furnish(client: Any, **said: Any) -> str:
    car: str = (await make_vehicle(client, year=2015, **said))["id"]
    await read_odometer(client, car, 40_000, "2025-11-01")
    await read_odometer(client, car, 60_000, "2026-08-01")
    await read_odometer(client, car, 61_000, "2026-01-01")
    await make_plan(client, car, last_done_on="2024-01-01")
    await make_reminder(client, car, due_on="2026-11-01")
    await make_record(
        client,
        car,
        service_date="2026-05-01",
        service_type="brake_fluid",
        cost=euros("150.00"),
    )
    await make_expense(client, car, spent_on="2026-06-01", amount=euros("50.00"))
    return car


class TestACar:
    async def test_all_an_app_shows_first(self, call: Callers) -> None:
        car = await furnish(call.premium)
        found = (await call.premium.get(f"/api/vehicles/{car}/dashboard")).json()
        assert found["vehicle"]["id"] == car
        assert (found["odometer"]["mileage"], found["odometer"]["age_days"]) == (60_000, 121)
        assert found["plans"]["overdue"] == 1
        assert found["next_due"][0]["urgency"] == "overdue"
        assert found["badges"] == {"overdue": 1, "soon": 0, "later": 0, "snoozed": 0}
        assert found["last_maintenances"][0]["cost"] == euros("150.00")
        assert found["costs"]["total"]["converted"] == euros("200.00")
        assert found["waiting"]["quarantined_readings"] == 1
        assert found["warnings"] == ["readings_quarantined", "odometer_stale"]
        assert len(found["costs"]["by_month"]) == 12
        await fill_up(call.premium, car, mileage=61_000, day="2026-09-01")
        await fill_up(call.premium, car, mileage=61_500, day="2026-09-10", quantity="32.5")
        found = (await call.premium.get(f"/api/vehicles/{car}/dashboard")).json()
        assert [each["sums"]["consumption"] for each in found["consumption"]] == [6.5]

    async def test_a_new_car_has_one_too(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        found = (await call.premium.get(f"/api/vehicles/{car}/dashboard")).json()
        assert found["warnings"] == ["odometer_never_read"]
        assert (found["next_due"], found["last_maintenances"]) == ([], [])

    async def test_each_role_sees_its_own(self, call: Callers, open_work: Any) -> None:
        car = await furnish(call.premium)
        path = f"/api/vehicles/{car}/dashboard"
        assert (await call.standard.get(path)).status_code == 404
        await share(open_work, car, call.user_id("standard"), "viewer")
        viewer = (await call.standard.get(path)).json()
        assert viewer["costs"] is None
        assert viewer["plans"]["overdue"] == 1
        await share(open_work, car, call.user_id("standard"), "driver")
        driver = (await call.standard.get(path)).json()
        assert (driver["costs"], driver["next_due"], driver["last_maintenances"]) == (None, [], [])
        assert driver["consumption"] is None
        assert driver["odometer"]["mileage"] == 60_000


class TestAFleet:
    async def test_totals_and_a_line_for_each(self, call: Callers) -> None:
        quiet = (await make_vehicle(call.premium, model="quiet"))["id"]
        car = await furnish(call.premium)
        sold = (await make_vehicle(call.premium, model="sold"))["id"]
        await make_expense(call.premium, sold, spent_on="2026-03-01", amount=euros("1.00"))
        await call.premium.post(f"/api/vehicles/{sold}/sell", json={})
        found = (await call.premium.get("/api/fleet/dashboard")).json()
        assert found["total"]["converted"] == euros("201.00")
        assert (found["overdue"], found["vehicles_overdue"]) == (2, 1)
        lines = found["lines"]["results"]
        assert [line["vehicle"] for line in lines] == [car, quiet]
        assert (lines[0]["overdue"], lines[0]["spent"]["converted"]) == (2, euros("200.00"))
        assert lines[0]["next_due"]["urgency"] == "overdue"
        assert lines[1]["next_due"] is None

    async def test_shared_cars_without_costs_cost_nothing_here(
        self, call: Callers, open_work: Any
    ) -> None:
        car = await furnish(call.premium)
        await share(open_work, car, call.user_id("standard"), "viewer")
        found = (await call.standard.get("/api/fleet/dashboard")).json()
        assert found["total"]["spent"] == []
        assert found["lines"]["results"][0]["spent"] is None

    async def test_nobody_has_an_empty_one(self, call: Callers) -> None:
        found = (await call.free.get("/api/fleet/dashboard")).json()
        assert (found["lines"]["count"], found["overdue"]) == (0, 0)

    async def test_ten_cars_take_no_more_statements_than_two(
        self, call: Callers, statements: list[str]
    ) -> None:
        async def counted(path: str) -> int:
            statements.clear()
            assert (await call.premium.get(path)).status_code == 200
            return len(statements)

        car = await furnish(call.premium)
        await furnish(call.premium)
        two = await counted("/api/fleet/dashboard")
        one_car = await counted(f"/api/vehicles/{car}/dashboard")
        for _ in range(8):
            await furnish(call.premium)
        assert await counted("/api/fleet/dashboard") == two <= 10
        assert await counted(f"/api/vehicles/{car}/dashboard") == one_car <= 17


@pytest.mark.parametrize(
    ("state", "badge"),
    [
        ("planned", Badge.LATER),
        ("soon", Badge.SOON),
        ("due", Badge.SOON),
        ("overdue", Badge.OVERDUE),
        ("snoozed", Badge.SNOOZED),
    ],
)
def test_a_badge_is_a_state(state: str, badge: Badge) -> None:
    assert badge_of(ReminderState(state)) is badge
