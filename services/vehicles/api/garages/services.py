from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.vehicles.api.dependencies import (
    InWork,
    Named,
    Price,
    ServiceId,
    chosen_id,
)
from services.vehicles.api.garages.garages import SpecialtyWord, WhyCancelled, acting
from services.vehicles.domain.garages.directory import Specialty
from services.vehicles.errors.garages import GarageFull
from services.vehicles.errors.garages_bookings import BookingsAhead
from services.vehicles.storage.garages.models import GarageService
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.garages.people import read_garage
from services.vehicles.usecases.garages.services import (
    ServiceFacts,
    add_service,
    edit_service,
    read_service,
    remove_service,
)
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/garages/{garage_id}/services", tags=["garages"])

Minutes = Annotated[int, Field(ge=5, le=10_080, examples=[90])]
"""Of work; a week at most."""


class ServiceIn(RequestModel):
    name: Line
    category: SpecialtyWord
    minutes: Minutes
    price: Price | None = None
    """Left out: on request."""
    service_type: ServiceId | None = None
    description: Prose | None = None


class NewService(Named, ServiceIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class ServiceEdit(ServiceIn):
    """What is left out stays as it is."""


class ServiceOut(AnswerModel):
    id: UUID
    garage: UUID
    name: str
    category: Specialty
    minutes: int
    price: MoneyOut | None
    service_type: str | None
    description: str | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, service: GarageService) -> Self:
        return cls(
            id=service.id,
            garage=service.garage_id,
            name=service.name,
            category=Specialty(service.category),
            minutes=service.minutes,
            price=service.price,
            service_type=service.service_type,
            description=service.description,
            created_at=service.created_at,
            updated_at=service.updated_at,
        )


def _facts(body: ServiceIn, *, only_said: bool) -> ServiceFacts:
    said: dict[str, Any] = {
        name: getattr(body, name)
        for name in ServiceIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    if said.get("price") is not None:
        said["price"] = said["price"].money()
    return cast("ServiceFacts", said)  # the names are those of the models above


Services = Annotated[
    ListQuery,
    listed_by(
        {"name": GarageService.name, "minutes": GarageService.minutes},
        default="name",
        search=(GarageService.name, GarageService.description),
    ),
]
REFUSALS = problems(NotFound, RoleInsufficient)


@router.get("", openapi_extra=public(), responses=problems(NotFound))
async def list_garage_services(
    garage_id: UUID, work: InWork, listing: Services
) -> Page[ServiceOut]:
    await read_garage(work, garage_id=garage_id)
    statement = work.garage_services.of_garage(garage_id)
    return await listing.page(work.session, statement, into=ServiceOut.of)


@router.post("", status_code=201, responses=REFUSALS | problems(GarageFull, IdTaken))
async def create_garage_service(
    garage_id: UUID, body: NewService, work: InWork, caller: CurrentCaller, response: Response
) -> ServiceOut:
    facts = _facts(body, only_said=False)
    service = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, garage_id),
        make=lambda id_: add_service(
            work,
            by=acting(caller),
            garage_id=garage_id,
            facts=ServiceFacts(**facts, id=id_),
        ),
        again=lambda id_: read_service(work, garage_id=garage_id, service_id=id_),
    )
    response.headers["Location"] = f"/api/garages/{garage_id}/services/{service.id}"
    return ServiceOut.of(service)


@router.get("/{service_id}", openapi_extra=public(), responses=problems(NotFound))
async def get_garage_service(garage_id: UUID, service_id: UUID, work: InWork) -> ServiceOut:
    return ServiceOut.of(await read_service(work, garage_id=garage_id, service_id=service_id))


@router.put("/{service_id}", responses=REFUSALS)
async def replace_garage_service(
    garage_id: UUID, service_id: UUID, body: ServiceIn, work: InWork, caller: CurrentCaller
) -> ServiceOut:
    facts = _facts(body, only_said=False)
    service = await edit_service(
        work, by=acting(caller), garage_id=garage_id, service_id=service_id, facts=facts
    )
    return ServiceOut.of(service)


@router.patch("/{service_id}", responses=REFUSALS)
async def change_garage_service(
    garage_id: UUID, service_id: UUID, body: ServiceEdit, work: InWork, caller: CurrentCaller
) -> ServiceOut:
    facts = _facts(body, only_said=True)
    service = await edit_service(
        work, by=acting(caller), garage_id=garage_id, service_id=service_id, facts=facts
    )
    return ServiceOut.of(service)


@router.delete("/{service_id}", status_code=204, responses=REFUSALS | problems(BookingsAhead))
async def delete_garage_service(
    garage_id: UUID,
    service_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    reason: WhyCancelled = None,
) -> None:
    """Bookings ahead that are for it are cancelled, with a reason that their customers are told; without one it stays."""
    await remove_service(
        work, by=acting(caller), garage_id=garage_id, service_id=service_id, reason=reason
    )
