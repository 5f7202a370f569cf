from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from services.vehicles.domain.cars.odometer import ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.storage.cars.models import OdometerReading, OdometerSegment, Vehicle
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.contracts.vehicles import RecordKind, RecordStatus

WORK = MaintenanceRecord.kind == RecordKind.SERVICE
"""A refund is summed up, and is no visit to a garage."""
OPEN = (RecordStatus.SCHEDULED, RecordStatus.IN_PROGRESS)
_KEYS: dict[str, ColumnElement[Any]] = {
    "month": func.to_char(MaintenanceRecord.service_date, "YYYY-MM"),
    "service_type": MaintenanceRecord.service_type.expression,
    "vehicle_id": MaintenanceRecord.vehicle_id.expression,
}


class RecordRepository(OfVehicleRepository[MaintenanceRecord]):
    """Those in the trash are seen there, and nowhere else."""

    model = MaintenanceRecord

    def ways(self, access: Access, what: May) -> list[ColumnElement[bool]]:
        is_there = self._column("trashed_at").is_(None)
        return [and_(way, is_there) for way in super().ways(access, what)]

    def trash(self, access: Access) -> Select[MaintenanceRecord]:
        """Of whoever may take them out again."""
        return select(MaintenanceRecord).where(
            self.is_allowed_anywhere(access, self.changes),
            MaintenanceRecord.trashed_at.is_not(None),
        )

    async def trashed_vehicle_of(self, access: Access, record_id: UUID) -> UUID | None:
        """For whoever sees the car: what they may do with it is asked of the car."""
        statement = select(MaintenanceRecord.vehicle_id).where(
            self.is_allowed_anywhere(access, May.SEE_CAR),
            MaintenanceRecord.trashed_at.is_not(None),
            MaintenanceRecord.id == record_id,
        )
        found: UUID | None = await self.session.scalar(statement)
        return found

    async def one_trashed(self, access: Access, record_id: UUID) -> MaintenanceRecord | None:
        """Held until the transaction ends."""
        statement = self.trash(access).where(MaintenanceRecord.id == record_id)
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    def is_doubted(self) -> ColumnElement[bool]:
        """Whether its reading is in quarantine."""
        return exists().where(
            OdometerReading.id == MaintenanceRecord.reading_id,
            OdometerReading.status == ReadingStatus.QUARANTINED,
        )

    async def doubted(self, records: Sequence[UUID]) -> set[UUID]:
        """Those of them whose reading is in quarantine; the caller has seen them."""
        if not records:
            return set()
        statement = select(MaintenanceRecord.id).where(
            MaintenanceRecord.id.in_(records), self.is_doubted()
        )
        return set(await self.session.scalars(statement))

    def listed(
        self,
        access: Access,
        *,
        vehicle_id: UUID | None = None,
        status: RecordStatus | None = None,
        service_type: str | None = None,
    ) -> Select[MaintenanceRecord]:
        statement = self.seen_by(access)
        if vehicle_id is not None:
            statement = statement.where(MaintenanceRecord.vehicle_id == vehicle_id)
        if status is not None:
            statement = statement.where(MaintenanceRecord.status == status)
        if service_type is not None:
            statement = statement.where(MaintenanceRecord.services.contains([service_type]))
        return statement

    def upcoming(self, access: Access, days: Elsewhere) -> Select[MaintenanceRecord]:
        return self.seen_by(access).where(
            MaintenanceRecord.status.in_(OPEN),
            MaintenanceRecord.service_date >= days.day_of(MaintenanceRecord.vehicle_id),
        )

    def recent(self, access: Access, days: Elsewhere) -> Select[MaintenanceRecord]:
        return self.seen_by(access).where(
            MaintenanceRecord.status == RecordStatus.COMPLETED,
            MaintenanceRecord.service_date <= days.day_of(MaintenanceRecord.vehicle_id),
        )

    async def latest(
        self, access: Access, vehicle_id: UUID, today: date, *, limit: int
    ) -> Sequence[MaintenanceRecord]:
        """What was done last to one car."""
        statement = self.recent(access, Elsewhere(today)).where(
            MaintenanceRecord.vehicle_id == vehicle_id
        )
        ordered = statement.order_by(
            MaintenanceRecord.service_date.desc(), MaintenanceRecord.id.desc()
        )
        return (await self.session.scalars(ordered.limit(limit))).all()

    async def all_of_vehicle(self, vehicle_id: UUID) -> Sequence[MaintenanceRecord]:
        """The caller holds the vehicle, and so has checked whose it is."""
        statement = select(MaintenanceRecord).where(MaintenanceRecord.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(MaintenanceRecord.id))).all()

    async def with_document(self, access: Access, document_id: UUID) -> Sequence[MaintenanceRecord]:
        """Locked, in one order; those in the trash, too."""
        statement = select(MaintenanceRecord).where(
            self.is_allowed_anywhere(access, self.sees),
            MaintenanceRecord.document_ids.contains([str(document_id)]),
        )
        found = await self.session.scalars(
            statement.order_by(MaintenanceRecord.id).with_for_update()
        )
        return found.all()

    async def has_invoice(self, access: Access, *, garage: str, invoice_number: str) -> bool:
        statement = self.seen_by(access).where(
            MaintenanceRecord.invoice_number == invoice_number, MaintenanceRecord.garage == garage
        )
        return (await self.session.scalars(statement.limit(1))).one_or_none() is not None

    async def status_counts(self, access: Access, since: date, until: Elsewhere) -> dict[str, int]:
        statement = (
            select(MaintenanceRecord.status, func.count())
            .where(
                self.is_seen(access),
                MaintenanceRecord.service_date.between(
                    since, until.day_of(MaintenanceRecord.vehicle_id)
                ),
            )
            .group_by(MaintenanceRecord.status)
        )
        rows = (await self.session.execute(statement)).all()
        return {row[0]: row[1] for row in rows}

    async def spent(
        self, access: Access, since: date, until: date, days: Elsewhere, *, by: str
    ) -> Sequence[Any]:
        """Rows of (key, currency, records, minor units) of completed work up to the day at its car, by `month` (as `2026-03`,
        which sorts as time does), `service_type` or `vehicle_id`.
        """
        key, (currency, spent) = _KEYS[by], self._shown(access)
        statement = (
            select(
                key.label("key"),
                currency,
                func.count().filter(WORK),
                func.coalesce(func.sum(spent), 0),
            )
            .where(self._was_spent(access, since, until, days))
            .group_by(key, currency)
            .order_by(key, currency)
        )
        return (await self.session.execute(statement)).all()

    async def by_vehicle(self, access: Access, days: Elsewhere) -> Sequence[Any]:
        """Rows of (vehicle, currency, records, minor units, last service), cars without work included."""
        currency, spent = self._shown(access)
        statement = (
            select(
                Vehicle,
                currency,
                func.count(MaintenanceRecord.id).filter(WORK),
                func.coalesce(func.sum(spent), 0),
                func.max(MaintenanceRecord.service_date).filter(WORK),
            )
            .outerjoin(
                MaintenanceRecord,
                and_(
                    self.is_seen(access),
                    MaintenanceRecord.vehicle_id == Vehicle.id,
                    MaintenanceRecord.status == RecordStatus.COMPLETED,
                    MaintenanceRecord.service_date <= days.day_of(MaintenanceRecord.vehicle_id),
                    MaintenanceRecord.trashed_at.is_(None),
                ),
            )
            .where(VehicleRepository(self.session).is_seen(access))
            .group_by(Vehicle.id, currency)
            .order_by(Vehicle.created_at, Vehicle.id, currency)
        )
        return (await self.session.execute(statement)).all()

    def _shown(self, access: Access) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """Currency and cost, both null for whom the car's owner does not show them."""
        allowed = self.is_allowed(access, May.SEE_COSTS)
        shown = case((allowed, MaintenanceRecord.currency)).label("shown_currency")
        return shown, case((allowed, MaintenanceRecord.cost_minor))

    async def cost_as_shown(
        self, access: Access
    ) -> tuple[ColumnElement[Any], Callable[[Any], int | None]] | None:
        """What a record costs, null where its car's costs are not shown to them: for rows there, and for a row here. None where they
        see all.
        """
        hidden = await VehicleRepository(self.session).hiding_costs(access)
        if not hidden:
            return None
        is_hidden = MaintenanceRecord.vehicle_id == func.any(literal(list(hidden), ARRAY(Uuid)))
        column = case((is_hidden, null()), else_=MaintenanceRecord.cost_minor)
        return column, lambda row: None if row.vehicle_id in hidden else row.cost_minor

    def _was_spent(
        self, access: Access, since: date, until: date, days: Elsewhere
    ) -> ColumnElement[bool]:
        return and_(
            self.is_seen(access),
            MaintenanceRecord.status == RecordStatus.COMPLETED,
            MaintenanceRecord.service_date.between(since, until),
            MaintenanceRecord.service_date <= days.day_of(MaintenanceRecord.vehicle_id),
        )


def warranted(vehicle_id: Any, told: Any) -> Any:
    """Of a car: record, metres. `told`: the ids of those that are looked at though they remind of nothing yet."""
    offset = select(OdometerSegment.offset_metres).where(
        OdometerSegment.id == OdometerReading.segment_id
    )
    travelled = OdometerReading.metres + func.coalesce(offset.scalar_subquery(), 0)
    believed = and_(
        OdometerReading.id == MaintenanceRecord.reading_id,
        OdometerReading.status == ReadingStatus.ACCEPTED,
    )
    return (
        select(MaintenanceRecord, travelled.label("told_metres"))
        .outerjoin(OdometerReading, believed)
        .where(
            MaintenanceRecord.vehicle_id == vehicle_id,
            or_(
                MaintenanceRecord.warranty_reminders != [],
                MaintenanceRecord.id == func.any(told),
            ),
        )
    )
