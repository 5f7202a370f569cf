"""Takes due jobs, keeps their leases alive, and decides what a failure means."""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import (
    Executable,
    Interval,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.lease import Lease
from shared.bus.work_queue import AnyJob, JobRun, LeaseLost
from shared.clock import Clock
from shared.db.base import job
from shared.db.chosen import chosen_once
from shared.db.persons import person_of
from shared.db.unit_of_work import OpenWork
from shared.errors import Later, Permanent, PersonErased
from shared.observe import correlation
from shared.observe.metrics import Metrics
from shared.storable import plain

log = structlog.get_logger()
POLL_SECONDS = 0.25
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
JITTER = 0.2
ENDED_ITS_PROCESS = "its process ended while it ran, each time it was tried"


def retry_delay(attempt: int) -> timedelta:
    """2 s, 8 s, 32 s … at most an hour, with jitter."""
    delay: timedelta = min(FIRST_RETRY * 4 ** (attempt - 1), LONGEST_RETRY)
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - jitter is no secret


_IS_DUE = or_(
    and_(job.c.state == "waiting", job.c.run_at <= bindparam("run_now")),
    and_(job.c.state == "running", job.c.lease_until < func.now()),
)
_KINDS_DUE = (
    select(job.c.kind).distinct().where(job.c.kind.in_(bindparam("kinds", expanding=True)), _IS_DUE)
)


def _take() -> Executable:
    """What every lane asks for at every look, so it is made once: the making costs more than the asking."""
    twin = job.alias("twin")
    is_worked_on = (
        select(twin.c.id)
        .where(
            twin.c.kind == job.c.kind,
            twin.c.key == job.c.key,
            twin.c.id != job.c.id,
            twin.c.state == "running",
        )
        .exists()
    )
    is_spent = and_(job.c.state == "running", job.c.attempts >= bindparam("most"))
    chosen = (
        select(job.c.id)
        .where(
            job.c.kind == bindparam("of_kind"),
            _IS_DUE,
            or_(job.c.state == "running", ~is_worked_on),
        )
        .order_by(job.c.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(job)
        .where(job.c.id.in_(chosen_once(chosen)))
        .values(
            state=case((is_spent, "dead"), else_="running"),
            token=job.c.token + 1,
            attempts=job.c.attempts + case((is_spent, 0), else_=1),
            lease_until=case(
                (is_spent, None), else_=func.now() + bindparam("lease", type_=Interval)
            ),
            last_error=case((is_spent, ENDED_ITS_PROCESS), else_=job.c.last_error),
            finished_at=case((is_spent, func.now()), else_=None),
        )
        .returning(job)
    )


_TAKE = _take()


class JobRunner:
    def __init__(
        self,
        engine: AsyncEngine,
        open_work: OpenWork[Any],
        jobs: Sequence[AnyJob],
        *,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._engine = engine
        self._open_work = open_work
        self._jobs = {job.kind: job for job in jobs}
        self._clock = clock
        self._metrics = metrics
        self._stopping = asyncio.Event()
        self._look_now = asyncio.Event()
        self._due = {kind: asyncio.Event() for kind in self._jobs}

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._jobs)

    def stop(self) -> None:
        self._stopping.set()
        self.wake()
        for due in self._due.values():
            due.set()

    def wake(self) -> None:
        """Jobs were committed in this process: do not wait for the next look."""
        self._look_now.set()

    async def watch(self) -> None:
        """One look for all kinds, four times a second, wakes the lanes that have something to do; until `stop()`."""
        while not self._stopping.is_set():
            self._look_now.clear()
            try:
                for kind in await self.kinds_due():
                    self._due[kind].set()
            except Exception as error:  # noqa: BLE001 - the watch survives a database that is away
                log.warning("job.watch_interrupted", error=type(error).__name__)
                await self._pause(1.0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), POLL_SECONDS)

    async def kinds_due(self) -> set[str]:
        values = {"kinds": tuple(self._jobs), "run_now": self._clock.now()}
        async with self._engine.connect() as connection:
            return set(await connection.scalars(_KINDS_DUE, values))

    async def run(self, kind: str) -> None:
        """One lane for jobs of this kind, until `stop()`; start as many as its concurrency."""
        due = self._due[kind]
        while not self._stopping.is_set():
            await due.wait()
            worked = False
            try:
                worked = not self._stopping.is_set() and await self.run_one(kind)
            except Exception as error:  # noqa: BLE001 - the lane survives a database that is away
                log.warning("job.lane_interrupted", kind=kind, error=type(error).__name__)
                await self._pause(1.0)
            if not worked and not self._stopping.is_set():
                due.clear()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def run_one(self, kind: str) -> bool:
        """Take and do one due job; False when there is none."""
        spec = self._jobs[kind]
        row = await self._take(spec)
        if row is None:
            return False
        if row["state"] == "dead":
            log.error("job.dead", kind=kind, job_id=str(row["id"]), error=row["last_error"])
            self._metrics.jobs.labels(kind, "dead").inc()
            return True
        correlation.begin(row["headers"].get("x-request-id"), row["headers"].get("traceparent"))
        person = person_of(row["payload"])
        run: JobRun[Any] = JobRun(
            row["id"],
            row["token"],
            attempt=row["attempts"],
            max_attempts=spec.max_attempts,
            open_work=self._open_work,
            holds=(person, spec.hold) if person is not None else None,
        )
        with self._metrics.job_seconds.labels(kind).time():
            outcome = await self._do(spec, row, run)
        self._metrics.jobs.labels(kind, outcome).inc()
        log.info(
            "job.ended", kind=kind, job_id=str(row["id"]), outcome=outcome, attempt=row["attempts"]
        )
        return True

    async def _take(self, spec: AnyJob) -> Any:
        """None when nothing is due. What has ended its process at every try is not tried again: it comes back dead."""
        values = {
            "of_kind": spec.kind,
            "run_now": self._clock.now(),
            "most": spec.max_attempts,
            "lease": spec.lease,
        }
        async with self._engine.begin() as connection:
            return (await connection.execute(_TAKE, values)).mappings().first()

    async def _do(self, spec: AnyJob, row: Any, run: JobRun[Any]) -> str:
        try:
            async with Lease(self._engine, row, spec.lease).held():
                await spec.handle(_payload(spec, row), run)
            if not run.is_finished:
                async with run.finish():
                    pass
        except (LeaseLost, PersonErased) as end:
            return await self._end_early(row, end)
        except Later as later:
            await self._reschedule(row, later.delay, row["attempts"] - 1, None)
            return "later"
        except Permanent as error:
            await self._bury(row, error)
            return "dead"
        except asyncio.CancelledError:
            await asyncio.shield(self._reschedule(row, timedelta(), row["attempts"] - 1, None))
            raise
        except Exception as error:
            log.warning(
                "job.failed",
                kind=spec.kind,
                job_id=str(row["id"]),
                error=type(error).__name__,
                exc_info=True,
            )
            if run.is_last_attempt:
                await self._bury(row, error)
                return "dead"
            await self._reschedule(row, retry_delay(row["attempts"]), row["attempts"], error)
            return "retry"
        return "done"

    async def _reschedule(
        self, row: Any, delay: timedelta, attempts: int, error: Exception | None
    ) -> None:
        values = {
            "state": "waiting",
            "run_at": self._clock.now() + delay,
            "lease_until": None,
            "attempts": max(attempts, 0),
            "last_error": _describe(error),
        }
        try:
            await self._write(row, values)
        except (
            IntegrityError
        ):  # the same was asked for again meanwhile: that does what is left to do
            await self._write(
                row,
                {
                    "state": "done",
                    "finished_at": func.now(),
                    "lease_until": None,
                    "last_error": _describe(error),
                },
            )

    async def _end_early(self, row: Any, end: LeaseLost | PersonErased) -> str:
        """The job is another worker's; or its person is erased, and there is nothing to do nor to remember any more."""
        if isinstance(end, LeaseLost):
            return "lease_lost"
        ours = (job.c.id == row["id"]) & (job.c.token == row["token"])
        async with self._engine.begin() as connection:
            await connection.execute(delete(job).where(ours))
        return "erased"

    async def _bury(self, row: Any, error: Exception) -> None:
        log.error("job.dead", kind=row["kind"], job_id=str(row["id"]), error=_describe(error))
        await self._write(
            row,
            {
                "state": "dead",
                "finished_at": func.now(),
                "lease_until": None,
                "last_error": _describe(error),
            },
        )

    async def _write(self, row: Any, values: dict[str, Any]) -> None:
        statement = update(job).where(
            job.c.id == row["id"], job.c.token == row["token"], job.c.state == "running"
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement.values(**values))

    async def look(self) -> None:
        """Refresh the gauges."""
        counted = (
            select(job.c.kind, job.c.state, func.count())
            .where(job.c.state.in_(("waiting", "running", "dead")))
            .group_by(job.c.kind, job.c.state)
        )
        async with self._engine.connect() as connection:
            found = {
                (kind, state): number for kind, state, number in await connection.execute(counted)
            }
        for kind in self._jobs:
            for state in ("waiting", "running", "dead"):
                self._metrics.jobs_waiting.labels(kind, state).set(found.get((kind, state), 0))


def _payload(spec: AnyJob, row: Any) -> Any:
    try:
        return spec.payload.model_validate(row["payload"])
    except ValidationError as error:
        raise Permanent(f"payload: {error.error_count()} errors") from error


def _describe(error: Exception | None) -> str | None:
    return None if error is None else plain(f"{type(error).__name__}: {error}")[:500]
