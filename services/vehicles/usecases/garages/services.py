from typing import Any, Final, TypedDict
from uuid import UUID

from services.vehicles.domain.garages.directory import Specialty
from services.vehicles.errors.garages import GarageFull
from services.vehicles.storage.garages.models import GarageService
from services.vehicles.usecases.garages.people import Acting, hold_garage
from services.vehicles.usecases.garages.turned_away import Cause, ahead_with_service, turn_away
from services.vehicles.usecases.work import Work
from shared.errors import NotFound
from shared.ids import new_id
from shared.money import Money

MOST: Final = 200
"""Services of one garage."""


class ServiceFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    name: str
    category: Specialty
    service_type: str | None
    description: str | None
    minutes: int
    price: Money | None


async def read_service(work: Work, *, garage_id: UUID, service_id: UUID) -> GarageService:
    """Anybody may. Raises NotFound."""
    service = await work.garage_services.one(garage_id, service_id)
    if service is None:
        raise NotFound
    return service


async def add_service(
    work: Work, *, by: Acting, garage_id: UUID, facts: ServiceFacts
) -> GarageService:
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    if await work.garage_services.count(garage.id) >= MOST:
        raise GarageFull(limit=MOST)
    service = GarageService(
        id=facts.get("id") or new_id(),
        garage_id=garage.id,
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(service, facts)
    return work.garage_services.add(service)


async def edit_service(
    work: Work, *, by: Acting, garage_id: UUID, service_id: UUID, facts: ServiceFacts
) -> GarageService:
    await hold_garage(work, by=by, garage_id=garage_id)
    service = await read_service(work, garage_id=garage_id, service_id=service_id)
    _describe(service, facts)
    service.version += 1
    service.updated_at = work.now
    return service


async def remove_service(
    work: Work, *, by: Acting, garage_id: UUID, service_id: UUID, reason: str | None = None
) -> None:
    """`reason`: why bookings ahead that are for it are called off. Raises BookingsAhead."""
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    service = await read_service(work, garage_id=garage_id, service_id=service_id)
    ahead = await ahead_with_service(work, garage, service.id)
    turn_away(work, ahead, cause=Cause.SERVICE, reason=reason)
    await work.garage_services.remove(service)


def _describe(service: GarageService, facts: ServiceFacts) -> None:
    said: dict[str, Any] = {**facts}
    said.pop("id", None)
    if "price" in said:
        price: Money | None = said.pop("price")
        service.price_minor = price.amount_minor if price else None
        service.currency = price.currency if price else None
    for name, value in said.items():
        setattr(service, name, value)
