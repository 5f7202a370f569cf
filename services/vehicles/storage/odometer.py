from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from services.vehicles.domain.odometer import ReadingStatus
from services.vehicles.storage.models import OdometerReading
from services.vehicles.storage.of_vehicle import OfVehicleRepository


class ReadingRepository(OfVehicleRepository[OdometerReading]):
    model = OdometerReading

    def of_vehicle(self, owner_id: UUID, vehicle_id: UUID) -> Select[OdometerReading]:
        return self.of_owner(owner_id).where(OdometerReading.vehicle_id == vehicle_id)

    async def accepted(self, vehicle_id: UUID) -> Sequence[OdometerReading]:
        """The ledger, oldest first. The caller holds the vehicle, and so has checked whose it is."""
        statement = (
            select(OdometerReading)
            .where(
                OdometerReading.vehicle_id == vehicle_id,
                OdometerReading.status == ReadingStatus.ACCEPTED,
            )
            .order_by(OdometerReading.read_on, OdometerReading.metres)
        )
        return (await self.session.scalars(statement)).all()

    async def accepted_of_owner(self, owner_id: UUID) -> Sequence[OdometerReading]:
        statement = (
            self.of_owner(owner_id)
            .where(OdometerReading.status == ReadingStatus.ACCEPTED)
            .order_by(OdometerReading.read_on, OdometerReading.metres)
        )
        return (await self.session.scalars(statement)).all()
