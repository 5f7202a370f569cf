"""A service's own long or deferred work: job rows, leased by a worker, written in the transaction that caused them.

A lease is kept alive while the handler runs; if it is lost another worker takes the job, and the fencing token refuses the late
result of the first. `run_at` is business time, leases are the database's time.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Executable, delete, func, update

from shared.db.base import job as job_table
from shared.db.persons import Hold
from shared.ids import new_id
from shared.observe.correlation import current

if TYPE_CHECKING:  # the unit of work imports job_row from here
    from shared.db.unit_of_work import UnitOfWork

P = TypeVar("P", bound=BaseModel)
W = TypeVar("W", bound="UnitOfWork")


class LeaseLost(Exception):
    """Another worker has the job now: this run's result must not be written."""


def job_row(kind: str, payload: BaseModel, *, run_at: datetime, key: str | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": kind,
        "key": key,
        "payload": payload.model_dump(mode="json"),
        "headers": current().headers(),
        "run_at": run_at,
    }


@dataclass(frozen=True)
class Job(Generic[P, W]):
    kind: str
    payload: type[P]
    handle: Callable[[P, "JobRun[W]"], Awaitable[None]]
    concurrency: int
    lease: timedelta
    max_attempts: int
    hold: Hold


def job(
    kind: str,
    payload: type[P],
    *,
    concurrency: int = 1,
    lease: timedelta = timedelta(minutes=1),
    max_attempts: int = 6,
    hold: Hold = Hold.LIVING,
) -> Callable[[Callable[[P, "JobRun[W]"], Awaitable[None]]], Job[P, W]]:
    """The decorated `async def name(payload, run)` does jobs of this kind, `concurrency` at once in a process.

    Whom the payload names is held by each of its units of work: for the erased the job is over.
    """

    def wrap(handle: Callable[[P, "JobRun[W]"], Awaitable[None]]) -> Job[P, W]:
        return Job(kind, payload, handle, concurrency, lease, max_attempts, hold)

    return wrap


class JobRun(Generic[W]):
    """One attempt at one job: opens units of work and knows whether the lease still holds."""

    def __init__(
        self,
        job_id: UUID,
        token: int,
        *,
        attempt: int,
        max_attempts: int,
        open_work: Callable[[], AbstractAsyncContextManager[W]],
        holds: tuple[UUID, Hold] | None = None,
    ) -> None:
        self.id = job_id
        self.attempt = attempt
        self.is_last_attempt = attempt >= max_attempts
        self.is_finished = False
        self._token = token
        self._open_work = open_work
        self._holds = holds

    @asynccontextmanager
    async def work(self) -> AsyncIterator[W]:
        """A transaction on the way; keep it short. Raises PersonErased."""
        async with self._open_work() as work:
            if self._holds is not None:
                await hold_as(work, *self._holds)
            yield work

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[W]:
        """The last transaction: what it writes and the end of the job commit together. Raises LeaseLost, PersonErased."""
        async with self.work() as work:
            yield work
            await self._mark_done(work)
        self.is_finished = True

    async def _mark_done(self, work: "UnitOfWork") -> None:
        mine = (
            job_table.c.id == self.id,
            job_table.c.token == self._token,
            job_table.c.state == "running",
        )
        done: Executable = (
            update(job_table)
            .where(*mine)
            .values(state="done", finished_at=func.now(), lease_until=None, last_error=None)
            .returning(job_table.c.id)
        )
        if self._holds is not None and self._holds[1] is Hold.ALONE:  # an erasure leaves no name
            done = delete(job_table).where(*mine).returning(job_table.c.id)
        await work.flush()
        if (await work.session.execute(done)).first() is None:
            raise LeaseLost


async def hold_as(work: "UnitOfWork", person: UUID, how: Hold) -> None:
    """Raises PersonErased when `how` is for the living."""
    if how is Hold.ALONE:
        await work.hold_alone(person)
    elif how is Hold.ANYBODY:
        await work.hold(person)
    else:
        await work.hold_living(person)


AnyJob = Job[Any, Any]
