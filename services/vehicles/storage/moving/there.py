"""What a car has already, as far as an import is compared with it; and taking out again what one made."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.moving.matching import There
from services.vehicles.storage.authorship import tables
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord
from services.vehicles.storage.care.reminder_models import Occurrence, Reminder
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.storage.running.models import Fill

FETCHED: Final = 5_000
MODELS: Final[dict[str, Any]] = {
    "fill": Fill,
    "record": MaintenanceRecord,
    "expense": Expense,
    "reading": OdometerReading,
    "plan": MaintenancePlan,
    "reminder": Reminder,
}


class ThereRepository:
    """Of cars the caller holds, or has seen as a manager."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of(self, vehicle_id: UUID) -> AsyncIterator[There]:
        """All but plans and notes; what lies in the trash is not there."""
        async for row in self._rows(_fills(vehicle_id)):
            yield There(
                *(row.id, "fill", row.day, row.at, row.odometer_metres, row.engine_minutes),
                row.quantity,
            )
        async for row in self._rows(_records(vehicle_id)):
            yield There(
                row.id,
                "record",
                row.service_date,
                metres=row.odometer_metres,
                measure=row.cost_minor,
            )
        async for row in self._rows(_expenses(vehicle_id)):
            yield There(row.id, "expense", row.spent_on, measure=row.amount_minor)
        async for row in self._rows(_readings(vehicle_id)):
            is_distance = row.meter == Meter.DISTANCE
            yield There(
                row.id,
                "reading",
                row.read_on,
                row.read_time,
                row.metres if is_distance else None,
                None if is_distance else row.metres,
            )

    async def _rows(self, statement: Any) -> AsyncIterator[Any]:
        """Some at a time: a car may have as many as a file brings."""
        key = statement.selected_columns["id"]
        last: UUID | None = None
        while True:
            asked = statement if last is None else statement.where(key > last)
            rows = (await self.session.execute(asked.order_by(key).limit(FETCHED))).all()
            for row in rows:
                yield row
            if len(rows) < FETCHED:
                return
            last = rows[-1].id

    async def reminders(self, vehicle_id: UUID) -> Sequence[Any]:
        statement = select(Reminder.id, Reminder.title).where(Reminder.vehicle_id == vehicle_id)
        return (await self.session.execute(statement)).all()

    async def cars_of(self, kind: str, ids: Collection[UUID]) -> set[UUID]:
        model = MODELS[kind]
        statement = select(model.vehicle_id).where(model.id.in_(list(ids))).distinct()
        return set((await self.session.scalars(statement)).all())

    async def remove(self, kind: str, ids: Collection[UUID], vehicle_ids: Collection[UUID]) -> None:
        """With the readings they told. Deleted by the rows, so that each leaves its tombstone."""
        model, these, cars = MODELS[kind], list(ids), list(vehicle_ids)
        told = or_(OdometerReading.origin_id.in_(these), OdometerReading.record_id.in_(these))
        await self.session.execute(
            delete(OdometerReading).where(OdometerReading.vehicle_id.in_(cars), told)
        )
        await self.session.execute(
            delete(model).where(model.vehicle_id.in_(cars), model.id.in_(these))
        )

    async def forget_occurrences(self, what_id: UUID) -> None:
        await self.session.execute(delete(Occurrence).where(Occurrence.what_id == what_id))

    async def has_anything(self, vehicle_id: UUID) -> bool:
        """Made by people, in any wing."""
        for table in tables():
            mine = exists().where(table.c["vehicle_id"] == vehicle_id)
            if await self.session.scalar(select(mine)):
                return True
        return False


def _fills(vehicle_id: UUID) -> Any:
    return select(
        *(Fill.id, Fill.day, Fill.at, Fill.odometer_metres, Fill.engine_minutes, Fill.quantity)
    ).where(Fill.vehicle_id == vehicle_id, Fill.trashed_at.is_(None))


def _records(vehicle_id: UUID) -> Any:
    record = MaintenanceRecord
    return select(record.id, record.service_date, record.odometer_metres, record.cost_minor).where(
        record.vehicle_id == vehicle_id, record.trashed_at.is_(None)
    )


def _expenses(vehicle_id: UUID) -> Any:
    return select(Expense.id, Expense.spent_on, Expense.amount_minor).where(
        Expense.vehicle_id == vehicle_id, Expense.trashed_at.is_(None)
    )


def _readings(vehicle_id: UUID) -> Any:
    """Those nothing else tells."""
    reading = OdometerReading
    return select(
        reading.id, reading.meter, reading.read_on, reading.read_time, reading.metres
    ).where(
        reading.vehicle_id == vehicle_id,
        reading.status != ReadingStatus.VOID,
        reading.record_id.is_(None),
        reading.origin_id.is_(None),
    )
