"""The queries every repository of owned things needs. There is no `get(id)`: whoever reads says whose it is."""

from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

M = TypeVar("M")
TAKEN = "23505"
"""A unique constraint speaks: somebody else was first."""


def is_taken(error: IntegrityError) -> bool:
    return getattr(error.orig, "sqlstate", None) == TAKEN


class Repository(Generic[M]):
    """Subclasses name `model`, and `owner` when the owning column is not `owner_id`."""

    model: type[M]
    owner: str = "owner_id"

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def _column(self, name: str) -> Any:
        return getattr(self.model, name)

    def add(self, row: M) -> M:
        self.session.add(row)
        return row

    def of_owner(self, owner_id: UUID) -> Select[M]:
        return select(self.model).where(self._column(self.owner) == owner_id)

    async def owned(
        self, owner_id: UUID, row_id: UUID, *, lock: bool = False, shared: bool = False
    ) -> M | None:
        """The owner's row of that id; `lock` holds it until the transaction ends, `shared` with others who leave it as it is."""
        statement = self.of_owner(owner_id).where(self._column("id") == row_id)
        if lock:
            statement = statement.with_for_update(read=shared)
        return (await self.session.scalars(statement)).one_or_none()

    async def count_of_owner(self, owner_id: UUID) -> int:
        statement = select(func.count()).select_from(self.of_owner(owner_id).subquery())
        return (await self.session.scalar(statement)) or 0

    async def remove(self, row: M) -> None:
        await self.session.delete(row)

    async def erase_owner(self, owner_id: UUID) -> None:
        await self.session.execute(delete(self.model).where(self._column(self.owner) == owner_id))
