from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import EmailStr, Field, StringConstraints

from services.vehicles.api.cars.members import MembershipFacts, given
from services.vehicles.api.cars.vehicles import VehicleOut
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.cars.roles import Role, Standing
from services.vehicles.errors.cars import (
    AddressDiffers,
    AddressUnproven,
    AlreadyMember,
    InvitedJustNow,
    MembersFull,
    OfferGone,
    OfferSettled,
    RoleNotGiven,
    TokenOrInvitation,
)
from services.vehicles.storage.cars.models import Invitation
from services.vehicles.usecases.cars.invitations import (
    Answering,
    Waiting,
    accept_invitation,
    decline_invitation,
    invite,
    read_invitations,
    read_my_invitations,
    withdraw_invitation,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.access import personally
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, Moment, RequestModel
from shared.http.router import Router

router = Router(prefix="/api", tags=["sharing"])

Email = Annotated[EmailStr, StringConstraints(max_length=254), Field(examples=["lea@example.org"])]
Token = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$"),
    Field(examples=["3q2-7wAAAEr5c2xHj9Yw0bq1dVtqk3mN8pZsL0uGf4o"]),
]
ANSWERS = problems(
    NotFound, TokenOrInvitation, OfferGone, OfferSettled, AddressUnproven, AddressDiffers
)


class InvitationIn(MembershipFacts):
    email: Email


class InvitationAnswer(RequestModel):
    """The token of the mail, or the id as `GET invitations/mine` gives it: one of the two."""

    token: Token | None = None
    invitation: Identifier | None = None

    def answering(self) -> Answering:
        if (self.token is None) is (self.invitation is None):
            raise TokenOrInvitation(pointer="/token")
        return Answering(self.token, self.invitation)


class InvitationOut(AnswerModel):
    id: UUID
    vehicle: UUID
    email: str | None
    role: Role
    documents_visible: bool
    costs_visible: bool
    created_at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        return cls(
            id=invitation.id,
            vehicle=invitation.vehicle_id,
            email=invitation.email,
            role=Role(invitation.role),
            documents_visible=invitation.documents_visible,
            costs_visible=invitation.costs_visible,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )


class MyInvitation(AnswerModel):
    id: UUID
    vehicle_name: str
    invited_by: str | None
    role: Role
    documents_visible: bool
    costs_visible: bool
    expires_at: Moment

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        invitation = waiting.invitation
        return cls(
            id=invitation.id,
            vehicle_name=waiting.vehicle_name,
            invited_by=waiting.inviter_name,
            role=Role(invitation.role),
            documents_visible=invitation.documents_visible,
            costs_visible=invitation.costs_visible,
            expires_at=invitation.expires_at,
        )


@router.get("/vehicles/{vehicle_id}/invitations", responses=problems(NotFound, RoleInsufficient))
async def list_invitations(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller
) -> list[InvitationOut]:
    """Those that wait for an answer."""
    found = await read_invitations(work, access=caller.access, vehicle_id=vehicle_id)
    return [InvitationOut.of(invitation) for invitation in found]


@router.post(
    "/vehicles/{vehicle_id}/invitations",
    status_code=201,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient, RoleNotGiven, MembersFull, InvitedJustNow),
)
async def create_invitation(
    vehicle_id: UUID, body: InvitationIn, work: InWork, caller: CurrentCaller, response: Response
) -> InvitationOut:
    """A mail goes to the address; the answer is the same whether it has an account or not. Asking again ends the token sent before.

    Seven days, once, and only for an account that has proven this address.
    """
    invitation = await invite(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        email=body.email,
        standing=Standing(given(body.role), body.documents_visible, body.costs_visible),
        language=speaks(caller),
    )
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/invitations/{invitation.id}"
    return InvitationOut.of(invitation)


@router.delete(
    "/vehicles/{vehicle_id}/invitations/{invitation_id}",
    status_code=204,
    responses=problems(NotFound, RoleInsufficient, OfferGone, OfferSettled),
)
async def delete_invitation(
    vehicle_id: UUID, invitation_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    await withdraw_invitation(
        work, access=caller.access, vehicle_id=vehicle_id, invitation_id=invitation_id
    )


@router.get("/invitations/mine")
async def list_my_invitations(work: InWork, caller: CurrentCaller) -> list[MyInvitation]:
    """What waits for the address this account has proven."""
    found = await read_my_invitations(work, access=caller.access)
    return [MyInvitation.of(waiting) for waiting in found]


@router.post("/invitations/accept", responses=ANSWERS | problems(AlreadyMember, MembersFull))
async def accept_an_invitation(
    body: InvitationAnswer, work: InWork, caller: CurrentCaller
) -> VehicleOut:
    """The car, in the role one has to it from now on."""
    vehicle, _ = await accept_invitation(work, access=caller.access, answering=body.answering())
    return VehicleOut.of(vehicle, caller.access)


@router.post("/invitations/decline", status_code=204, responses=ANSWERS)
async def decline_an_invitation(
    body: InvitationAnswer, work: InWork, caller: CurrentCaller
) -> None:
    await decline_invitation(work, access=caller.access, answering=body.answering())
