from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.segments import Segment
from services.vehicles.storage.cars.models import OdometerSegment
from services.vehicles.storage.of_vehicle import OfVehicleRepository


class SegmentRepository(OfVehicleRepository[OdometerSegment]):
    model = OdometerSegment
    sees = May.READ_LEDGER
    changes = May.JUDGE_READING

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._read: dict[UUID, Sequence[OdometerSegment]] = {}

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[OdometerSegment]:
        """By day, read once a transaction. The caller holds or has seen the vehicle, and so has checked whose it is."""
        if vehicle_id not in self._read:
            statement = select(OdometerSegment).where(OdometerSegment.vehicle_id == vehicle_id)
            found = await self.session.scalars(statement.order_by(OdometerSegment.starts_on))
            self._read[vehicle_id] = found.all()
        return self._read[vehicle_id]

    def forget(self, vehicle_id: UUID) -> None:
        """What was read before the car was held, or before one came or went, is read anew."""
        self._read.pop(vehicle_id, None)

    def add(self, row: OdometerSegment) -> OdometerSegment:
        self.forget(row.vehicle_id)
        return super().add(row)

    async def remove(self, row: OdometerSegment) -> None:
        self.forget(row.vehicle_id)
        await super().remove(row)

    async def of_meter(self, vehicle_id: UUID, meter: Meter) -> list[Segment]:
        rows = await self.of_vehicle(vehicle_id)
        return [row.value for row in rows if row.meter == meter]
