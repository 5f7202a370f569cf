"""One request, message or job is one transaction: opened and committed at the edge, never by a use case."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from shared.bus.outbox import outbox_row
from shared.bus.work_queue import job_row
from shared.clock import Clock
from shared.contracts.base import Event
from shared.db.away import OutcomeUnknown, is_database_away
from shared.db.base import job, outbox
from shared.db.belongings import Belongings
from shared.db.newest import WAITING, write_copies
from shared.db.outside import tracked
from shared.db.persons import bury, hold_alone, hold_owner, hold_person, hold_persons
from shared.db.reading import Reader, ReadingChanges, ReadingSession
from shared.db.retention import Retention
from shared.errors import PersonErased
from shared.local_day import local_day
from shared.observe.correlation import Correlation, current
from shared.observe.metrics import Metrics


class Claimed(Protocol):
    """What the edge took for the request at hand, in this transaction: its idempotency key."""

    async def give_back(self) -> None: ...

    async def take_again(self) -> None: ...


class Waited(Protocol):
    """The request's turn at the database, taken before this transaction."""

    async def take(self) -> None: ...

    def give_back(self) -> None: ...


class UnitOfWork:
    """What every use case is handed. Services subclass it, name their belongings and how long they keep them,
    and add their repositories and clients.
    """

    belongings: ClassVar[Belongings] = Belongings(theirs=())
    retention: ClassVar[Retention] = Retention()

    def __init__(self, session: AsyncSession, *, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self._events: list[tuple[Event, Correlation]] = []
        self._jobs: list[dict[str, Any]] = []
        self._held: dict[UUID, bool] = {}
        self._alone: set[UUID] = set()
        self._is_erasing = False
        self.is_whole = False
        """Messages are noted as done in it: let go on the way, it would say so before they are."""
        self._zone: tuple[str | None] | None = None
        self._callers: tuple[str | None] | None = None
        self.metrics: Metrics | None = None
        """Of a worker's process; None for a request."""
        self.claim: Claimed | None = None
        self.turn: Waited | None = None
        self.condition: Callable[[], Awaitable[None]] | None = None
        """What the request's If-Match asks for, asked again after a pause."""
        session.info.update(held=self._held, belongings=self.belongings)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def stand_in(self, zone: str | None) -> None:
        """From now on `today` is the day there; None is the house's default."""
        self._zone = (zone,)

    def stand_with_caller(self, zone: str | None) -> None:
        """The edge says it of whoever calls."""
        self._zone = self._callers = (zone,)

    def stand_back(self) -> None:
        """From now on `today` is again the day of whoever calls, where somebody does."""
        self._zone = self._callers or self._zone

    def stand_nowhere(self) -> None:
        """What comes next is for somebody else, and `today` is nobody's until that is said."""
        self._zone = self._callers = None

    @property
    def today(self) -> date:
        """The day of whom this is done for."""
        return self.day_of(self.now)

    @property
    def callers_today(self) -> date:
        """The day of whoever calls, wherever this stands in by now; `today` where nobody does."""
        return self.today if self._callers is None else local_day(self.now, *self._callers)

    def day_of(self, moment: datetime) -> date:
        """On their calendar. A job or a listener says first whose that is: without, it is our mistake."""
        if self._zone is None:
            raise RuntimeError("whose day? stand_in() has not been called")
        return local_day(moment, *self._zone)

    async def hold(self, person: UUID, *, wait: bool = True) -> bool:
        """Whether this person is not erased, true until the transaction ends: asked before anything of theirs is kept.

        The edges ask for the caller of a request, and for whom an event or a job names. Without `wait`: `shared/db/persons.py`.
        """
        if person not in self._held:
            self._held[person] = await hold_person(self.session, person, wait=wait)
        return self._held[person]

    async def hold_all(self, people: set[UUID]) -> None:
        """Several at once, in one order for everybody."""
        self._held.update(await hold_persons(self.session, people - self._held.keys()))

    async def hold_living(self, person: UUID) -> None:
        """Raises PersonErased."""
        if not await self.hold(person):
            raise PersonErased

    async def hold_alone(self, person: UUID) -> bool:
        """Against every other holder, before an erasure; whether they are not erased yet."""
        self._held[person] = await hold_alone(self.session, person)
        self._alone.add(person)
        return self._held[person]

    async def hold_owner(self, owner_id: UUID) -> None:
        """One at a time counts, adds or changes this owner's things, until the transaction ends: `shared/db/persons.py`."""
        await hold_owner(self.session, owner_id)

    async def bury(self, person: UUID) -> None:
        """Erased from this transaction's commit on. What it still says of them is wiped as soon as it is sent."""
        await bury(self.session, person, self.now)
        self._held[person] = False
        self._is_erasing = True

    def emit(self, event: Event) -> None:
        """Tell the other services, if and only if this transaction commits."""
        self._events.append((event, current()))

    def enqueue(
        self,
        kind: str,
        payload: BaseModel,
        *,
        run_at: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Have this service's worker do `kind` later. With a `key`, at most one job of that kind and key waits, and at most one
        runs: one that runs already does not know of what changed since, so another waits behind it.
        """
        self._jobs.append(job_row(kind, payload, run_at=run_at or self.now, key=key))

    async def flush(self) -> None:
        """Send pending rows so that constraints speak now."""
        await self.session.flush()
        await write_copies(self.session)

    @asynccontextmanager
    async def rehearsed(self) -> AsyncIterator[None]:
        """What is done inside is undone at its end, and nobody hears of it: for saying what a change would do.

        What was read or made inside is not to be touched afterwards: take what is needed of it, as values, before the end.
        """
        await self.flush()
        events, jobs, held = len(self._events), len(self._jobs), set(self._held)
        savepoint = await self.session.begin_nested()
        try:
            yield
        finally:
            await savepoint.rollback()
            del self._events[events:], self._jobs[jobs:]
            for person in self._held.keys() - held:  # their locks went with the savepoint
                del self._held[person]

    async def part(self) -> None:
        """Between messages done together: what comes next meets a session as if it had one of its own."""
        session = self.session
        if session.new or session.dirty or session.deleted:
            await session.flush()
        if session.identity_map:
            session.expunge_all()

    async def attempt(self, do: Callable[[], Awaitable[bool]]) -> bool:
        """Of several things asked for together, one: unless `do` says it is well, it is as if it had never been begun, and the others
        stay. Begins and ends with an empty session.
        """
        await self.part()
        events, jobs, held = list(self._events), list(self._jobs), dict(self._held)
        savepoint = await self.session.begin_nested()
        is_well = False
        try:
            is_well = await do()
        finally:
            if not is_well:
                await savepoint.rollback()
                self.session.expunge_all()
                self._events, self._jobs = events, jobs
                for person in (
                    self._held.keys() - held.keys()
                ):  # their locks went with the savepoint
                    del self._held[person]
        if is_well:
            await self.part()
            await savepoint.commit()
        return is_well

    @asynccontextmanager
    async def paused(self, *, keeps_turn: bool = False) -> AsyncIterator[None]:
        """No transaction while something slow goes on elsewhere; only where nothing is changed yet.

        Afterwards the same persons are held and the request's key is claimed again; locks are gone and rows may have changed.
        `keeps_turn`: what goes on is a transaction of the same request. Raises PersonErased for somebody erased meanwhile, and
        whatever the claim and the condition raise.
        """
        if self.is_whole or self.has_changes():
            raise RuntimeError("changes cannot be let go")
        held = {
            person: living
            for person, living in self._held.items()
            if living or person in self._alone
        }
        for person in held:
            del self._held[person]
        if self.claim is not None:
            await self.claim.give_back()
        await self.session.commit()
        if self.turn is not None and not keeps_turn:
            self.turn.give_back()
        yield
        if self.turn is not None and not keeps_turn:
            await self.turn.take()
        for person, was_living in held.items():
            await self._hold_again(person, was_living=was_living)
        if self.claim is not None:
            await self.claim.take_again()
        if self.condition is not None:
            await self.condition()

    async def keep(self, write: Callable[[], Awaitable[object]]) -> None:
        """For what must stay written whatever becomes of the rest: while this work is paused, or once it has failed."""
        if self.is_whole:
            raise RuntimeError("what others did cannot be undone")
        known = set(self._held)
        await self.session.rollback()
        try:
            await write()
            await self.session.commit()
        finally:
            for person in self._held.keys() - known:  # held until this commit, and no longer
                del self._held[person]

    async def _hold_again(self, person: UUID, *, was_living: bool) -> None:
        hold = self.hold_alone if person in self._alone else self.hold
        if not await hold(person) and was_living:
            raise PersonErased

    def has_side_effects(self) -> bool:
        return bool(self._events or self._jobs)

    def has_changes(self) -> bool:
        session = self.session
        waits = session.new or session.dirty or session.deleted or session.info.get(WAITING)
        return self.has_side_effects() or bool(waits)

    async def write_side_effects(self) -> None:
        """The edge calls this right before its commit."""
        await self.flush()
        if self._events:
            await self.session.execute(
                outbox.insert(),
                [
                    outbox_row(event, is_secret=self._is_erasing, caused_by=cause)
                    for event, cause in self._events
                ],
            )
            self._events.clear()
        if self._jobs:
            await self.session.execute(insert(job).on_conflict_do_nothing(), self._jobs)
            self._jobs.clear()


W = TypeVar("W", bound=UnitOfWork)
W_co = TypeVar("W_co", bound=UnitOfWork, covariant=True)


class MakeWork(Protocol[W_co]):
    def __call__(self, session: AsyncSession, clock: Clock) -> W_co: ...


class Mode(StrEnum):
    """How a unit of work meets the database."""

    WRITING = "writing"
    READING = "reading"
    """Each query by itself, without the two round trips of a transaction: for a GET, which changes nothing. As READ COMMITTED
    looks at the database anew for each query anyway, it sees what it would see in a transaction."""
    STRICT = "strict"
    """One snapshot; to write what another has changed since is an error (40001): for If-Match."""


async def _commit(session: AsyncSession) -> None:
    """Raises OutcomeUnknown when the database was lost on the way: it may or may not have heard us."""
    try:
        await session.commit()
    except Exception as error:
        if is_database_away(error):
            raise OutcomeUnknown(headers={"Retry-After": "2"}) from error
        raise


class OpenWork(Protocol[W_co]):
    def __call__(self, mode: Mode = Mode.WRITING, /) -> AbstractAsyncContextManager[W_co]: ...


def work_opener(
    engine: AsyncEngine,
    clock: Clock,
    make: MakeWork[W],
    on_commit: Callable[[], None] | None = None,
    metrics: Metrics | None = None,
) -> OpenWork[W]:
    """A factory of units of work that commit when their block ends well and roll back when it does not."""
    reader = Reader(engine)
    strict_engine = engine.execution_options(isolation_level="REPEATABLE READ")

    @asynccontextmanager
    async def read() -> AsyncIterator[W]:
        session = ReadingSession(reader)
        try:
            work = make(session, clock)
            with tracked(session):
                yield work
            if work.has_side_effects() or (session.is_open and work.has_changes()):
                raise ReadingChanges
        finally:
            if session.is_open:
                await session.__aexit__(None, None, None)  # to its end, whoever breaks it off

    @asynccontextmanager
    async def write(used: AsyncEngine) -> AsyncIterator[W]:
        async with AsyncSession(used, expire_on_commit=False, autoflush=True) as session:
            work = make(session, clock)
            work.metrics = metrics
            with tracked(session):
                yield work
            wakes = work.has_side_effects()
            await work.write_side_effects()
            await _commit(session)
            if wakes and on_commit:
                on_commit()

    def open_work(mode: Mode = Mode.WRITING, /) -> AbstractAsyncContextManager[W]:
        if mode is Mode.READING:
            return read()
        return write(strict_engine if mode is Mode.STRICT else engine)

    return open_work
