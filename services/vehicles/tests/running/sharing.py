"""A car shared with somebody, as the members of a car have it."""

from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.cars.models import Membership, Vehicle


async def share(open_work: Any, car: str, person: UUID, role: Role, **switches: bool) -> None:
    async with open_work() as work:
        known = await work.session.get(Membership, (UUID(car), person))
        if known is not None:
            known.role = role
            known.costs_visible = switches.get("costs_visible", False)
            return
        work.session.add(
            Membership(
                vehicle_id=UUID(car),
                member_id=person,
                role=role,
                created_at=work.now,
                documents_visible=False,
                costs_visible=switches.get("costs_visible", False),
            )
        )


async def fit(open_work: Any, car: str, energies: list[str], tanks: list[dict[str, Any]]) -> None:
    """With what it runs on and its tanks."""
    async with open_work() as work:
        vehicle = await work.session.get(Vehicle, UUID(car))
        vehicle.energies, vehicle.tanks = energies, tanks
