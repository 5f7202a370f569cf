"""What one car needs next, from its own history."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.ai.domain.car import Car
from services.ai.domain.history import Record
from services.ai.domain.suggestions import Due, due
from services.ai.usecases.garage_copy import load_garage
from services.ai.usecases.usage import reserve
from services.ai.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Suggested:
    due: Due
    car: Car
    country: str
    as_of: date | None


async def suggest_for_vehicle(work: Work, *, access: Access, vehicle_id: UUID) -> Suggested:
    """NotFound for a car that is not the caller's."""
    garage = await load_garage(work, access=access, chosen=vehicle_id)
    ref = garage.chosen or ""
    await reserve(
        work, owner_id=access.person, kind="suggestions", tokens=0, limit=None, model=None
    )
    return Suggested(
        garage.due(ref, work.today),
        garage.cars[ref],
        garage.country[ref] or work.settings.default_country,
        garage.as_of[ref],
    )


async def suggest_for_description(
    work: Work,
    *,
    owner_id: UUID,
    car: Car,
    history: list[Record],
    country: str | None,
    annual_km: int | None,
    severe: bool,
) -> Suggested:
    await reserve(work, owner_id=owner_id, kind="suggestions", tokens=0, limit=None, model=None)
    where = country or work.settings.default_country
    found = due(car, history, today=work.today, country=where, annual_km=annual_km, severe=severe)
    return Suggested(found, car, where, None)
