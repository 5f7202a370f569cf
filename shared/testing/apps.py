"""The apps of one test worker: to start one costs more than most tests do, so each is started once and handed on clean."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

from shared.clock import Clock, FixedClock

MOST = 8
"""Each keeps connections."""


class HandedClock:
    """The clock of an app that outlives a test: that test's own."""

    def __init__(self, of: Clock) -> None:
        self.of = of

    def now(self) -> datetime:
        return self.of.now()


class Apps:
    def __init__(self) -> None:
        self._started: dict[str, tuple[Any, HandedClock, AsyncExitStack]] = {}

    @asynccontextmanager
    async def handed(
        self, make: Callable[..., Any], env: dict[str, Any], clock: FixedClock
    ) -> AsyncIterator[Any]:
        """The app of these settings on this clock; what a test hangs on its state is taken off again."""
        key = f"{id(make)} {sorted((name, str(value)) for name, value in env.items())}"
        if key not in self._started:
            await self._make_room()
            handed, stack = HandedClock(clock), AsyncExitStack()
            app = make(env, handed)
            await stack.enter_async_context(app.router.lifespan_context(app))
            self._started[key] = (app, handed, stack)
        app, handed, _ = self._started[key]
        handed.of = clock
        app.state.worker.scheduler._ran.clear()  # noqa: SLF001 - time may have gone back
        state = dict(app.state._state)  # noqa: SLF001 - Starlette gives no other way to all of it
        try:
            yield app
        finally:
            app.dependency_overrides.clear()
            app.state._state.clear()  # noqa: SLF001
            app.state._state.update(state)  # noqa: SLF001

    async def _make_room(self) -> None:
        while len(self._started) >= MOST:
            oldest = next(iter(self._started))
            await self._started.pop(oldest)[2].aclose()

    async def close(self) -> None:
        while self._started:
            await self._started.popitem()[1][2].aclose()


@asynccontextmanager
async def fresh(
    make: Callable[..., Any], env: dict[str, Any], clock: FixedClock
) -> AsyncIterator[Any]:
    """An app for one test: with a worker's loops, or where what it remembers is what is tested."""
    app = make(env, clock)
    async with app.router.lifespan_context(app):
        yield app
