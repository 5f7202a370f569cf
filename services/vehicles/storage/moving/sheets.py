from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import Vehicle
from shared.access import Access


class SheetRepository(RecordRepository):
    """Records of cars somebody may take tables of."""

    sees = May.EXPORT_CSV

    async def rows(
        self, access: Access, *, vehicle_id: UUID | None, since: date, until: date, most: int
    ) -> Sequence[tuple[MaintenanceRecord, Vehicle]]:
        """The latest first, one more than `most` where there are more."""
        statement = (
            select(MaintenanceRecord, Vehicle)
            .join(Vehicle, Vehicle.id == MaintenanceRecord.vehicle_id)
            .where(
                self.is_allowed(access, May.EXPORT_CSV),
                MaintenanceRecord.service_date.between(since, until),
            )
            .order_by(MaintenanceRecord.service_date.desc(), MaintenanceRecord.id.desc())
            .limit(most + 1)
        )
        if vehicle_id is not None:
            statement = statement.where(MaintenanceRecord.vehicle_id == vehicle_id)
        return [(row[0], row[1]) for row in await self.session.execute(statement)]
