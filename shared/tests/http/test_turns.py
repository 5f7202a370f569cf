import asyncio
from uuid import UUID

import pytest

from shared.http.turns import Turns

CLAIRE, JOHN = UUID(int=1), UUID(int=2)


async def test_a_person_has_a_third_of_the_connections_and_others_are_not_kept_waiting() -> None:
    turns = Turns(9)
    within = [turns.of(CLAIRE) for _ in range(3)]
    for turn in within:
        await asyncio.wait_for(turn.take(), 1)
    fourth = turns.of(CLAIRE)
    waiting = asyncio.ensure_future(fourth.take())
    johns = turns.of(JOHN)
    await asyncio.wait_for(johns.take(), 1)
    assert not waiting.done()
    within[0].give_back()
    await asyncio.wait_for(waiting, 1)
    for turn in (*within, fourth, johns):
        turn.give_back()  # the first one for the second time
    assert len(turns) == 0


async def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    turns = Turns(1)
    first, second, third = (turns.of(CLAIRE) for _ in range(3))
    await first.take()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.take(), 0.01)
    second.give_back()
    first.give_back()
    await asyncio.wait_for(third.take(), 1)
    third.give_back()
    assert len(turns) == 0
