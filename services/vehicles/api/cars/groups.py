from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.vehicles.api.dependencies import InWork, Named, chosen_id
from services.vehicles.errors.cars import NameTaken
from services.vehicles.storage.cars.models import VehicleGroup
from services.vehicles.usecases.cars.groups import add_group, remove_group, rename_group
from services.vehicles.usecases.client_ids import add_once
from shared.errors import IdTaken, NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Line, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/vehicle-groups", tags=["vehicles"])


class GroupIn(RequestModel):
    name: Line


class NewGroup(Named, GroupIn):
    """Under an id of the client's choice if it likes."""


class GroupOut(AnswerModel):
    id: UUID
    name: str


Groups = Annotated[
    ListQuery, listed_by({"name": VehicleGroup.name}, default="name", search=(VehicleGroup.name,))
]


@router.get("")
async def list_groups(work: InWork, caller: CurrentCaller, listing: Groups) -> Page[GroupOut]:
    groups = work.groups.seen_by(caller.access)
    return await listing.page(work.session, groups, into=GroupOut.model_validate)


@router.post("", status_code=201, responses=problems(NameTaken, IdTaken))
async def create_group(
    body: NewGroup, work: InWork, caller: CurrentCaller, response: Response
) -> GroupOut:
    group = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_group(work, access=caller.access, name=body.name, group_id=id_),
        again=lambda id_: work.groups.one_seen(caller.access, id_),
    )
    response.headers["Location"] = f"/api/vehicle-groups/{group.id}"
    return GroupOut.model_validate(group)


@router.get("/{group_id}", responses=problems(NotFound))
async def get_group(group_id: UUID, work: InWork, caller: CurrentCaller) -> GroupOut:
    return GroupOut.model_validate(await work.groups.one_seen(caller.access, group_id))


@router.put("/{group_id}", responses=problems(NotFound, NameTaken))
async def replace_group(
    group_id: UUID, body: GroupIn, work: InWork, caller: CurrentCaller
) -> GroupOut:
    group = await rename_group(work, access=caller.access, group_id=group_id, name=body.name)
    return GroupOut.model_validate(group)


@router.delete("/{group_id}", status_code=204, responses=problems(NotFound))
async def delete_group(group_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Its cars stay, in no group."""
    await remove_group(work, access=caller.access, group_id=group_id)
