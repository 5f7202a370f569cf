from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.contracts.vehicles import RecordStatus

OPEN = (RecordStatus.SCHEDULED, RecordStatus.IN_PROGRESS)
_KEYS: dict[str, ColumnElement[Any]] = {
    "month": func.to_char(MaintenanceRecord.service_date, "YYYY-MM"),
    "service_type": MaintenanceRecord.service_type.expression,
    "vehicle_id": MaintenanceRecord.vehicle_id.expression,
}


class RecordRepository(OfVehicleRepository[MaintenanceRecord]):
    model = MaintenanceRecord

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

    def upcoming(self, access: Access, today: date) -> Select[MaintenanceRecord]:
        return self.seen_by(access).where(
            MaintenanceRecord.status.in_(OPEN), MaintenanceRecord.service_date >= today
        )

    def recent(self, access: Access, today: date) -> Select[MaintenanceRecord]:
        return self.seen_by(access).where(
            MaintenanceRecord.status == RecordStatus.COMPLETED,
            MaintenanceRecord.service_date <= today,
        )

    async def latest(
        self, access: Access, vehicle_id: UUID, today: date, *, limit: int
    ) -> Sequence[MaintenanceRecord]:
        """What was done last to one car."""
        statement = self.recent(access, today).where(MaintenanceRecord.vehicle_id == vehicle_id)
        ordered = statement.order_by(
            MaintenanceRecord.service_date.desc(), MaintenanceRecord.id.desc()
        )
        return (await self.session.scalars(ordered.limit(limit))).all()

    async def completed_of_vehicle(self, vehicle_id: UUID) -> Sequence[Any]:
        """Rows of (id, service_date, services). The caller holds the vehicle, and so has checked whose it is."""
        statement = select(
            MaintenanceRecord.id, MaintenanceRecord.service_date, MaintenanceRecord.services
        ).where(
            MaintenanceRecord.vehicle_id == vehicle_id,
            MaintenanceRecord.status == RecordStatus.COMPLETED,
        )
        return (await self.session.execute(statement)).all()

    async def all_of_vehicle(self, vehicle_id: UUID) -> Sequence[MaintenanceRecord]:
        """The caller holds the vehicle, and so has checked whose it is."""
        statement = select(MaintenanceRecord).where(MaintenanceRecord.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(MaintenanceRecord.id))).all()

    async def with_document(self, access: Access, document_id: UUID) -> Sequence[MaintenanceRecord]:
        """Locked, in one order."""
        statement = self.seen_by(access).where(
            MaintenanceRecord.document_ids.contains([str(document_id)])
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

    async def status_counts(self, access: Access, since: date, until: date) -> dict[str, int]:
        statement = (
            select(MaintenanceRecord.status, func.count())
            .where(
                self.is_seen(access),
                MaintenanceRecord.service_date.between(since, until),
            )
            .group_by(MaintenanceRecord.status)
        )
        rows = (await self.session.execute(statement)).all()
        return {row[0]: row[1] for row in rows}

    async def spent(self, access: Access, since: date, until: date, *, by: str) -> Sequence[Any]:
        """Rows of (key, currency, records, minor units) of completed work, by `month` (as `2026-03`, which sorts as time does),
        `service_type` or `vehicle_id`.
        """
        key, (currency, spent) = _KEYS[by], self._shown(access)
        statement = (
            select(key.label("key"), currency, func.count(), func.coalesce(func.sum(spent), 0))
            .where(self._was_spent(access, since, until))
            .group_by(key, currency)
            .order_by(key, currency)
        )
        return (await self.session.execute(statement)).all()

    async def by_vehicle(self, access: Access, until: date) -> Sequence[Any]:
        """Rows of (vehicle, currency, records, minor units, last service), cars without work included."""
        currency, spent = self._shown(access)
        statement = (
            select(
                Vehicle,
                currency,
                func.count(MaintenanceRecord.id),
                func.coalesce(func.sum(spent), 0),
                func.max(MaintenanceRecord.service_date),
            )
            .outerjoin(
                MaintenanceRecord,
                and_(
                    self.is_seen(access),
                    MaintenanceRecord.vehicle_id == Vehicle.id,
                    MaintenanceRecord.status == RecordStatus.COMPLETED,
                    MaintenanceRecord.service_date <= until,
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

    def _was_spent(self, access: Access, since: date, until: date) -> ColumnElement[bool]:
        return and_(
            self.is_seen(access),
            MaintenanceRecord.status == RecordStatus.COMPLETED,
            MaintenanceRecord.service_date.between(since, until),
        )
