from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.vehicles.storage.cars.models import Vehicle
from shared.access import Access
from shared.db.repository import Repository


class VehicleRepository(Repository[Vehicle]):
    model = Vehicle

    async def all_seen(self, access: Access) -> Sequence[Vehicle]:
        statement = self.seen_by(access).order_by(Vehicle.created_at, Vehicle.id)
        return (await self.session.scalars(statement)).all()

    async def vin_exists(self, owner_id: UUID, vin: str, *, other_than: UUID | None) -> bool:
        """Of the cars this person owns: a number is unique among them."""
        statement = select(Vehicle).where(self.is_owned(owner_id), Vehicle.vin == vin)
        if other_than is not None:
            statement = statement.where(Vehicle.id != other_than)
        return (await self.session.scalars(statement.limit(1))).one_or_none() is not None

    async def counts(self, access: Access) -> Sequence[Any]:
        """Rows of (fuel type, transmission, how many)."""
        statement = (
            self.seen_by(access)
            .with_only_columns(Vehicle.fuel_type, Vehicle.transmission, func.count())
            .group_by(Vehicle.fuel_type, Vehicle.transmission)
        )
        return (await self.session.execute(statement)).all()
