from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from services.vehicles.domain.cars.lifecycle import Lifecycle, Phase
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.cars.models import VehiclePhase
from services.vehicles.storage.of_vehicle import OfVehicleRepository


class PhaseRepository(OfVehicleRepository[VehiclePhase]):
    model = VehiclePhase
    sees = May.READ_CARE
    changes = May.EDIT_CAR

    async def of_each(self, vehicle_ids: Collection[UUID]) -> dict[UUID, list[Phase]]:
        """In the order they were given; the caller has checked whose the cars are."""
        columns = (VehiclePhase.vehicle_id, VehiclePhase.lifecycle, VehiclePhase.since)
        statement = select(*columns).where(VehiclePhase.vehicle_id.in_(vehicle_ids))
        phases: dict[UUID, list[Phase]] = {}
        for row in await self.session.execute(
            statement.order_by(VehiclePhase.since, VehiclePhase.created_at, VehiclePhase.id)
        ):
            phase = Phase(Lifecycle(row.lifecycle), row.since)
            phases.setdefault(row.vehicle_id, []).append(phase)
        return phases
