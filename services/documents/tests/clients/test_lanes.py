import asyncio
import itertools
from uuid import uuid4

import pytest

from services.documents.clients.lanes import Turns


@pytest.mark.parametrize("order", list(itertools.permutations(("at work", "in front", "behind"))))
async def test_who_gives_up_in_the_very_moment_of_being_called_takes_no_turn_along(
    order: tuple[str, ...],
) -> None:
    """Several clients leave at once: a cancelled task has a cancelled future before it hears of it."""
    turns, owner, another = Turns(size=1, each=1), uuid4(), uuid4()

    async def works(seconds: float) -> str:
        async with turns.turn(another):
            await asyncio.sleep(seconds)
        return "served"

    async def waits() -> str:
        async with turns.turn(owner):
            return "served"

    tasks = {"at work": asyncio.create_task(works(3600))}
    for name in ("in front", "behind", "last"):
        await asyncio.sleep(0)
        tasks[name] = asyncio.create_task(waits())
    await asyncio.sleep(0)
    for name in order:
        tasks[name].cancel()

    gave_up = await asyncio.gather(*(tasks[name] for name in order), return_exceptions=True)
    assert [type(one) for one in gave_up] == [asyncio.CancelledError] * len(order)
    async with asyncio.timeout(5):
        assert await tasks["last"] == "served"
        assert await works(0) == "served"
