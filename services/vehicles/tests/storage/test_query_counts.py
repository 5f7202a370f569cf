from services.vehicles.tests.factories import make_plan, make_record, make_reminder, make_vehicle
from services.vehicles.tests.running.api.test_consumption import with_history
from services.vehicles.tests.running.api.test_fills import make_fill, money
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
        assert max(one.values()) <= 5


class TestFills:
    async def test_ten_fills_cost_no_more_than_three(
        self, call: Callers, statements: list[str]
    ) -> None:
        car = await with_history(call.standard)

        async def counts() -> list[int]:
            found = []
            for path in ("consumption", "consumption/series", "fills"):
                statements.clear()
                answer = await call.standard.get(f"/api/vehicles/{car}/{path}")
                assert answer.status_code == 200
                found.append(len(statements))
            return found

        three = await counts()
        for day in range(10, 17):
            mileage = 11_000 + day * 100
            await make_fill(call.standard, car, day=f"2026-03-{day}", mileage=mileage)
        assert await counts() == three
        assert max(three) <= 6
