import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from uuid import UUID, uuid4

from services.ai.domain.quota import Usage
from services.ai.usecases.usage import read_usage, reserve, settle
from services.ai.usecases.work import Work
from shared.clock import FixedClock

OpenWork = Callable[[], AbstractAsyncContextManager[Work]]


async def reserved(
    open_work: OpenWork, owner: UUID, tokens: int, limit: int | None
) -> tuple[UUID, bool]:
    async with open_work() as work:
        return await reserve(
            work, owner_id=owner, kind="chat", tokens=tokens, limit=limit, model="demo"
        )


class TestReserve:
    async def test_parallel_calls_cannot_overspend_together(self, open_work: OpenWork) -> None:
        owner = uuid4()
        took = await asyncio.gather(*(reserved(open_work, owner, 300, 1000) for _ in range(15)))
        assert sum(may for _, may in took) == 3

    async def test_settled_tokens_count_and_the_rest_is_given_back(
        self, open_work: OpenWork
    ) -> None:
        owner = uuid4()
        entry, _ = await reserved(open_work, owner, 900, 1000)
        for used in (Usage(100, 50), Usage(500, 500)):
            async with open_work() as work:
                await settle(work, owner_id=owner, entry_id=entry, usage=used)
        async with open_work() as work:
            account = await read_usage(work, owner_id=owner, limit=1000)
        assert (account.allowance.used, account.allowance.reserved, account.allowance.left) == (
            150,
            0,
            850,
        )

    async def test_a_reservation_of_a_dead_process_is_forgotten(
        self, open_work: OpenWork, clock: FixedClock
    ) -> None:
        owner = uuid4()
        await reserved(open_work, owner, 900, 1000)
        assert (await reserved(open_work, owner, 900, 1000))[1] is False
        clock.move(minutes=11)
        assert (await reserved(open_work, owner, 900, 1000))[1] is True

    async def test_a_new_month_begins_at_nothing(
        self, open_work: OpenWork, clock: FixedClock
    ) -> None:
        owner = uuid4()
        entry, _ = await reserved(open_work, owner, 900, 1000)
        async with open_work() as work:
            await settle(work, owner_id=owner, entry_id=entry, usage=Usage(1000, 0))
        assert (await reserved(open_work, owner, 10, 1000))[1] is False
        clock.move(days=timedelta(days=32).days)
        assert (await reserved(open_work, owner, 10, 1000))[1] is True

    async def test_unlimited_and_zero(self, open_work: OpenWork) -> None:
        assert (await reserved(open_work, uuid4(), 10_000_000, None))[1] is True
        assert (await reserved(open_work, uuid4(), 1, 0))[1] is False
