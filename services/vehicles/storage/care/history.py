from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.storage.cars.odometer import ReadingRepository
from shared.access import Access

RECORD = "maintenance"
READING = "odometer"


class HistoryRepository:
    """A car's life in one list: what was done to it and what its odometer said."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._records = RecordRepository(session)
        self._readings = ReadingRepository(session)

    async def of_vehicle(
        self, access: Access, vehicle_id: UUID, *, start: int, size: int
    ) -> tuple[Sequence[Any], int]:
        """Rows of (kind, id, day), latest first, and how many there are; a record's own reading is not told twice."""
        records = select(
            literal(RECORD).label("kind"),
            MaintenanceRecord.id.label("id"),
            MaintenanceRecord.service_date.label("day"),
        ).where(self._records.is_seen(access), MaintenanceRecord.vehicle_id == vehicle_id)
        readings = select(
            literal(READING).label("kind"),
            OdometerReading.id.label("id"),
            OdometerReading.read_on.label("day"),
        ).where(
            self._readings.is_seen(access),
            OdometerReading.vehicle_id == vehicle_id,
            OdometerReading.record_id.is_(None),
        )
        both = union_all(records, readings).subquery()
        page = await self.session.execute(
            select(both.c.kind, both.c.id, both.c.day, func.count().over().label("count"))
            .order_by(both.c.day.desc(), both.c.id.desc())
            .offset(start)
            .limit(size)
        )
        rows = [tuple(row) for row in page]
        if not rows and start:  # beyond the last page
            count = await self.session.scalar(select(func.count()).select_from(both))
            return [], count or 0
        return [row[:3] for row in rows], rows[0][3] if rows else 0

    async def records(self, access: Access, ids: Sequence[UUID]) -> dict[UUID, MaintenanceRecord]:
        statement = self._records.seen_by(access).where(MaintenanceRecord.id.in_(ids))
        return {row.id: row for row in await self.session.scalars(statement)}

    async def readings(self, access: Access, ids: Sequence[UUID]) -> dict[UUID, OdometerReading]:
        statement = self._readings.seen_by(access).where(OdometerReading.id.in_(ids))
        return {row.id: row for row in await self.session.scalars(statement)}
