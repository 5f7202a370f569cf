"""Everything of one car that its history tells; a statement for each kind, however long the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.odometer import ReadingStatus
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import OdometerReading, OdometerSegment, VehiclePhase
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import Fill


@dataclass(frozen=True, slots=True)
class BookRows:
    """Nothing of the trash; no reading that another row tells."""

    readings: Sequence[OdometerReading]
    fills: Sequence[Fill]
    records: Sequence[MaintenanceRecord]
    expenses: Sequence[Expense]
    clusters: Sequence[OdometerSegment]
    phases: Sequence[VehiclePhase]


class BookRepository:
    """The caller may export the car."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_vehicle(self, vehicle_id: UUID) -> BookRows:
        readings = select(OdometerReading).where(
            OdometerReading.vehicle_id == vehicle_id,
            OdometerReading.status != ReadingStatus.VOID,
            OdometerReading.record_id.is_(None),
            OdometerReading.origin_id.is_(None),
        )
        fills = select(Fill).where(Fill.vehicle_id == vehicle_id, Fill.trashed_at.is_(None))
        records = select(MaintenanceRecord).where(
            MaintenanceRecord.vehicle_id == vehicle_id, MaintenanceRecord.trashed_at.is_(None)
        )
        expenses = select(Expense).where(
            Expense.vehicle_id == vehicle_id, Expense.trashed_at.is_(None)
        )
        clusters = select(OdometerSegment).where(OdometerSegment.vehicle_id == vehicle_id)
        phases = select(VehiclePhase).where(VehiclePhase.vehicle_id == vehicle_id)
        return BookRows(
            (await self.session.scalars(readings)).all(),
            (await self.session.scalars(fills)).all(),
            (await self.session.scalars(records)).all(),
            (await self.session.scalars(expenses)).all(),
            (await self.session.scalars(clusters)).all(),
            (await self.session.scalars(phases)).all(),
        )

    async def paper_ids(self, vehicle_id: UUID) -> list[UUID]:
        """The documents of its records, fills and expenses, those of the newest first; one statement."""
        holders = (
            (MaintenanceRecord, MaintenanceRecord.service_date),
            (Fill, Fill.day),
            (Expense, Expense.spent_on),
        )
        found = union_all(
            *(
                select(
                    day.label("day"), model.id.label("id"), model.document_ids.label("ids")
                ).where(
                    model.vehicle_id == vehicle_id,
                    model.trashed_at.is_(None),
                    func.jsonb_array_length(model.document_ids) > 0,
                )
                for model, day in holders
            )
        ).subquery()
        rows = await self.session.scalars(
            select(found.c.ids).order_by(found.c.day.desc(), found.c.id.desc())
        )
        return list(dict.fromkeys(UUID(id_) for ids in rows for id_ in ids))
