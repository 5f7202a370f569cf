"""The session of a GET: where a query asks for whole rows of one table, it reads rows and builds no entities.

Nothing changes in a GET, so nothing has to be watched for changes. A row has the attributes, properties and methods of its model
(`shapes.py`) and refuses to be changed. Everything else is SQLAlchemy's own session, opened when something needs it.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import asyncpg
from sqlalchemy import Select, event
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.util import greenlet_spawn

from shared.db.shapes import Completed, Shape, Shapes

NOTHING: Mapping[str, Any] = {}
by_entities: ContextVar[bool] = ContextVar("by_entities", default=False)
"""Set by tests, which compare what rows say with what entities say."""
MADE_WHEN_NEEDED = frozenset({"sync_session", "_proxied"})


class ReadingChanges(Exception):
    """A GET tried to change something; our mistake, not the caller's."""


class Found:
    """What SQLAlchemy's results are asked for, of rows that are all there."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        return self._rows

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """Raises MultipleResultsFound."""
        if len(self._rows) > 1:
            raise MultipleResultsFound
        return self.first()

    def one(self) -> Any:
        """Raises MultipleResultsFound, NoResultFound."""
        if not self._rows:
            raise NoResultFound
        return self.one_or_none()


class _ReadingSession(Session):
    """Refuses changes: there is no transaction to hold them together."""


@event.listens_for(_ReadingSession, "do_orm_execute")
def _only_queries(state: ORMExecuteState) -> None:
    if not state.is_select or getattr(state.statement, "_for_update_arg", None) is not None:
        raise ReadingChanges


class Reader:
    """What all reading sessions of one engine share."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.shapes = Shapes(engine.dialect)
        self._sync = engine.sync_engine

    async def rows(self, shape: Shape, values: Sequence[Any]) -> list[Any]:
        """On any connection, for as long as the query takes: without a transaction one is as good as another."""
        pooled: Any = await greenlet_spawn(self._sync.pool.connect)
        try:
            return await self.fetch(pooled.driver_connection, shape, values)
        except BaseException as error:
            if not isinstance(error, asyncpg.PostgresError):
                pooled.driver_connection.terminate()  # the pool takes another in its place
            raise
        finally:
            pooled.close()

    async def fetch(self, connection: Any, shape: Shape, values: Sequence[Any]) -> list[Any]:
        for hears in self._sync.dispatch.before_cursor_execute:
            hears(None, None, shape.sql, values, None, False)
        return list(map(shape.make_row, await connection.fetch(shape.sql, *values)))


class ReadingSession(AsyncSession):
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._said: dict[Any, Any] = {}
        self._has_read = False

    def __getattr__(self, name: str) -> Any:
        if name not in MADE_WHEN_NEEDED:
            raise AttributeError(name)
        super().__init__(
            self._reader.engine,
            sync_session_class=_ReadingSession,
            expire_on_commit=False,
            autoflush=False,
        )
        self.sync_session.info = self._said
        return self.__dict__[name]

    @property
    def is_open(self) -> bool:
        """Whether SQLAlchemy's session was needed."""
        return "sync_session" in self.__dict__

    @property
    def info(self) -> dict[Any, Any]:
        return self._said

    def in_transaction(self) -> bool:
        """From its first query to its end or a pause, as everywhere, although it seldom holds a connection: `outside.py`."""
        return self._has_read or self._holds()

    def _holds(self) -> bool:
        """Whether SQLAlchemy's session has a connection."""
        return self.is_open and super().in_transaction()

    async def commit(self) -> None:
        self._has_read = False
        if self.is_open:
            await super().commit()

    async def rollback(self) -> None:
        self._has_read = False
        if self.is_open:
            await super().rollback()

    async def found(
        self,
        statement: Select[Any],
        *,
        like: Hashable = None,
        completed: Completed | None = None,
        values: Mapping[str, Any] = NOTHING,
    ) -> Sequence[Any]:
        """What `found` of this module does."""
        rows = await self._directly(statement, like, completed, values)
        if rows is not None:
            return rows
        whole = statement if completed is None else completed(statement)
        return (await super().scalars(whole, dict(values))).all()

    async def _directly(
        self,
        statement: Select[Any],
        like: Hashable = None,
        completed: Completed | None = None,
        values: Mapping[str, Any] = NOTHING,
        *,
        several: bool = False,
    ) -> list[Any] | None:
        """None for what is left to SQLAlchemy: asked again, it also says what is wrong as it does everywhere."""
        shape, given = self._reader.shapes.find(statement, like, completed)
        if shape is None or shape.is_several is not several or by_entities.get():
            return None
        try:
            return await self._rows(shape, shape.values(given, values))
        except (asyncpg.PostgresError, asyncpg.InterfaceError):
            return None

    async def _rows(self, shape: Shape, values: Sequence[Any]) -> list[Any]:
        self._has_read = True
        if not self._holds():
            return await self._reader.rows(shape, values)
        held = await (await self.connection()).get_raw_connection()  # never two at once
        return await self._reader.fetch(held.driver_connection, shape, values)

    async def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        if not options and isinstance(statement, Select):
            rows = await self._directly(statement, values=params or NOTHING, several=True)
            if rows is not None:
                return Found(rows)
        return await super().execute(statement, params, **options)

    async def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        if options or not isinstance(statement, Select):
            return await super().scalars(statement, params, **options)
        return Found(await self.found(statement, values=params or NOTHING))

    async def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        return (await self.scalars(statement, params, **options)).first()


async def found(
    session: AsyncSession,
    statement: Select[Any],
    *,
    like: Hashable,
    completed: Completed,
    values: Mapping[str, Any],
) -> Sequence[Any]:
    """What `completed(statement)` finds, whose own parameters are all named and in `values`.

    `like` stands for what `completed` does: of two that are equal, the second is not made.
    """
    if isinstance(session, ReadingSession):
        return await session.found(statement, like=like, completed=completed, values=values)
    return (await session.scalars(completed(statement), dict(values))).all()
