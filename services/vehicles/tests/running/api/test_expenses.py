from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.factories import kept_document, make_vehicle
from services.vehicles.tests.running.factories import euros, make_expense
from services.vehicles.tests.running.sharing import share
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

INSURANCE = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "every": "year", "spread": True}


class TestExpenses:
    async def test_paid_once(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_expense(call.standard, car, title="Gare de Lyon", note="2 h")
        assert made["amount"] == euros("10.00")
        assert (made["spent_on"], made["contract"]) == ("2026-01-15", None)
        found = await call.standard.get(f"/api/expenses/{made['id']}")
        assert found.json() == made

    async def test_a_contract_has_days_and_no_day(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_expense(call.standard, car, category="insurance", contract=INSURANCE)
        assert (made["spent_on"], made["contract"]) == (None, INSURANCE)

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({}, "expense_undated"),
            ({"spent_on": "2026-01-01", "contract": INSURANCE}, "expense_undated"),
            ({"contract": INSURANCE | {"ends_on": "2025-12-31"}}, "contract_backwards"),
            ({"contract": INSURANCE | {"every": "once", "ends_on": None}}, "contract_backwards"),
        ],
    )
    async def test_it_is_dated_one_way(
        self, call: Callers, said: dict[str, Any], code: str
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        body = {"vehicle": car, "category": "other", "amount": euros("1.00")} | said
        answer = await call.standard.post("/api/expenses", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_what_comes_back_is_less_than_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_expense(call.standard, car, amount=euros("-12.50"))
        assert made["amount"] == euros("-12.50")

    async def test_a_day_becomes_a_contract_and_back(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        path = f"/api/expenses/{(await make_expense(call.standard, car))['id']}"
        changed = await call.standard.patch(path, json={"contract": INSURANCE})
        assert changed.json()["contract"] == INSURANCE
        lost = await call.standard.patch(path, json={"contract": None})
        assert lost.json()["code"] == "expense_undated"
        again = await call.standard.patch(path, json={"spent_on": "2026-02-01", "contract": None})
        assert (again.json()["spent_on"], again.json()["contract"]) == ("2026-02-01", None)

    async def test_replaced_it_keeps_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_expense(call.standard, car, title="old")
        body = {"vehicle": car, "category": "toll", "amount": euros("2.00")}
        path = f"/api/expenses/{made['id']}"
        assert (await call.standard.put(path, json=body)).json()["code"] == "expense_undated"
        put = (await call.standard.put(path, json=body | {"spent_on": "2026-03-01"})).json()
        assert (put["title"], put["category"], put["spent_on"]) == (None, "toll", "2026-03-01")

    async def test_lists_are_narrowed(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        other = (await make_vehicle(call.standard))["id"]
        await make_expense(call.standard, car, spent_on="2026-01-01", title="Péage A6")
        await make_expense(call.standard, car, spent_on="2026-02-01", category="toll")
        await make_expense(call.standard, other, spent_on="2026-03-01", category="toll")

        async def days(query: str) -> list[str]:
            found = (await call.standard.get(f"/api/expenses?{query}")).json()["results"]
            return [each["spent_on"] for each in found]

        assert await days("") == ["2026-03-01", "2026-02-01", "2026-01-01"]
        assert await days(f"vehicle={car}") == ["2026-02-01", "2026-01-01"]
        assert await days("category=toll&to=2026-02-28") == ["2026-02-01"]
        assert await days("search=A6") == ["2026-01-01"]

    async def test_only_papers_that_are_there(self, call: Callers, hear: Any) -> None:
        car = (await make_vehicle(call.standard))["id"]
        paper = new_id()
        body = {"vehicle": car, "category": "fine", "amount": euros("90.00")}
        body |= {"spent_on": "2026-01-01", "documents": [str(paper)]}
        assert (await call.standard.post("/api/expenses", json=body)).status_code == 404
        await hear(kept_document(call.user_id("standard"), paper))
        made = await call.standard.post("/api/expenses", json=body)
        assert made.json()["documents"] == [str(paper)]


class TestTheTrash:
    async def test_takes_and_gives_back(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await make_expense(call.standard, car)
        path = f"/api/expenses/{made['id']}"
        assert (await call.standard.delete(path)).status_code == 204
        assert (await call.standard.get(path)).status_code == 404
        assert (await call.standard.patch(path, json={"title": "x"})).status_code == 404
        assert (await call.standard.delete(path)).status_code == 404
        (there,) = (await call.standard.get("/api/expenses?trashed=true")).json()["results"]
        assert there["trashed_at"] is not None
        restored = await call.standard.post(f"{path}/restore")
        assert restored.status_code == 200
        kept = {"updated_at", "created_at"}
        assert {k: v for k, v in restored.json().items() if k not in kept} == {
            k: v for k, v in made.items() if k not in kept
        }

    async def test_counts_nothing(self, call: Callers, clock: FixedClock) -> None:
        clock.set(datetime(2026, 6, 15, tzinfo=UTC))
        car = (await make_vehicle(call.standard))["id"]
        made = await make_expense(call.standard, car)
        await call.standard.delete(f"/api/expenses/{made['id']}")
        costs = (await call.standard.get(f"/api/vehicles/{car}/costs")).json()
        assert costs["total"]["spent"] == []


ROLES = [
    ("manager", {}, 201, 1),
    ("editor", {}, 201, 1),
    ("driver", {}, 403, 0),
    ("viewer", {}, 403, 0),
    ("viewer", {"costs_visible": True}, 403, 1),
]


class TestSharedCars:
    @pytest.mark.parametrize(("role", "switches", "writes", "seen"), ROLES)
    async def test_each_role(
        self,
        call: Callers,
        open_work: Any,
        role: str,
        switches: dict[str, bool],
        writes: int,
        seen: int,
    ) -> None:
        car = (await make_vehicle(call.premium))["id"]
        made = await make_expense(call.premium, car)
        await share(open_work, car, call.user_id("standard"), role, **switches)
        assert (await call.standard.get("/api/expenses")).json()["count"] == seen
        one = await call.standard.get(f"/api/expenses/{made['id']}")
        assert one.status_code == (200 if seen else 403)
        costs = await call.standard.get(f"/api/vehicles/{car}/costs")
        assert costs.status_code == (200 if seen else 403)
        body = {"vehicle": car, "category": "toll", "amount": euros("1.00")}
        answer = await call.standard.post("/api/expenses", json=body | {"spent_on": "2026-01-01"})
        assert answer.status_code == writes
        if writes == 403:
            assert answer.json()["code"] == "role_insufficient"

    async def test_a_stranger_finds_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        made = await make_expense(call.premium, car)
        for method, path in (
            ("GET", f"/api/expenses/{made['id']}"),
            ("DELETE", f"/api/expenses/{made['id']}"),
            ("POST", f"/api/expenses/{made['id']}/restore"),
            ("GET", f"/api/vehicles/{car}/costs"),
            ("GET", f"/api/vehicles/{car}/value-points"),
        ):
            assert (await call.other.request(method, path)).status_code == 404
