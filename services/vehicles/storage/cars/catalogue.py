from uuid import UUID

from sqlalchemy import Select, select

from services.vehicles.storage.cars.models import Brand, CarModel
from shared.db.repository import Repository


class BrandRepository(Repository[Brand]):
    """The catalogue belongs to everybody."""

    model = Brand

    def listed(self) -> Select[Brand]:
        return select(Brand)

    async def one(self, brand_id: UUID) -> Brand | None:
        return await self.session.get(Brand, brand_id)

    async def named(self, name: str) -> Brand | None:
        return (await self.session.scalars(select(Brand).where(Brand.name == name))).one_or_none()


class CarModelRepository(Repository[CarModel]):
    model = CarModel

    def listed(self, brand_id: UUID | None = None) -> Select[CarModel]:
        statement = select(CarModel)
        return statement.where(CarModel.brand_id == brand_id) if brand_id else statement

    async def one(self, model_id: UUID) -> CarModel | None:
        return await self.session.get(CarModel, model_id)

    async def named(self, brand_id: UUID, name: str) -> CarModel | None:
        statement = self.listed(brand_id).where(CarModel.name == name)
        return (await self.session.scalars(statement)).one_or_none()
