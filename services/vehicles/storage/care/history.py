from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import OdometerReading

RECORD = "maintenance"
READING = "odometer"


class HistoryRepository:
    """A car's life in one list: what was done to it and what its odometer said."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_vehicle(
        self, owner_id: UUID, vehicle_id: UUID, *, start: int, size: int
    ) -> tuple[Sequence[Any], int]:
        """Rows of (kind, id, day), latest first, and how many there are; a record's own reading is not told twice."""
        records = select(
            literal(RECORD).label("kind"),
            MaintenanceRecord.id.label("id"),
            MaintenanceRecord.service_date.label("day"),
        ).where(MaintenanceRecord.owner_id == owner_id, MaintenanceRecord.vehicle_id == vehicle_id)
        readings = select(
            literal(READING).label("kind"),
            OdometerReading.id.label("id"),
            OdometerReading.read_on.label("day"),
        ).where(
            OdometerReading.owner_id == owner_id,
            OdometerReading.vehicle_id == vehicle_id,
            OdometerReading.record_id.is_(None),
        )
        both = union_all(records, readings).subquery()
        count = await self.session.scalar(select(func.count()).select_from(both))
        rows = await self.session.execute(
            select(both.c.kind, both.c.id, both.c.day)
            .order_by(both.c.day.desc(), both.c.id.desc())
            .offset(start)
            .limit(size)
        )
        return rows.all(), count or 0

    async def records(self, owner_id: UUID, ids: Sequence[UUID]) -> dict[UUID, MaintenanceRecord]:
        statement = select(MaintenanceRecord).where(
            MaintenanceRecord.owner_id == owner_id, MaintenanceRecord.id.in_(ids)
        )
        return {row.id: row for row in await self.session.scalars(statement)}

    async def readings(self, owner_id: UUID, ids: Sequence[UUID]) -> dict[UUID, OdometerReading]:
        statement = select(OdometerReading).where(
            OdometerReading.owner_id == owner_id, OdometerReading.id.in_(ids)
        )
        return {row.id: row for row in await self.session.scalars(statement)}
