"""What a service keeps about people, declared once: the export reads by it, the erasure deletes by it.

Every table of a service is declared, and `tests/architecture/test_belongings.py` refuses one that is not: a table somebody adds
can be forgotten by neither.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, false, not_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

Person = UUID | ColumnElement[UUID]
Whose = Callable[[Person], ColumnElement[bool]]
FETCHED_AT_ONCE = 200


class End(StrEnum):
    """What an erasure does with the rows of a table."""

    DELETED = "deleted"
    CASCADES = "cascades"  # the database deletes them with the row they belong to
    HANDED_OVER = "handed over"  # the service's own erasure gives them to a name nobody can trace
    KEPT = "kept"  # the service's own erasure leaves something without a name, and says why


@dataclass(frozen=True)
class Belonging:
    table: Table
    whose: Whose
    end: End = End.DELETED
    secret: frozenset[str] = frozenset()
    """Columns the export leaves out: digests of secrets, and what is worked out from other columns."""
    because: str = ""
    is_exported: bool = True
    """Not so for what is there under another name already."""
    owner: str | None = None
    """The column that names the person; None where another row does."""
    spared: ColumnElement[bool] | None = None
    """What of it an erasure leaves for now; the service sees to it."""

    @property
    def goes(self) -> ColumnElement[bool]:
        """What of it must not be there after an erasure; for the sweep."""
        if self.end is End.KEPT:
            return false()
        return true() if self.spared is None else not_(self.spared)

    @property
    def name(self) -> str:
        return str(self.table.name)


def owned(
    model: Any,
    owner: str = "owner_id",
    *,
    secret: Sequence[str] = (),
    end: End = End.DELETED,
    because: str = "",
) -> Belonging:
    """Rows of `model` belong to the person named in its column `owner`."""
    column: ColumnElement[UUID] = model.__table__.c[owner]

    def whose(person: Person) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = column == person
        return mine

    return Belonging(model.__table__, whose, end, frozenset(secret), because, owner=owner)


def part_of(
    model: Any, of: Belonging, by: str, *, secret: Sequence[str] = (), end: End = End.CASCADES
) -> Belonging:
    """Rows of `model` belong to whom the row named in their column `by` belongs to."""
    column = model.__table__.c[by]
    (key,) = of.table.primary_key.columns

    def whose(person: Person) -> ColumnElement[bool]:
        theirs: ColumnElement[bool] = column.in_(select(key).where(of.whose(person)))
        return theirs

    return Belonging(model.__table__, whose, end, frozenset(secret))


@dataclass(frozen=True)
class Belongings:
    """`theirs` in the order in which they may be deleted; `nobodys` are the tables that hold nothing of people, and why."""

    theirs: Sequence[Belonging]
    nobodys: Mapping[Any, str] = field(default_factory=dict)

    async def rows(
        self, session: AsyncSession, person: UUID
    ) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Everything held about this person, table by table, a few rows in memory at a time."""
        for one in self.theirs:
            if not one.is_exported:
                continue
            columns = [column for column in one.table.c if column.name not in one.secret]
            order = list(one.table.primary_key.columns)
            statement = select(*columns).where(one.whose(person)).order_by(*order)
            found = await session.stream(statement.execution_options(yield_per=FETCHED_AT_ONCE))
            async for row in found.mappings():
                yield one.name, dict(row)

    async def erase(self, session: AsyncSession, person: UUID) -> None:
        for one in self.theirs:
            if one.end is End.DELETED:
                await session.execute(delete(one.table).where(one.whose(person), one.goes))
