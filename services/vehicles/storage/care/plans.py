from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access


class PlanRepository(OfVehicleRepository[MaintenancePlan]):
    model = MaintenancePlan

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[MaintenancePlan]:
        """The caller holds the vehicle, and so has checked whose it is."""
        statement = (
            select(MaintenancePlan)
            .where(MaintenancePlan.vehicle_id == vehicle_id)
            .order_by(MaintenancePlan.created_at, MaintenancePlan.id)
        )
        return (await self.session.scalars(statement)).all()

    async def active(
        self, access: Access, *, vehicle_id: UUID | None = None
    ) -> Sequence[MaintenancePlan]:
        statement = self.seen_by(access).where(MaintenancePlan.active)
        if vehicle_id is not None:
            statement = statement.where(MaintenancePlan.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(MaintenancePlan.id))).all()
