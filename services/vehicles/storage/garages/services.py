from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from services.vehicles.storage.garages.models import GarageService
from shared.db.repository import Repository


class GarageServiceRepository(Repository[GarageService]):
    """Everybody's to read; who changes one holds its garage first."""

    model = GarageService

    def of_garage(self, garage_id: UUID) -> Select[GarageService]:
        return select(GarageService).where(GarageService.garage_id == garage_id)

    async def one(self, garage_id: UUID, service_id: UUID) -> GarageService | None:
        statement = self.of_garage(garage_id).where(GarageService.id == service_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def these_of(self, garage_id: UUID, ids: Sequence[UUID]) -> Sequence[GarageService]:
        statement = self.of_garage(garage_id).where(GarageService.id.in_(ids))
        return (await self.session.scalars(statement)).all()

    async def count(self, garage_id: UUID) -> int:
        counted = select(func.count()).where(GarageService.garage_id == garage_id)
        return await self.session.scalar(counted) or 0
