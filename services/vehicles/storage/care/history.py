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
        count = await self.session.scalar(select(func.count()).select_from(both))
        rows = await self.session.execute(
            select(both.c.kind, both.c.id, both.c.day)
            .order_by(both.c.day.desc(), both.c.id.desc())
            .offset(start)
            .limit(size)
        )
        return rows.all(), count or 0

    async def records(
        self, access: Access, ids: Sequence[UUID]
    ) -> dict[UUID, tuple[MaintenanceRecord, bool]]:
        """Each with whether its reading is in quarantine."""
        statement = self._records.seen_by(access).where(MaintenanceRecord.id.in_(ids))
        rows = await self.session.execute(statement.add_columns(self._records.is_doubted()))
        return {row[0].id: (row[0], row[1]) for row in rows}

    async def readings(self, access: Access, ids: Sequence[UUID]) -> dict[UUID, OdometerReading]:
        statement = self._readings.seen_by(access).where(OdometerReading.id.in_(ids))
        return {row.id: row for row in await self.session.scalars(statement)}
