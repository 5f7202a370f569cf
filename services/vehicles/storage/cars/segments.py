from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.segments import Segment
from services.vehicles.storage.cars.models import OdometerSegment
from services.vehicles.storage.of_vehicle import OfVehicleRepository


class SegmentRepository(OfVehicleRepository[OdometerSegment]):
    model = OdometerSegment
    sees = May.READ_LEDGER
    changes = May.JUDGE_READING

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[OdometerSegment]:
        """By day. The caller holds or has seen the vehicle, and so has checked whose it is."""
        statement = select(OdometerSegment).where(OdometerSegment.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(OdometerSegment.starts_on))).all()

    async def of_meter(self, vehicle_id: UUID, meter: Meter) -> list[Segment]:
        rows = await self.of_vehicle(vehicle_id)
        return [row.value for row in rows if row.meter == meter]
