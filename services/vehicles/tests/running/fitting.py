"""What a car runs on, for tests."""

from typing import Any
from uuid import UUID

from services.vehicles.storage.cars.models import Vehicle


async def fit(open_work: Any, car: str, energies: list[str], tanks: list[dict[str, Any]]) -> None:
    """With what it runs on and its tanks."""
    async with open_work() as work:
        vehicle = await work.session.get(Vehicle, UUID(car))
        vehicle.energies, vehicle.tanks = energies, tanks
