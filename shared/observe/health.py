"""Live: the event loop turns. Ready: this process can do its work. Neither asks the broker, whose ping may lie and whose absence
the outbox absorbs.
"""

import asyncio
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.process import Readiness

PROBE_SECONDS = 2.0


class Health:
    def __init__(self, engine: AsyncEngine, readiness: Readiness) -> None:
        self._engine = engine
        self._readiness = readiness
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
        try:
            async with asyncio.timeout(PROBE_SECONDS), self._engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the answer is: not ready
            return f"database: {type(error).__name__}"
        return None
