import asyncio
from datetime import timedelta
from typing import Any

from services.auth.domain.codes import Budget
from services.auth.domain.throttle import Allowance

TWO = Budget("two", 2, timedelta(minutes=1))
THREE = Budget("three", 3, timedelta(hours=1))
SMALL = Allowance("small", 2, timedelta(minutes=1))


class TestSpend:
    async def test_parallel_spending_is_exact(self, open_work: Any) -> None:
        async def spend() -> bool:
            async with open_work() as work:
                return await work.limits.spend([THREE], "lea", work.now) is None

        assert sum(await asyncio.gather(*(spend() for _ in range(10)))) == 3

    async def test_an_exhausted_budget_spares_those_after_it(
        self, open_work: Any, clock: Any
    ) -> None:
        async with open_work() as work:
            for _ in range(50):
                await work.limits.spend([TWO, THREE], "lea", work.now)
            clock.move(minutes=1)
            assert await work.limits.spend([TWO, THREE], "lea", work.now) is None
            again_at = await work.limits.spend([TWO, THREE], "lea", work.now)
            assert again_at == work.now + timedelta(minutes=59), "three in the hour"

    async def test_one_does_not_spend_for_another(self, open_work: Any) -> None:
        async with open_work() as work:
            for whose in ("lea", "max"):
                assert await work.limits.spend([TWO], whose, work.now) is None


class TestCharge:
    async def test_parallel_charges_all_count(self, open_work: Any) -> None:
        async def charge() -> None:
            async with open_work() as work:
                await work.limits.charge({SMALL: "lea"}, work.now)

        await asyncio.gather(*(charge() for _ in range(2)))
        async with open_work() as work:
            assert not await work.limits.is_open({SMALL: "lea"}, work.now)
            assert await work.limits.is_open({SMALL: "max"}, work.now)
