from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from services.documents.storage.models import VehicleCopy
from shared.access import Access
from shared.db.newest import keep_later, newest_wins
from shared.db.repository import Repository

_PUT = newest_wins(VehicleCopy)


class VehicleCopyRepository(Repository[VehicleCopy]):
    model = VehicleCopy

    def put(self, *, vehicle_id: UUID, owner_id: UUID, version: int, deleted: bool) -> None:
        row = {"vehicle_id": vehicle_id, "owner_id": owner_id, "version": version}
        keep_later(self.session, _PUT, {**row, "deleted": deleted})

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        """A car that is there."""
        return and_(super().is_seen(access), VehicleCopy.deleted.is_(False))

    async def is_there(self, access: Access, vehicle_id: UUID) -> bool:
        """And stays so until the transaction ends: who hears that it is gone finds what was filed under it."""
        found = await self.session.scalar(
            select(VehicleCopy.vehicle_id)
            .where(self.is_changed(access), VehicleCopy.vehicle_id == vehicle_id)
            .with_for_update(read=True)
        )
        return found is not None
