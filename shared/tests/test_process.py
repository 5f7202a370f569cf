import asyncio
from collections import Counter

import pytest

from shared import process
from shared.process import Loop, cancelled


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FIRST_REST", 0.001)
    monkeypatch.setattr(process, "LONGEST_REST", 0.001)


class TestLoop:
    async def test_begins_again_whatever_ended_it_and_counts(self, quick: None) -> None:
        ends = [RuntimeError("x"), asyncio.CancelledError(), ValueError("y")]
        told: Counter[str] = Counter()
        goes_on = asyncio.Event()

        async def run() -> None:
            if ends:
                raise ends.pop()
            goes_on.set()
            await asyncio.Event().wait()

        loop = Loop("relay", run, on_restart=lambda name: told.update([name]))
        await asyncio.wait_for(goes_on.wait(), 5)
        assert (loop.restarts, told["relay"], loop.is_well) == (3, 3, True)
        await cancelled(loop.task)
        assert not loop.is_well

    async def test_one_that_cannot_keep_going_is_not_well_until_it_can(
        self, quick: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failures, goes_on = process.TOO_OFTEN, asyncio.Event()

        async def run() -> None:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise RuntimeError("x")
            goes_on.set()
            await asyncio.Event().wait()

        loop = Loop("relay", run)
        await asyncio.wait_for(goes_on.wait(), 5)
        assert not loop.is_well
        monkeypatch.setattr(process, "STEADY_SECONDS", 0.0)
        await asyncio.sleep(0.01)
        assert loop.is_well
        await cancelled(loop.task)

    async def test_that_returns_is_over(self) -> None:
        async def run() -> None:
            return

        loop = Loop("relay", run)
        await asyncio.wait_for(loop.task, 5)
        assert (loop.restarts, loop.is_well) == (0, False)
