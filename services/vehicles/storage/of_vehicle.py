from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from shared.db.repository import Repository

M = TypeVar("M")


class OfVehicleRepository(Repository[M]):
    """Things that belong to a car: whoever changes one holds the car first, so that changes of one car happen one by one."""

    async def vehicle_of(self, owner_id: UUID, row_id: UUID) -> UUID | None:
        statement = select(self._column("vehicle_id")).where(
            self._column("id") == row_id, self._column(self.owner) == owner_id
        )
        found: UUID | None = await self.session.scalar(statement)
        return found
