from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.vehicles.domain.cars.odometer import Reading, ReadingSource, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access


class ReadingRepository(OfVehicleRepository[OdometerReading]):
    model = OdometerReading
    sees = May.READ_LEDGER
    changes = May.JUDGE_READING

    def of_vehicle(self, access: Access, vehicle_id: UUID) -> Select[OdometerReading]:
        return self.seen_by(access).where(OdometerReading.vehicle_id == vehicle_id)

    async def of_record(self, record_id: UUID) -> OdometerReading | None:
        """The living reading a record carried into the ledger, held. The caller holds the record, and so has checked whose it is."""
        statement = select(OdometerReading).where(
            OdometerReading.record_id == record_id, OdometerReading.status != ReadingStatus.VOID
        )
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def accepted(self, vehicle_id: UUID) -> list[Reading]:
        """The ledger, oldest first. The caller holds the vehicle, and so has checked whose it is."""
        rows = await self._ledger(OdometerReading.vehicle_id == vehicle_id)
        return [_value(row) for row in rows]

    async def accepted_of_each(self, vehicle_ids: Collection[UUID]) -> dict[UUID, list[Reading]]:
        """The ledger of each car; the caller has checked whose they are."""
        ledgers: dict[UUID, list[Reading]] = {}
        for row in await self._ledger(OdometerReading.vehicle_id.in_(vehicle_ids)):
            ledgers.setdefault(row.vehicle_id, []).append(_value(row))
        return ledgers

    async def some_of_vehicle(
        self, vehicle_id: UUID, ids: Collection[UUID]
    ) -> Sequence[OdometerReading]:
        """To change them; the caller holds the vehicle."""
        if not ids:
            return []
        statement = select(OdometerReading).where(
            OdometerReading.vehicle_id == vehicle_id, OdometerReading.id.in_(ids)
        )
        return (await self.session.scalars(statement)).all()

    async def _ledger(self, whose: Any) -> Sequence[Any]:
        """Rows, not objects: a car that reports every day has thousands, and each change of the car reads them all."""
        statement = (
            select(
                OdometerReading.id,
                OdometerReading.vehicle_id,
                OdometerReading.read_on,
                OdometerReading.metres,
                OdometerReading.source,
                OdometerReading.record_id,
            )
            .where(whose, OdometerReading.status == ReadingStatus.ACCEPTED)
            .order_by(OdometerReading.read_on, OdometerReading.metres)
        )
        return (await self.session.execute(statement)).all()


def _value(row: Any) -> Reading:
    is_rough = row.source == ReadingSource.STATED
    return Reading(row.id, row.read_on, row.metres, is_rough, row.record_id)
