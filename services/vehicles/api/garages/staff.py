from typing import Self
from uuid import UUID

from fastapi import Response

from services.vehicles.api.cars.invitations import Email, Token
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.api.garages.garages import GarageOut, acting
from services.vehicles.errors.cars import (
    AddressDiffers,
    AddressUnproven,
    InvitedJustNow,
    OfferGone,
)
from services.vehicles.errors.garages import AlreadyStaff, GarageFull
from services.vehicles.usecases.garages.staff import (
    Colleague,
    accept_staff,
    hand_over_garage,
    invite_staff,
    read_staff,
    remove_staff,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.access import personally
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, Moment, RequestModel
from shared.http.pagination import Page
from shared.http.router import Router

router = Router(prefix="/api/garages", tags=["garages"])


class StaffIn(RequestModel):
    email: Email


class StaffToken(RequestModel):
    token: Token


class HeirIn(RequestModel):
    staff: Identifier


class StaffOut(AnswerModel):
    """Told to those who work there alone."""

    id: UUID
    name: str | None
    email: str | None
    """Until it is accepted."""
    joined_at: Moment | None
    expires_at: Moment | None
    """The invitation's."""

    @classmethod
    def of(cls, found: Colleague) -> Self:
        row = found.row
        return cls(
            id=row.id,
            name=found.name,
            email=row.email,
            joined_at=row.joined_at,
            expires_at=None if row.joined_at else row.expires_at,
        )


@router.post(
    "/staff/accept",
    openapi_extra=personally(),
    responses=problems(OfferGone, AddressUnproven, AddressDiffers, AlreadyStaff),
)
async def accept_to_work_there(body: StaffToken, work: InWork, caller: CurrentCaller) -> GarageOut:
    """With the token of the mail, by whoever has proven the address it is for."""
    return GarageOut.of(await accept_staff(work, access=caller.access, token=body.token))


@router.get("/{garage_id}/staff", responses=problems(NotFound, RoleInsufficient))
async def list_staff(garage_id: UUID, work: InWork, caller: CurrentCaller) -> Page[StaffOut]:
    """For those who work there; invitations that wait included."""
    found = await read_staff(work, by=acting(caller), garage_id=garage_id)
    results = [StaffOut.of(each) for each in found]
    return Page(count=len(results), next=None, previous=None, results=results)


@router.post(
    "/{garage_id}/staff",
    status_code=201,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient, InvitedJustNow, GarageFull),
)
async def invite_to_work_there(
    garage_id: UUID, body: StaffIn, work: InWork, caller: CurrentCaller, response: Response
) -> StaffOut:
    """A mail goes out; whether the address has an account is not told. By the owner."""
    row = await invite_staff(
        work, by=acting(caller), garage_id=garage_id, email=body.email, language=speaks(caller)
    )
    response.headers["Location"] = f"/api/garages/{garage_id}/staff"
    return StaffOut.of(Colleague(row, None))


@router.delete(
    "/{garage_id}/staff/{staff_id}",
    status_code=204,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def remove_from_staff(
    garage_id: UUID, staff_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """By the owner; anybody leaves by themselves."""
    await remove_staff(work, by=acting(caller), garage_id=garage_id, staff_id=staff_id)


@router.post(
    "/{garage_id}/hand_over",
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def hand_over_a_garage(
    garage_id: UUID, body: HeirIn, work: InWork, caller: CurrentCaller
) -> GarageOut:
    """To somebody of the staff, whose place the owner takes."""
    garage = await hand_over_garage(
        work, by=acting(caller), garage_id=garage_id, staff_id=body.staff
    )
    return GarageOut.of(garage)
