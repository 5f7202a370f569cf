"""A request that opens a transaction apart holds no second connection: as many as there are connections come through at once."""

import asyncio
from typing import Any

from sqlalchemy import literal, select

POOL = 12
"""Connections of the service in tests."""
ONE = select(literal(1))


async def test_as_many_as_the_pool_has_connections_do_not_wait_for_each_other(app: Any) -> None:
    all_have_one = asyncio.Barrier(POOL)

    async def request() -> None:
        async with app.state.open_work() as work:
            await work.session.scalar(ONE)
            async with asyncio.timeout(5):
                await all_have_one.wait()
                async with work.apart() as other:
                    assert not work.session.in_transaction()
                    await other.session.scalar(ONE)
            await work.session.scalar(ONE)

    await asyncio.gather(*(request() for _ in range(POOL)))
