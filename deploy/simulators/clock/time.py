"""The demo's time: real time plus an offset that can only grow, until it is put back to zero."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from shared.clock import Clock, SystemClock

FARTHEST = timedelta(days=365 * 50)


class TooFar(ValueError):
    """Nobody needs a car forecast beyond fifty years, and dates end in 9999."""


class Backwards(ValueError):
    """Time only goes forward: due dates and leases would come twice."""


class MovableClock(Clock):
    def __init__(self, real: Clock | None = None) -> None:
        self._real = real or SystemClock()
        self.offset = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._real.now() + self.offset

    def advance(self, by: timedelta) -> None:
        if by < timedelta():
            raise Backwards
        if self.offset + by > FARTHEST:
            raise TooFar
        self._be(self.offset + by)

    def move_to(self, moment: datetime) -> None:
        self.advance(moment - self.now())

    def reset(self) -> None:
        self._be(timedelta())

    async def leaves(self, offset_seconds: float, seconds: float) -> None:
        """Return once it is another offset than this one; at the latest after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.offset.total_seconds() == offset_seconds:
                    await self._moved.wait()

    def _be(self, offset: timedelta) -> None:
        self.offset = offset
        self._moved.set()  # who waits goes on, who comes waits for the next time
        self._moved = asyncio.Event()
