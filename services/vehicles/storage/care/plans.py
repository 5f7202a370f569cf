from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import aliased

from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord, PlanEntry
from services.vehicles.storage.cars.models import OdometerReading, OdometerSegment
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.db.many_rows import ManyRows

PLACED: Final = (
    "start_on",
    "assumed_metres",
    "assumed_minutes",
    "last_record_id",
    "last_completion_id",
    "last_done_on",
    "last_done_metres",
    "last_done_minutes",
    "unmoved",
    "due_on",
    "due_metres",
    "due_minutes",
    "forecast_on",
    "forecast_from",
    "forecast_to",
    "remind_on",
    "paused_on",
    "closed_by",
    "reopened_by",
    "occurrence",
)
"""What is worked out of a plan."""


_MOVED: Final = ManyRows(MaintenancePlan, PLACED)


class PlanRepository(OfVehicleRepository[MaintenancePlan]):
    model = MaintenancePlan

    def listed(
        self, access: Access, *, vehicle_id: UUID | None, active: bool | None
    ) -> Select[MaintenancePlan]:
        statement = self.seen_by(access)
        if vehicle_id is not None:
            statement = statement.where(MaintenancePlan.vehicle_id == vehicle_id)
        return statement if active is None else statement.where(MaintenancePlan.active == active)

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[MaintenancePlan]:
        """The caller holds the vehicle, and so has checked whose it is."""
        statement = (
            select(MaintenancePlan)
            .where(MaintenancePlan.vehicle_id == vehicle_id)
            .order_by(MaintenancePlan.created_at, MaintenancePlan.id)
        )
        return (await self.session.scalars(statement)).all()

    async def place(self, placed: Sequence[tuple[MaintenancePlan, Mapping[str, Any]]]) -> None:
        """Write down where these plans stand, in one statement, and leave those alone that stand where they stood."""
        moved = [
            (plan, at) for plan, at in placed if any(getattr(plan, n) != at[n] for n in PLACED)
        ]
        await _MOVED.write(self.session, moved)

    async def active(
        self, access: Access, *, vehicle_id: UUID | None = None
    ) -> Sequence[MaintenancePlan]:
        statement = self.seen_by(access).where(MaintenancePlan.active)
        if vehicle_id is not None:
            statement = statement.where(MaintenancePlan.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(MaintenancePlan.id))).all()

    async def all_seen(
        self, access: Access, *, vehicle_id: UUID | None = None
    ) -> Sequence[MaintenancePlan]:
        """Those put away, too."""
        statement = self.seen_by(access)
        if vehicle_id is not None:
            statement = statement.where(MaintenancePlan.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(MaintenancePlan.id))).all()


class PlanEntryRepository(OfVehicleRepository[PlanEntry]):
    model = PlanEntry
    sees = May.READ_CARE
    changes = May.WRITE_CARE

    async def of_vehicles(self, vehicle_ids: Collection[UUID]) -> Sequence[Any]:
        """Rows of (entry, metres, minutes), these being what it told the meters if that is believed, in order of time; the caller has
        checked whose they are.
        """
        found = await self.session.execute(entries_told(), {"these": list(vehicle_ids)})
        rows: Sequence[Any] = found.all()
        return rows

    async def of_plan(self, plan_id: UUID, kind: str) -> Sequence[PlanEntry]:
        """In order of time; the caller has checked whose it is."""
        statement = select(PlanEntry).where(PlanEntry.plan_id == plan_id, PlanEntry.kind == kind)
        ordered = statement.order_by(PlanEntry.begins_on, PlanEntry.created_at, PlanEntry.id)
        return (await self.session.scalars(ordered)).all()

    async def closing_records(self, vehicle_ids: Collection[UUID]) -> Sequence[Any]:
        """Rows of (id, vehicle_id, service_date, services, metres, minutes, made_by) of completed work, with what each told the meters
        if that is believed; the caller has checked whose they are.
        """
        found = await self.session.execute(closing_records(), {"these": list(vehicle_ids)})
        rows: Sequence[Any] = found.all()
        return rows


IS_WORK: Final = (
    MaintenanceRecord.kind != RecordKind.REFUND,
    MaintenanceRecord.trashed_at.is_(None),
)
"""A refund closes nothing, nor does what lies in the trash."""
THESE: Final = func.any(bindparam("these", type_=ARRAY(Uuid)))


@cache
def entries_told() -> Any:
    """Of `these` cars: entry, metres, minutes."""
    metres, minutes = aliased(OdometerReading), aliased(OdometerReading)
    entry = PlanEntry
    return (
        select(entry, _travelled(metres).label("told_metres"), minutes.metres.label("told_minutes"))
        .outerjoin(metres, and_(metres.id == entry.reading_id, _is_believed(metres)))
        .outerjoin(minutes, and_(minutes.id == entry.hours_reading_id, _is_believed(minutes)))
        .where(entry.vehicle_id == THESE)
        .order_by(entry.begins_on, entry.created_at, entry.id)
    )


@cache
def closing_records() -> Any:
    """Of `these` cars."""
    metres, minutes = aliased(OdometerReading), aliased(OdometerReading)
    record = MaintenanceRecord
    ran = and_(minutes.record_id == record.id, minutes.meter == Meter.HOURS, _is_believed(minutes))
    return (
        select(
            record.id,
            record.vehicle_id,
            record.service_date,
            record.services,
            _travelled(metres).label("metres"),
            minutes.metres.label("minutes"),
            record.made_by,
        )
        .outerjoin(metres, and_(metres.id == record.reading_id, _is_believed(metres)))
        .outerjoin(minutes, ran)
        .where(record.vehicle_id == THESE, record.status == RecordStatus.COMPLETED, *IS_WORK)
    )


def _is_believed(reading: type[OdometerReading]) -> ColumnElement[bool]:
    return reading.status == ReadingStatus.ACCEPTED


def _travelled(reading: type[OdometerReading]) -> ColumnElement[int]:
    """Over all clusters of the car, as plans count."""
    added = select(OdometerSegment.offset_metres).where(OdometerSegment.id == reading.segment_id)
    return reading.metres + func.coalesce(added.scalar_subquery(), 0)
