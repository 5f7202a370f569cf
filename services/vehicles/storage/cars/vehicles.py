from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select

from services.vehicles.domain.cars.units import Measured
from services.vehicles.storage.cars.models import Vehicle
from shared.access import Access
from shared.db.repository import Repository

THESE = func.any(bindparam("these", type_=ARRAY(Uuid)))
UNITS = select(Vehicle.id, Vehicle.distance_unit).where(Vehicle.id == THESE)


class VehicleRepository(Repository[Vehicle]):
    model = Vehicle

    async def all_seen(self, access: Access) -> Sequence[Vehicle]:
        statement = self.seen_by(access).order_by(Vehicle.created_at, Vehicle.id)
        return (await self.session.scalars(statement)).all()

    async def measured(self, ids: Collection[UUID]) -> dict[UUID, Measured]:
        """In which unit the distances of these cars are told; the caller has seen something of each."""
        found = await self.session.execute(UNITS, {"these": list(ids)})
        return {row.id: row for row in found.all()}

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
