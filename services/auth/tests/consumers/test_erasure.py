from typing import Any

from sqlalchemy import text

from services.auth.tests.factories import PASSWORD, make_account
from shared.contracts.erasure import AccountErased

ME = "/api/auth/me"


class TestErasure:
    async def erase(self, call: Any, emitted: Any) -> Any:
        person = await make_account(call, emitted)
        await person.client.request("DELETE", ME, json={"password": PASSWORD})
        return person

    async def state(self, admin_engine: Any) -> Any:
        async with admin_engine.connect() as connection:
            return (await connection.execute(text("SELECT * FROM erasure"))).one()

    async def test_it_completes_when_every_service_has_confirmed(
        self, call: Any, emitted: Any, hear: Any, clock: Any, admin_engine: Any, run_schedule: Any
    ) -> None:
        person = await self.erase(call, emitted)
        services = ["ai", "billing", "documents", "notifications", "vehicles"]
        for service in services:
            assert (await self.state(admin_engine)).completed_at is None
            erased = AccountErased(account_id=person.id, service=service, erased_at=clock.now())
            await hear(erased, times=2)
        done = await self.state(admin_engine)
        assert (sorted(done.erased_by), done.completed_at is not None) == (services, True)
        clock.move(hours=30)
        await run_schedule("auth.late_erasures")
        assert (await self.state(admin_engine)).alerted_at is None

    async def test_one_that_stays_silent_for_a_day_raises_the_alarm_once(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any, run_schedule: Any
    ) -> None:
        await self.erase(call, emitted)
        clock.move(hours=23)
        await run_schedule("auth.late_erasures")
        assert (await self.state(admin_engine)).alerted_at is None
        clock.move(hours=2)
        await run_schedule("auth.late_erasures")
        alerted = (await self.state(admin_engine)).alerted_at
        assert alerted == clock.now()
        clock.move(hours=2)
        await run_schedule("auth.late_erasures")
        assert (await self.state(admin_engine)).alerted_at == alerted

    async def test_news_of_an_unknown_account_is_ignored(
        self, call: Any, hear: Any, clock: Any, admin_engine: Any
    ) -> None:
        await hear(
            AccountErased(account_id=call.user_id("free"), service="ai", erased_at=clock.now())
        )
        async with admin_engine.connect() as connection:
            assert await connection.scalar(text("SELECT state FROM inbox")) == "done"
