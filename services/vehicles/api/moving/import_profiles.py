from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field, StringConstraints, model_validator

from services.vehicles.api.dependencies import InWork, Named, chosen, chosen_id
from services.vehicles.domain.moving.columns import NEEDED
from services.vehicles.domain.moving.recognising import Column, MappedKind
from services.vehicles.errors.cars import NameTaken
from services.vehicles.storage.moving.models import ImportProfile
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.moving.import_profiles import (
    add_profile,
    edit_profile,
    remove_profile,
)
from shared.errors import IdTaken, NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    ONE_LINE,
    AnswerModel,
    Line,
    Moment,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/import-profiles", tags=["imports"])
Heading = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]


class MappingIn(RequestModel):
    """What the columns of a table hold that no reader knows."""

    kind: Annotated[MappedKind, chosen(MappedKind)]
    columns: Annotated[
        dict[Annotated[Column, Field(strict=False)], Heading],
        Field(
            min_length=1,
            max_length=len(Column),
            examples=[{"date": "Datum", "odometer": "km", "quantity": "Liter", "total": "Betrag"}],
        ),
    ]
    """By what it holds, the heading of the column as it stands in the file, or `#3` for the third."""

    @model_validator(mode="after")
    def _has_what_is_needed(self) -> Self:
        missing = [need for need in NEEDED[self.kind] if need not in self.columns]
        if missing:
            raise ValueError(f"a column is needed for: {', '.join(missing)}")
        return self

    def plain(self) -> dict[str, Any]:
        columns = {column.value: heading for column, heading in self.columns.items()}
        return {"kind": self.kind.value, "columns": columns}


class MappingOut(AnswerModel):
    kind: MappedKind
    columns: dict[Column, str]


class ProfileIn(RequestModel):
    name: Line
    mapping: MappingIn


class NewProfile(Named, ProfileIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class ProfileEdit(ProfileIn):
    """What is left out stays as it is."""


class ProfileOut(AnswerModel):
    id: UUID
    name: str
    mapping: MappingOut
    created_at: Moment
    updated_at: Moment


Profiles = Annotated[
    ListQuery,
    listed_by(
        {"name": ImportProfile.name, "created_at": ImportProfile.created_at},
        default="name",
        search=(ImportProfile.name,),
    ),
]


@router.get("")
async def list_profiles(work: InWork, caller: CurrentCaller, listing: Profiles) -> Page[ProfileOut]:
    """How the caller reads tables that no reader knows."""
    found = work.import_profiles.seen_by(caller.access)
    return await listing.page(work.session, found, into=ProfileOut.model_validate)


@router.post("", status_code=201, responses=problems(NameTaken, IdTaken))
async def create_profile(
    body: NewProfile, work: InWork, caller: CurrentCaller, response: Response
) -> ProfileOut:
    profile = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_profile(
            work,
            access=caller.access,
            name=body.name,
            mapping=body.mapping.plain(),
            profile_id=id_,
        ),
        again=lambda id_: work.import_profiles.one_seen(caller.access, id_),
    )
    response.headers["Location"] = f"/api/import-profiles/{profile.id}"
    return ProfileOut.model_validate(profile)


@router.get("/{profile_id}", responses=problems(NotFound))
async def get_profile(profile_id: UUID, work: InWork, caller: CurrentCaller) -> ProfileOut:
    return ProfileOut.model_validate(await work.import_profiles.one_seen(caller.access, profile_id))


@router.put("/{profile_id}", responses=problems(NotFound, NameTaken))
async def replace_profile(
    profile_id: UUID, body: ProfileIn, work: InWork, caller: CurrentCaller
) -> ProfileOut:
    profile = await edit_profile(
        work,
        access=caller.access,
        profile_id=profile_id,
        name=body.name,
        mapping=body.mapping.plain(),
    )
    return ProfileOut.model_validate(profile)


@router.patch("/{profile_id}", responses=problems(NotFound, NameTaken))
async def change_profile(
    profile_id: UUID, body: ProfileEdit, work: InWork, caller: CurrentCaller
) -> ProfileOut:
    said = body.model_fields_set
    profile = await edit_profile(
        work,
        access=caller.access,
        profile_id=profile_id,
        name=body.name if "name" in said else None,
        mapping=body.mapping.plain() if "mapping" in said else None,
    )
    return ProfileOut.model_validate(profile)


@router.delete("/{profile_id}", status_code=204, responses=problems(NotFound))
async def delete_profile(profile_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_profile(work, access=caller.access, profile_id=profile_id)
