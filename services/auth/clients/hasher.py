"""Password hashing away from the event loop: as many threads as cores, a bounded queue, and no two guesses at one account at once."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from services.auth.domain.passwords import Argon2
from services.auth.errors.passwords import HashingBusy
from shared.db.outside import outside

T = TypeVar("T")
RETRY_AFTER = {"Retry-After": "2"}


class Hasher:
    def __init__(self, argon2: Argon2, *, threads: int, queue: int) -> None:
        self._argon2 = argon2
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._places = threads + queue
        self._at_work = 0
        self._in_turn = 0
        self._turns: dict[str, _Turn] = defaultdict(_Turn)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The threads live as long as the app."""
        yield
        self._pool.shutdown(wait=True, cancel_futures=True)

    @outside
    async def hash(self, password: str, *, salt: bytes | None = None) -> str:
        return await self._run(lambda: self._argon2.hash(password, salt=salt))

    @outside
    async def verify(self, stored: str | None, password: str) -> bool:
        """The same work is done when there is nothing to compare with."""
        return await self._run(lambda: self._argon2.verify(stored, password))

    def is_outdated(self, stored: str) -> bool:
        return self._argon2.is_outdated(stored)

    @outside
    @asynccontextmanager
    async def turn(self, whose: str) -> AsyncIterator[None]:
        """Guesses at one account wait for each other, so that the throttle counts them before the next begins."""
        if self._in_turn >= self._places:
            raise HashingBusy(headers=RETRY_AFTER)
        self._in_turn += 1
        turn = self._turns[whose]
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            self._in_turn -= 1
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[whose]

    async def _run(self, work: Callable[[], T]) -> T:
        """Raises HashingBusy when the queue is full."""
        if self._at_work >= self._places:
            raise HashingBusy(headers=RETRY_AFTER)
        self._at_work += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._at_work -= 1


class _Turn:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
