"""Live: the event loop turns. Ready: this process can do its work. Neither asks the broker, whose ping may lie and whose absence
the outbox absorbs.
"""

import asyncio
import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.process import Readiness

PROBE_SECONDS = 2.0
FRESH_SECONDS = 0.5
"""Probes by several balancers share one answer of the database."""


class Health:
    """`engine` has a connection of its own: a busy pool is no reason to leave the load to the other replicas, which would
    then be busier still and leave, too.
    """

    def __init__(self, engine: AsyncEngine, readiness: Readiness) -> None:
        self._engine = engine
        self._readiness = readiness
        self._heard = float("-inf")
        self._one = asyncio.Lock()
        self.background: dict[str, asyncio.Task[Any]] = {}
        """Tasks without which this process is useless; one that ended makes it not live."""

    def is_live(self) -> bool:
        return self._readiness.is_stopping or not any(
            task.done() for task in self.background.values()
        )

    async def why_not_ready(self) -> str | None:
        """None when ready."""
        if self._readiness.is_stopping:
            return "stopping"
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
