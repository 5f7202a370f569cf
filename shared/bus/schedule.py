"""Work that falls due by the clock: exactly one run per slot, over all replicas, with no leader.

Every worker computes the slot that is due; the one whose insert of (name, slot) wins runs the handler in the same transaction.
Slots missed while everybody was away coalesce into the latest one.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from cronsim import CronSim
from sqlalchemy.dialects.postgresql import insert

from shared.clock import Clock
from shared.db.base import job_run
from shared.db.unit_of_work import OpenWork, UnitOfWork
from shared.observe import correlation
from shared.observe.metrics import Metrics

log = structlog.get_logger()
W = TypeVar("W", bound=UnitOfWork)
TICK_SECONDS = 1.0
LONGEST_REST_SECONDS = 60.0


@dataclass(frozen=True)
class Schedule(Generic[W]):
    name: str
    cron: str
    handle: Callable[[W], Awaitable[None]]

    def last_slot(self, now: datetime) -> datetime:
        """The latest slot at or before `now`."""
        backwards = CronSim(self.cron, now.astimezone(UTC) + timedelta(minutes=1), reverse=True)
        return next(slot for slot in backwards if slot <= now)


def every(cron: str, *, name: str) -> Callable[[Callable[[W], Awaitable[None]]], Schedule[W]]:
    """The decorated `async def f(work)` runs once per slot of `cron` (UTC)."""

    def wrap(handle: Callable[[W], Awaitable[None]]) -> Schedule[W]:
        return Schedule(name, cron, handle)

    return wrap


class Scheduler:
    def __init__(
        self,
        open_work: OpenWork[Any],
        schedules: Sequence[Schedule[Any]],
        *,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._open_work = open_work
        self._schedules = schedules
        self._clock = clock
        self._metrics = metrics
        self._ran: dict[str, datetime] = {}
        self._failures: dict[str, tuple[int, float]] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        while not self._stopping.is_set():
            for schedule in self._schedules:
                if self._rests(schedule.name):
                    continue
                try:
                    await self.run_due(schedule)
                    self._failures.pop(schedule.name, None)
                except Exception as error:
                    self._failed(schedule.name)
                    log.warning(
                        "schedule.failed",
                        name=schedule.name,
                        error=type(error).__name__,
                        exc_info=True,
                    )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)

    def _failed(self, name: str) -> None:
        """Rest 2, 4, 8 … at most 60 seconds before the slot is tried again."""
        times = self._failures.get(name, (0, 0.0))[0] + 1
        rest = min(2.0**times, LONGEST_REST_SECONDS)
        self._failures[name] = (times, asyncio.get_running_loop().time() + rest)

    def _rests(self, name: str) -> bool:
        return self._failures.get(name, (0, 0.0))[1] > asyncio.get_running_loop().time()

    async def run_due(self, schedule: Schedule[Any]) -> bool:
        """Run the slot that is due unless somebody did; True if this call ran it."""
        slot = schedule.last_slot(self._clock.now())
        if self._ran.get(schedule.name) == slot:
            return False
        correlation.begin()
        async with self._open_work() as work:
            claim = insert(job_run).values(name=schedule.name, slot=slot).on_conflict_do_nothing()
            won = (await work.session.execute(claim.returning(job_run.c.name))).first() is not None
            if won:
                self._metrics.schedule_lag.labels(schedule.name).set(
                    (work.now - slot).total_seconds()
                )
                await schedule.handle(work)
        self._ran[schedule.name] = slot
        return won
