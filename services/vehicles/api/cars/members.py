from typing import Annotated, Self, cast
from uuid import UUID

from pydantic import Field

from services.vehicles.api.dependencies import InWork, chosen
from services.vehicles.domain.cars.roles import Role
from services.vehicles.errors.cars import OwnerStays, RoleNotGiven
from services.vehicles.usecases.cars.members import (
    MemberFacts,
    Person,
    edit_member,
    leave_vehicle,
    read_members,
    remove_member,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.access import personally
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel, every_member_optional
from shared.http.router import Router

router = Router(prefix="/api/vehicles/{vehicle_id}", tags=["sharing"])

GivenRole = Annotated[Role, chosen(Role), Field(examples=["editor"])]
"""`owner` is nobody's to give: a car is handed over."""


def given(role: Role) -> Role:
    if role is Role.OWNER:
        raise RoleNotGiven(pointer="/role")
    return role


class MembershipFacts(RequestModel):
    role: GivenRole
    documents_visible: bool = False
    """What a viewer may see beside the history."""
    costs_visible: bool = False


@every_member_optional
class MemberEdit(MembershipFacts):
    """What is left out stays as it is."""


class MemberOut(AnswerModel):
    person: UUID
    name: str | None
    """As far as their address is verified."""
    role: Role
    documents_visible: bool
    costs_visible: bool
    since: Moment
    is_you: bool

    @classmethod
    def of(cls, person: Person) -> Self:
        standing = person.standing
        return cls(
            person=person.person,
            name=person.name,
            role=standing.role,
            documents_visible=standing.documents_visible,
            costs_visible=standing.costs_visible,
            since=person.since,
            is_you=person.is_caller,
        )


@router.get("/members", responses=problems(NotFound))
async def list_members(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> list[MemberOut]:
    """The owner first. Whoever may not manage members sees the owner and themselves."""
    people = await read_members(work, access=caller.access, vehicle_id=vehicle_id)
    return [MemberOut.of(person) for person in people]


@router.patch(
    "/members/{person_id}",
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient, RoleNotGiven),
)
async def change_member(
    vehicle_id: UUID, person_id: UUID, body: MemberEdit, work: InWork, caller: CurrentCaller
) -> MemberOut:
    """A manager changes editors, drivers and viewers, and makes nobody a manager."""
    said = {name: getattr(body, name) for name in body.model_fields_set}
    if "role" in said:
        given(said["role"])
    person = await edit_member(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        person_id=person_id,
        facts=cast("MemberFacts", said),  # the names are those of the model above
    )
    return MemberOut.of(person)


@router.delete(
    "/members/{person_id}", status_code=204, responses=problems(NotFound, RoleInsufficient)
)
async def delete_member(
    vehicle_id: UUID, person_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """What they recorded stays, without their name; their private notes go. One's own id is leaving."""
    await remove_member(work, access=caller.access, vehicle_id=vehicle_id, person_id=person_id)


@router.post("/leave", status_code=204, responses=problems(NotFound, OwnerStays))
async def leave(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """What was recorded stays with the car, without one's name; private notes go."""
    await leave_vehicle(work, access=caller.access, vehicle_id=vehicle_id)
