from uuid import UUID

from sqlalchemy import select

from services.documents.storage.models import VehicleCopy
from shared.db.newest import keep_later, newest_wins
from shared.db.repository import Repository

_PUT = newest_wins(VehicleCopy)


class VehicleCopyRepository(Repository[VehicleCopy]):
    model = VehicleCopy

    def put(self, *, vehicle_id: UUID, owner_id: UUID, version: int, deleted: bool) -> None:
        row = {"vehicle_id": vehicle_id, "owner_id": owner_id, "version": version}
        keep_later(self.session, _PUT, {**row, "deleted": deleted})

    async def is_owned(self, owner_id: UUID, vehicle_id: UUID) -> bool:
        """And stays so until the transaction ends: who hears that it is gone finds what was filed under it."""
        found = await self.session.scalar(
            select(VehicleCopy.vehicle_id)
            .where(
                VehicleCopy.vehicle_id == vehicle_id,
                VehicleCopy.owner_id == owner_id,
                VehicleCopy.deleted.is_(False),
            )
            .with_for_update(read=True)
        )
        return found is not None
