"""A car shared in each role, put straight into the table: what members see is tested here, not how they come in."""

from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.standing import written
from services.vehicles.storage.cars.models import Membership, Vehicle


async def share(open_work: Any, vehicle: str, person: UUID, role: str, **said: bool) -> None:
    """Anew where it was shared before."""
    async with open_work() as work:
        await work.session.merge(
            Membership(
                vehicle_id=UUID(vehicle),
                member_id=person,
                role=role,
                created_at=work.now,
                **({"documents_visible": False, "costs_visible": False} | said),
            )
        )
        await work.flush()
        car = await work.vehicles.held(UUID(vehicle))
        car.shared_with = written(await work.memberships.of_vehicle(car.id))


async def fit(open_work: Any, car: str, energies: list[str], tanks: list[dict[str, Any]]) -> None:
    """With what it runs on and its tanks."""
    async with open_work() as work:
        vehicle = await work.session.get(Vehicle, UUID(car))
        vehicle.energies, vehicle.tanks = energies, tanks
