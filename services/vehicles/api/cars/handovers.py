from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.vehicles.api.cars.invitations import ANSWERS, Email, Token
from services.vehicles.api.cars.vehicles import VehicleOut
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.errors.cars import AlreadyMember, HandoverOpen, VinExists
from services.vehicles.storage.cars.models import Handover, PastVehicle
from services.vehicles.usecases.cars.handovers import (
    Offer,
    accept_handover,
    decline_handover,
    offer_vehicle,
    read_handover,
    read_past_vehicle,
    remove_past_vehicle,
    withdraw_handover,
)
from shared.contracts.features import Limit
from shared.errors import NotFound, QuotaExceeded, RoleInsufficient
from shared.http.access import personally
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["sharing"])


class HandoverIn(RequestModel):
    email: Email
    include_costs: bool = False
    include_documents: bool = False


class TokenIn(RequestModel):
    token: Token


class HandoverOut(AnswerModel):
    id: UUID
    vehicle: UUID
    email: str | None
    include_costs: bool
    include_documents: bool
    created_at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, handover: Handover) -> Self:
        return cls(
            id=handover.id,
            vehicle=handover.vehicle_id,
            email=handover.email,
            include_costs=handover.include_costs,
            include_documents=handover.include_documents,
            created_at=handover.created_at,
            expires_at=handover.expires_at,
        )


class PastVehicleOut(AnswerModel):
    id: UUID
    vehicle: UUID
    """The id it had: somebody else's car now."""
    name: str
    handed_over_at: Moment

    @classmethod
    def of(cls, past: PastVehicle) -> Self:
        return cls(
            id=past.id,
            vehicle=past.vehicle_id,
            name=past.name,
            handed_over_at=past.handed_over_at,
        )


class PastVehicleWhole(PastVehicleOut):
    content: Annotated[
        dict[str, list[dict[str, Any]]],
        Field(
            description="Its rows by table, as they were at that moment: distances in metres, money in the currency's minor unit."
        ),
    ]

    @classmethod
    def whole(cls, past: PastVehicle) -> Self:
        return cls(**PastVehicleOut.of(past).model_dump(), content=past.content)


PastVehicles = Annotated[
    ListQuery,
    listed_by(
        {"handed_over_at": PastVehicle.handed_over_at, "name": PastVehicle.name},
        default="-handed_over_at",
        search=(PastVehicle.name,),
    ),
]


@router.get("/vehicles/past")
async def list_past_vehicles(
    work: InWork, caller: CurrentCaller, listing: PastVehicles
) -> Page[PastVehicleOut]:
    """Cars handed over to others: what is kept of them is the giver's, and frozen."""
    mine = work.past_vehicles.seen_by(caller.access)
    return await listing.page(work.session, mine, into=PastVehicleOut.of)


@router.get("/vehicles/past/{past_id}", responses=problems(NotFound))
async def get_past_vehicle(past_id: UUID, work: InWork, caller: CurrentCaller) -> PastVehicleWhole:
    past = await read_past_vehicle(work, access=caller.access, past_id=past_id)
    return PastVehicleWhole.whole(past)


@router.delete("/vehicles/past/{past_id}", status_code=204, responses=problems(NotFound))
async def delete_past_vehicle(past_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_past_vehicle(work, access=caller.access, past_id=past_id)


@router.get(
    "/vehicles/{vehicle_id}/handover",
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def get_handover(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> HandoverOut:
    """The offer that waits for an answer."""
    return HandoverOut.of(await read_handover(work, access=caller.access, vehicle_id=vehicle_id))


@router.post(
    "/vehicles/{vehicle_id}/handover",
    status_code=201,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient, HandoverOpen),
)
async def create_handover(
    vehicle_id: UUID, body: HandoverIn, work: InWork, caller: CurrentCaller, response: Response
) -> HandoverOut:
    """A mail goes to the address; the answer is the same whether it has an account or not. Fourteen days, withdrawn by DELETE.

    Whoever accepts has the car with its history, and its costs and documents as far as they are included. What was shared is shared
    no more, reminders end, and the giver keeps a copy of what was until then.
    """
    handover = await offer_vehicle(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        offer=Offer(body.email, body.include_costs, body.include_documents),
        language=speaks(caller),
    )
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/handover"
    return HandoverOut.of(handover)


@router.delete(
    "/vehicles/{vehicle_id}/handover",
    status_code=204,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def delete_handover(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await withdraw_handover(work, access=caller.access, vehicle_id=vehicle_id)


@router.post(
    "/handovers/accept",
    openapi_extra=personally(quota=Limit.VEHICLES),
    responses=ANSWERS | problems(QuotaExceeded, VinExists, AlreadyMember),
)
async def accept_a_handover(body: TokenIn, work: InWork, caller: CurrentCaller) -> VehicleOut:
    """The car is the caller's from now on, and counts in their plan."""
    vehicle = await accept_handover(
        work, access=caller.access, token=body.token, quota=caller.limit(Limit.VEHICLES)
    )
    return VehicleOut.of(vehicle, caller.access)


@router.post("/handovers/decline", status_code=204, openapi_extra=personally(), responses=ANSWERS)
async def decline_a_handover(body: TokenIn, work: InWork, caller: CurrentCaller) -> None:
    await decline_handover(work, access=caller.access, token=body.token)
