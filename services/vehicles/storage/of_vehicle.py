from typing import TypeVar
from uuid import UUID

from shared.access import Access
from shared.db.repository import Repository

M = TypeVar("M")


class OfVehicleRepository(Repository[M]):
    """Things that belong to a car: whoever changes one holds the car first, so that changes of one car happen one by one."""

    async def vehicle_of(self, access: Access, row_id: UUID) -> UUID | None:
        statement = self.seen_by(access).where(self._column("id") == row_id)
        found: UUID | None = await self.session.scalar(
            statement.with_only_columns(self._column("vehicle_id"))
        )
        return found
