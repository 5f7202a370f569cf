from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.vehicles.storage.care.due import is_due
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

    async def to_remind(self, access: Access, today: date) -> Sequence[MaintenancePlan]:
        """Whose lead time has begun and nobody was told about; held, skipping what another worker holds."""
        statement = (
            self.changed_by(access)
            .where(is_due(MaintenancePlan, today))
            .order_by(MaintenancePlan.remind_on, MaintenancePlan.id)
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(statement)).all()
