from uuid import UUID

from sqlalchemy import select

from services.vehicles.storage.cars.models import VehicleGroup
from shared.access import Access
from shared.db.repository import Repository


class GroupRepository(Repository[VehicleGroup]):
    model = VehicleGroup

    async def named(self, access: Access, name: str) -> VehicleGroup | None:
        statement = self.seen_by(access).where(VehicleGroup.name == name)
        return (await self.session.scalars(statement)).one_or_none()

    async def is_there(self, owner_id: UUID, group_id: UUID) -> bool:
        statement = select(VehicleGroup.id).where(
            self.is_owned(owner_id), VehicleGroup.id == group_id
        )
        return await self.session.scalar(statement.with_for_update(read=True)) is not None
