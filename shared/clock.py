"""The time of day as the business knows it.

Leases, retries and the outbox run on the database's own clock; what people see (due dates, expiries, tokens) runs on this one,
so that a test can stop it and the demo can move it.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx2
import structlog

log = structlog.get_logger()
POLL = timedelta(milliseconds=250)
PATIENCE = timedelta(seconds=2)
"""How long the simulator keeps a question whose answer would be the old one."""


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is where time comes from


class FixedClock:
    """Stands still until moved."""

    def __init__(self, at: datetime | None = None) -> None:
        self._now = at or SystemClock().now()

    def now(self) -> datetime:
        return self._now

    def move(self, **delta: float) -> datetime:
        """Move by `timedelta(**delta)`."""
        self._now += timedelta(**delta)
        return self._now

    def set(self, at: datetime) -> None:
        self._now = at


class DemoClock:
    """Real time plus an offset that the clock simulator tells when it changes; development only.

    It is asked four times a second at most: by what answers at once because it knows no waiting, or is not there.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset = timedelta()
        self._real = SystemClock()

    def now(self) -> datetime:
        return self._real.now() + self._offset

    async def follow(self) -> None:
        """Run until cancelled."""
        waiting = PATIENCE.total_seconds()
        async with httpx2.AsyncClient(timeout=2.0 + waiting) as client:
            while True:
                known = self._offset.total_seconds()
                await self._ask(client, {"other_than": known, "seconds": waiting})
                await asyncio.sleep(POLL.total_seconds())

    async def catch_up(self) -> None:
        """Ask once, for a program that does one thing and ends."""
        async with httpx2.AsyncClient(timeout=2.0) as client:
            await self._ask(client)

    async def _ask(self, client: httpx2.AsyncClient, when: dict[str, float] | None = None) -> None:
        try:
            answer = await client.get(self._url, params=when)
            offset = timedelta(seconds=float(answer.json()["offset_seconds"]))
        except (httpx2.HTTPError, ValueError, KeyError):
            offset = self._offset
        if offset != self._offset:
            log.info("clock.moved", offset_seconds=offset.total_seconds())
            self._offset = offset
