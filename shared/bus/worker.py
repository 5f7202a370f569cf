"""The worker role of a program: consumers, relay, scheduler and job lanes, started and stopped together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog
from faststream.rabbit import RabbitBroker
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.broker import build_broker, subscribe
from shared.bus.inbox import Inbox
from shared.bus.job_runner import JobRunner
from shared.bus.listen import AnyListener
from shared.bus.relay import Relay
from shared.bus.schedule import Schedule, Scheduler
from shared.bus.sweep import CRON, sweeper
from shared.bus.together import Reading
from shared.bus.work_queue import AnyJob, Job
from shared.clock import Clock
from shared.db.retention import KERNEL, purge
from shared.db.unit_of_work import MakeWork, Mode, work_opener
from shared.observe.health import Health
from shared.observe.metrics import Metrics
from shared.process import Loop, cancelled, supervised
from shared.settings import ServiceSettings

log = structlog.get_logger()
RETRY_SECONDS = 0.5
LOOK_SECONDS = 5.0
PURGE_SECONDS = 600.0
GRACE_SECONDS = 20.0


class Worker:
    def __init__(
        self,
        settings: ServiceSettings,
        engine: AsyncEngine,
        *,
        clock: Clock,
        metrics: Metrics,
        make_work: MakeWork[Any],
        consumers: Sequence[AnyListener],
        jobs: Sequence[Job[Any, Any] | Schedule[Any]],
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._metrics = metrics
        self.relay = Relay(settings, metrics)
        self._open_work = open_work = work_opener(
            engine, clock, make_work, on_commit=self.wake, metrics=metrics
        )
        self.inbox = Inbox(engine, open_work, consumers, metrics)
        self._lanes: list[AnyJob] = [item for item in jobs if isinstance(item, Job)]
        sweep = sweeper(settings.service, metrics.left_behind)
        schedules: list[Schedule[Any]] = [
            *(item for item in jobs if isinstance(item, Schedule)),
            Schedule(f"{settings.service}.left_behind", CRON, sweep),
        ]
        self.jobs = JobRunner(engine, open_work, self._lanes, clock=clock, metrics=metrics)
        self.scheduler = Scheduler(open_work, schedules, clock=clock, metrics=metrics)
        self.schedules = {schedule.name: schedule for schedule in schedules}

    def wake(self) -> None:
        """Events or jobs were committed in this process: neither relay nor lanes need to wait for their next look."""
        self.relay.wake()
        self.jobs.wake()

    @asynccontextmanager
    async def running(self, health: Health) -> AsyncIterator[None]:
        """Everything runs inside the block; leaving it stops consuming, lets the running work end, then the relay."""
        broker = build_broker(self._settings.broker_url.get_secret_value())
        subscribe(broker, self._settings.service, self.inbox)
        reading = Reading(self._settings.service, self.inbox)
        connecting = supervised(self._consume(broker, reading), name="consume")
        lanes = [
            self._loop(f"job-{job.kind}-{lane}", partial(self.jobs.run, job.kind))
            for job in self._lanes
            for lane in range(job.concurrency)
        ]
        relay = self._loop("relay", self.relay.run)
        loops = [
            relay,
            self._loop("jobs", self.jobs.watch),
            self._loop("scheduler", self.scheduler.run),
            self._loop("retries", partial(self._forever, self.inbox.retry_due, RETRY_SECONDS)),
            self._loop("look", partial(self._forever, self._look, LOOK_SECONDS)),
            self._loop("purge", partial(self._forever, self._purge, PURGE_SECONDS)),
        ]
        health.loops = [*loops, *lanes]
        try:
            yield
        finally:
            health.loops = ()
            self.scheduler.stop()
            self.jobs.stop()
            await cancelled(connecting)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(reading.stop(), GRACE_SECONDS)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(broker.stop(), GRACE_SECONDS)
            if lanes:
                await asyncio.wait([lane.task for lane in lanes], timeout=GRACE_SECONDS)
            self.relay.stop()
            await asyncio.wait([relay.task], timeout=GRACE_SECONDS)
            await cancelled(*(loop.task for loop in (*lanes, *loops)))

    def _loop(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> Loop:
        return Loop(
            name, run, on_restart=lambda name: self._metrics.loop_restarts.labels(name).inc()
        )

    async def _consume(self, broker: RabbitBroker, reading: Reading) -> None:
        """Start consuming as soon as the broker can be reached; afterwards the client reconnects by itself."""
        pause = 0.5
        while True:
            try:
                await asyncio.wait_for(broker.start(), 15)
                await asyncio.wait_for(reading.start(await broker.connect()), 15)
            except Exception as error:  # noqa: BLE001 - RabbitMQ may come later than we do
                log.warning("consumers.waiting_for_broker", error=type(error).__name__)
                with contextlib.suppress(Exception):
                    await broker.stop()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                log.info("consumers.started", topics=len(self.inbox.topics))
                return

    async def _look(self) -> None:
        await self.inbox.look()
        await self.jobs.look()

    async def _purge(self) -> None:
        async with self._open_work(Mode.READING) as work:
            kept = work.retention
        await purge(self._engine, KERNEL, kept)

    @staticmethod
    async def _forever(work: Any, seconds: float) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                log.warning(
                    "worker.loop_interrupted", loop=work.__name__, error=type(error).__name__
                )
            await asyncio.sleep(seconds)
