"""A lease on a job: kept alive while somebody works on it, and the work ends when it is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Executable, func, update
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.work_queue import LeaseLost
from shared.db.base import job
from shared.process import supervised

log = structlog.get_logger()
LONGEST_PAUSE = 1.0


class Lease:
    """Renewed every third of its length, through a database that is away for a while. `row`: the job as it was taken."""

    def __init__(self, engine: AsyncEngine, row: Any, length: timedelta) -> None:
        self._engine = engine
        self._kind = row["kind"]
        self._length = length.total_seconds()
        mine = update(job).where(job.c.id == row["id"], job.c.token == row["token"])
        self._renew: Executable = mine.values(lease_until=func.now() + length).returning(job.c.id)

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Raises LeaseLost out of the work inside when the lease is lost, or may be: another worker may have begun it."""
        working = asyncio.current_task()
        is_lost = False

        def lose(beating: "asyncio.Task[None]") -> None:
            nonlocal is_lost
            if not beating.cancelled() and working is not None:
                is_lost = True
                working.cancel()

        beating = supervised(self._beat(), name=f"lease-{self._kind}")
        beating.add_done_callback(lose)
        try:
            yield
        except asyncio.CancelledError:
            if is_lost and working is not None and working.uncancel() == 0:
                raise LeaseLost from None
            raise
        finally:
            beating.remove_done_callback(lose)
            beating.cancel()
        if is_lost:  # and the work took no notice
            raise LeaseLost

    async def _beat(self) -> None:
        """Until the lease is lost."""
        clock = asyncio.get_running_loop().time
        held_until, pause = clock() + self._length, self._length / 3
        while True:
            await asyncio.sleep(pause)
            asked = clock()
            try:
                async with (
                    asyncio.timeout(max(held_until - asked, 0)),
                    self._engine.begin() as connection,
                ):
                    if (await connection.execute(self._renew)).first() is None:
                        return
            except Exception as error:  # noqa: BLE001 - tried again as long as the lease holds
                log.warning("job.beat_missed", kind=self._kind, error=type(error).__name__)
                if clock() >= held_until:
                    return
                pause = min(LONGEST_PAUSE, self._length / 10)
            else:
                held_until, pause = asked + self._length, self._length / 3
