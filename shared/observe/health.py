"""Live: the event loop turns. Ready: this process can do its work. Neither asks the broker, whose ping may lie and whose absence
the outbox absorbs. What waits because of it is the backlog.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.process import Loop, Readiness

PROBE_SECONDS = 2.0
FRESH_SECONDS = 0.5
"""Probes by several balancers share one answer of the database."""

BACKLOG = text(
    """SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL)
                   + (SELECT count(*) FROM inbox WHERE state = 'retry') AS waiting,
              (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float
                   FROM outbox WHERE published_at IS NULL) AS seconds,
              (SELECT count(*) FROM inbox WHERE state = 'dead')
                   + (SELECT count(*) FROM job WHERE state = 'dead') AS dead"""
)


class Backlog(NamedTuple):
    """What this service still has to tell, or to try again."""

    waiting: int
    """Events not yet taken by the broker, and messages that wait for another try."""
    seconds: float
    """Age of the oldest event that waits."""
    dead: int
    """Messages and jobs that wait for an operator (`make dead-letters`)."""


class Health:
    """`engine` has a connection of its own: a busy pool is no reason to leave the load to the other replicas, which would
    then be busier still and leave, too.
    """

    def __init__(self, engine: AsyncEngine, readiness: Readiness) -> None:
        self._engine = engine
        self._readiness = readiness
        self._heard = float("-inf")
        self._one = asyncio.Lock()
        self.loops: Sequence[Loop] = ()
        """Without them this process is useless; one that ended, or cannot keep going, makes it not live."""
        self.is_ready_by_loops = False
        """Of a worker that serves nobody."""

    def is_live(self) -> bool:
        return self._readiness.is_stopping or all(loop.is_well for loop in self.loops)

    async def why_not_ready(self) -> str | None:
        """None when ready."""
        if self._readiness.is_stopping:
            return "stopping"
        if self.is_ready_by_loops:
            unwell = [loop.name for loop in self.loops if not loop.is_well]
            if unwell or not self.loops:
                return f"loops: {', '.join(unwell) or 'none'}"
        async with self._one:
            if time.monotonic() - self._heard < FRESH_SECONDS:
                return None
            try:
                async with asyncio.timeout(PROBE_SECONDS), self._engine.connect() as connection:
                    await connection.execute(text("SELECT 1"))
            except Exception as error:  # noqa: BLE001 - whatever goes wrong, the answer is: not ready
                return f"database: {type(error).__name__}"
            self._heard = time.monotonic()
            return None

    async def backlog(self) -> Backlog | None:
        """None when the database does not answer."""
        try:
            async with asyncio.timeout(PROBE_SECONDS), self._engine.connect() as connection:
                row = (await connection.execute(BACKLOG)).one()
        except Exception:  # noqa: BLE001 - `/readyz` says what is wrong
            return None
        return Backlog(row.waiting, row.seconds, row.dead)
