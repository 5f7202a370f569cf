"""Deliveries that wait are done together: those that arrive while others are at work are the next transaction.

Nobody waits for company: a delivery that comes alone is done alone, at once. A transaction costs the same for one event as for
fifty, so the fuller the queue, the cheaper each.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.bus.inbox import Inbox
from shared.process import supervised

MOST = 50
"""In one transaction: its locks are kept for some 50 ms, and as much is done again when one of them fails."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    raw: bytes
    headers: Mapping[str, Any]
    fate: asyncio.Future[None]


class Together:
    """Of one queue."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    async def receive(self, raw: bytes, headers: Mapping[str, Any]) -> None:
        """As the inbox's own; raises only when the database is out of reach."""
        fate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(raw, headers, fate))
        if self._working is None:
            self._working = supervised(self._work(), name="together")
        await fate

    async def _work(self) -> None:
        """Until nothing waits."""
        batch: list[_Waiting] = []
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                deliveries = [(one.raw, one.headers) for one in batch]
                outcomes = await self._inbox.receive_all(deliveries)
                for one, error in zip(batch, outcomes, strict=True):
                    _settle(one.fate, error)
        except BaseException as error:
            for one in (*batch, *self._waiting):
                _settle(one.fate, error if isinstance(error, Exception) else ConnectionError())
            self._waiting.clear()
            raise
        finally:
            self._working = None


def _settle(fate: asyncio.Future[None], error: Exception | None) -> None:
    if fate.done():  # who asked has gone
        return
    if error is None:
        fate.set_result(None)
    else:
        fate.set_exception(error)
