"""One request, message or job is one transaction: opened and committed at the edge, never by a use case."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from shared.bus.outbox import outbox_row
from shared.bus.work_queue import job_row
from shared.clock import Clock
from shared.contracts.base import Event
from shared.db.base import job, outbox


class UnitOfWork:
    """What every use case is handed. Services subclass it and add their repositories and clients."""

    def __init__(self, session: AsyncSession, *, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self._events: list[Event] = []
        self._jobs: list[dict[str, Any]] = []

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def emit(self, event: Event) -> None:
        """Tell the other services, if and only if this transaction commits."""
        self._events.append(event)

    def enqueue(
        self,
        kind: str,
        payload: BaseModel,
        *,
        run_at: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Have this service's worker do `kind` later; with a `key`, at most one unfinished job of that kind and key."""
        self._jobs.append(job_row(kind, payload, run_at=run_at or self.now, key=key))

    async def flush(self) -> None:
        """Send pending rows so that constraints speak now."""
        await self.session.flush()

    async def write_side_effects(self) -> None:
        """The edge calls this right before its commit."""
        await self.session.flush()
        if self._events:
            await self.session.execute(
                outbox.insert(), [outbox_row(event) for event in self._events]
            )
            self._events.clear()
        if self._jobs:
            await self.session.execute(insert(job).on_conflict_do_nothing(), self._jobs)
            self._jobs.clear()


W = TypeVar("W", bound=UnitOfWork)
W_co = TypeVar("W_co", bound=UnitOfWork, covariant=True)


class MakeWork(Protocol[W_co]):
    def __call__(self, session: AsyncSession, clock: Clock) -> W_co: ...


OpenWork = Callable[[], AbstractAsyncContextManager[W]]


def work_opener(
    engine: AsyncEngine,
    clock: Clock,
    make: MakeWork[W],
    on_commit: Callable[[], None] | None = None,
) -> OpenWork[W]:
    """A factory of units of work that commit when their block ends well and roll back when it does not."""

    @asynccontextmanager
    async def open_work() -> AsyncIterator[W]:
        async with AsyncSession(engine, expire_on_commit=False, autoflush=True) as session:
            work = make(session, clock)
            yield work
            wakes = bool(work._events or work._jobs)  # noqa: SLF001 - the edge is part of the unit of work
            await work.write_side_effects()
            await session.commit()
            if wakes and on_commit:
                on_commit()

    return open_work
