from typing import Any

from sqlalchemy import func, select, table

from services.auth.tests.factories import LOGIN, make_account

TABLES = ("code", "session", "refresh_token", "revocation", "spent_budget", "throttle")


async def rows(engine: Any) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            name: await connection.scalar(select(func.count()).select_from(table(name)))
            for name in TABLES
        }


class TestCleanup:
    async def test_what_is_over_goes_and_the_account_stays(
        self, call: Any, emitted: Any, clock: Any, run_schedule: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        await call.anonymous.post(LOGIN, json={"email": person.email, "password": "not this one"})
        await person.client.post("/api/auth/logout")
        before = await rows(admin_engine)
        assert all(before.values()), before
        await run_schedule("auth.cleanup")
        assert await rows(admin_engine) == before, "nothing is over yet"
        clock.move(days=8)
        await run_schedule("auth.cleanup")
        assert set((await rows(admin_engine)).values()) == {0}
        assert (await person.client.get("/api/auth/me")).status_code == 200
