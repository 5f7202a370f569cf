from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.documents.storage.models import VehicleCopy
from shared.db.repository import Repository


class VehicleCopyRepository(Repository[VehicleCopy]):
    model = VehicleCopy

    async def put(self, *, vehicle_id: UUID, owner_id: UUID, version: int, deleted: bool) -> None:
        """Keeps the highest version, in whatever order they arrive."""
        row = {"owner_id": owner_id, "version": version, "deleted": deleted}
        statement = insert(VehicleCopy).values(vehicle_id=vehicle_id, **row)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[VehicleCopy.vehicle_id],
                set_=row,
                where=VehicleCopy.version < version,
            )
        )

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
