from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.running.factories import euros, make_expense
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(datetime(2026, 11, 30, 12, tzinfo=UTC))


async def plan(client: httpx2.AsyncClient, car: str, amount: str, **said: Any) -> dict[str, Any]:
    body = {"amount": euros(amount)} | said
    answer = await client.post(f"/api/vehicles/{car}/budgets", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestBudgets:
    async def test_tell_how_much_is_used(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await plan(call.standard, car, "100.00")
        await plan(call.standard, car, "50.00", category="toll")
        await plan(call.standard, car, "20.00", category="fine")
        for category, amount in (("toll", "40.00"), ("fine", "20.01")):
            await make_expense(
                call.standard,
                car,
                category=category,
                spent_on="2026-11-05",
                amount=euros(amount),
            )
        found = (await call.standard.get(f"/api/vehicles/{car}/budgets")).json()
        assert found["month"] == "2026-11"
        assert [(b["category"], b["share"], b["state"]) for b in found["results"]] == [
            (None, "0.600", "ok"),
            ("toll", "0.800", "near"),
            ("fine", "1.001", "over"),
        ]
        empty = (await call.standard.get(f"/api/vehicles/{car}/budgets?month=2026-10")).json()
        assert {b["spent"]["amount"] for b in empty["results"]} == {"0.00"}

    async def test_a_month_may_have_its_own(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await plan(call.standard, car, "100.00")
        december = await plan(call.standard, car, "300.00", month="2026-12")
        path = f"/api/vehicles/{car}/budgets"

        async def amounts(month: str) -> list[str]:
            found = (await call.standard.get(f"{path}?month={month}")).json()["results"]
            return [each["amount"]["amount"] for each in found]

        assert await amounts("2026-11") == ["100.00"]
        assert await amounts("2026-12") == ["300.00"]
        taken = await call.standard.patch(f"{path}/{december['id']}", json={"month": None})
        assert (taken.status_code, taken.json()["code"]) == (409, "budget_exists")
        moved = await call.standard.patch(f"{path}/{december['id']}", json={"month": "2027-01"})
        assert moved.json()["month"] == "2027-01"
        assert (await call.standard.get(f"{path}/{december['id']}")).json() == moved.json()
        assert (await call.standard.delete(f"{path}/{december['id']}")).status_code == 204
        assert await amounts("2027-01") == ["100.00"]

    @pytest.mark.parametrize("month", ["2026-13", "26-01", "2026-1", "0000-01", "2026-00"])
    async def test_a_month_is_one(self, call: Callers, month: str) -> None:
        car = (await make_vehicle(call.standard))["id"]
        path = f"/api/vehicles/{car}/budgets"
        assert (await call.standard.get(f"{path}?month={month}")).status_code == 422
        body = {"amount": euros("1.00"), "month": month}
        assert (await call.standard.post(path, json=body)).status_code == 422

    async def test_what_cannot_be_converted_is_listed(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await plan(call.standard, car, "100.00")
        await make_expense(call.standard, car, spent_on="2026-11-05", amount=euros("7.00", "THB"))
        (found,) = (await call.standard.get(f"/api/vehicles/{car}/budgets")).json()["results"]
        assert [each["amount"] for each in found["not_converted"]] == ["7.00"]

    async def test_nobody_elses(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await plan(call.standard, car, "100.00")
        for path in ("", f"/{made['id']}"):
            answer = await call.other.get(f"/api/vehicles/{car}/budgets{path}")
            assert answer.status_code == 404
