from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from sqlalchemy import Engine, event

from services.vehicles.tests.factories import make_plan, make_record, make_reminder, make_vehicle
from services.vehicles.tests.running.api.test_fills import make_fill, money
from shared.db.reading import by_entities
from shared.testing.client import Callers

LISTS = (
    "vehicles",
    "maintenances",
    "maintenance-plans",
    "maintenance-plans/due",
    "reminders",
    "maintenances/by_vehicle",
    "fills",
    "fills/stats",
)


@pytest_asyncio.fixture(loop_scope="session")
async def statements() -> AsyncIterator[list[str]]:
    """What is sent to the database, by whoever."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not by_entities.get():  # the comparison of each list: shared/testing/statements.py
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


class TestLists:
    async def test_ten_rows_cost_no_more_queries_than_one(
        self, call: Callers, statements: list[str]
    ) -> None:
        async def counts() -> dict[str, int]:
            found = {}
            for name in LISTS:
                statements.clear()
                answer = await call.premium.get(f"/api/{name}")
                assert answer.status_code == 200
                found[name] = len(statements)
            return found

        async def add_one(model: str) -> None:
            car = (await make_vehicle(call.premium, model=model, mileage=50_000))["id"]
            await make_plan(call.premium, car)
            await make_record(call.premium, car, mileage=49_000)
            await make_reminder(call.premium, car)
            await make_fill(call.premium, car, mileage=49_500, total=money("70.00"))

        await add_one("first")
        one = await counts()
        for number in range(9):
            await add_one(str(number))
        assert await counts() == one
        assert max(one.values()) <= 4
