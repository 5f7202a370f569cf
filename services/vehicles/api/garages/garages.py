from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from services.vehicles.api.dependencies import InWork, Named, chosen, chosen_id, speaks
from services.vehicles.domain.garages.directory import SPECIALTIES, Specialty
from services.vehicles.domain.garages.places import Place, key_of
from services.vehicles.errors.garages import (
    EnteredTooMany,
    GarageExists,
    PlaceIncomplete,
    ZoneUnknown,
)
from services.vehicles.errors.garages_bookings import BookingsAhead
from services.vehicles.storage.garages.models import Garage
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.garages.garages import (
    GarageFacts,
    add_garage,
    edit_garage,
    remove_garage,
    reopen_garage,
)
from services.vehicles.usecases.garages.people import Acting, read_garage
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import ADMIN_ROLE, Caller, CurrentCaller
from shared.http.models import (
    NO_CONTROLS,
    AnswerModel,
    Line,
    Moment,
    Prose,
    RequestModel,
    ZoneName,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/garages", tags=["garages"])


def acting(caller: Caller) -> Acting:
    """An administrator is one in a session of their own: not with a key, and not in somebody's name."""
    is_admin = ADMIN_ROLE in caller.roles and caller.api_key is None and caller.actor is None
    return Acting(caller.access, is_admin)


WhyCancelled = Annotated[
    str | None,
    Query(
        max_length=300,
        pattern=NO_CONTROLS,
        description="Why bookings that no longer hold are cancelled: their customers are told it. Without, nobody is turned away (409).",
        examples=["Le garage est fermé cette semaine-là."],
    ),
]
PLACES = 7
"""Decimals of a degree: a centimetre."""


def _rounded(degrees: float) -> float:
    return round(degrees, PLACES)


Latitude = Annotated[
    float,
    Field(ge=-90, le=90, allow_inf_nan=False, examples=[48.8443]),
    AfterValidator(_rounded),
]
Longitude = Annotated[
    float,
    Field(ge=-180, le=180, allow_inf_nan=False, examples=[2.3744]),
    AfterValidator(_rounded),
]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["FR"])]
"""ISO 3166-1."""
PostalCode = Annotated[
    str, StringConstraints(max_length=12, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*$"),
    Field(examples=["75012"]),
]  # fmt: skip
Phone = Annotated[
    str,
    StringConstraints(pattern=r"^\+?[0-9][0-9 ().\-/]{4,24}$"),
    Field(examples=["+33 1 43 43 00 00"]),
]
PublishedEmail = Annotated[
    EmailStr, StringConstraints(max_length=254), Field(examples=["contact@garage.example"])
]
Website = Annotated[
    str,
    StringConstraints(max_length=300, pattern=r"^https?://[^\s<>\"\\\x00-\x1f\x7f]+$"),
    Field(examples=["https://garage.example"]),
]
SpecialtyWord = Annotated[Specialty, chosen(Specialty)]


class GarageIn(RequestModel):
    name: Line
    city: Line
    country: Country
    description: Prose | None = None
    street: Line | None = None
    postal_code: PostalCode | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    """With the latitude, or neither: without them nobody finds it nearby."""
    timezone: ZoneName | None = None
    """Left out, it is that of whoever enters it."""
    phone: Phone | None = None
    email: PublishedEmail | None = None
    """Published, as is the phone: by them it is proven whose it is."""
    website: Website | None = None
    specialties: Annotated[list[SpecialtyWord], Field(max_length=23)] = Field(default_factory=list)


class NewGarage(Named, GarageIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class GarageEdit(GarageIn):
    """What is left out stays as it is."""


class GarageOut(AnswerModel):
    id: UUID
    name: str
    description: str | None
    street: str | None
    postal_code: str | None
    city: str
    country: str
    latitude: float | None
    longitude: float | None
    timezone: str
    phone: str | None
    email: str | None
    website: str | None
    specialties: list[Specialty]
    is_claimed: bool
    """Whether somebody has proven that it is theirs."""
    takes_bookings: bool
    bays: int
    cancel_hours: int
    rating: float | None
    """The mean of all reviews that are shown, to two decimals."""
    review_count: int
    closed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, garage: Garage) -> Self:
        return cls(**_told(garage))


def _told(garage: Garage) -> dict[str, Any]:
    same = ("id", "name", "description", "street", "postal_code", "city", "country", "latitude")
    also = ("longitude", "timezone", "phone", "email", "website", "takes_bookings", "bays")
    rest = ("cancel_hours", "rating", "closed_at", "created_at", "updated_at")
    return {name: getattr(garage, name) for name in (*same, *also, *rest)} | {
        "specialties": [Specialty(word) for word in garage.specialties],
        "is_claimed": garage.owner_id is not None,
        "review_count": garage.rating_count,
    }


class SpecialtyOut(AnswerModel):
    id: Specialty
    name: str


def _facts(body: GarageIn, *, only_said: bool) -> GarageFacts:
    said: dict[str, Any] = {
        name: getattr(body, name)
        for name in GarageIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    if "latitude" in said or "longitude" in said:
        is_half = ("latitude" in said) is not ("longitude" in said)
        latitude, longitude = said.pop("latitude", None), said.pop("longitude", None)
        if is_half or (latitude is None) is not (longitude is None):
            raise PlaceIncomplete(pointer="/latitude" if latitude is None else "/longitude")
        said["place"] = None if latitude is None else Place(latitude, longitude)
    return cast("GarageFacts", said)  # the names are those of the models above


Garages = Annotated[
    ListQuery,
    listed_by(
        {"name": Garage.name, "created_at": Garage.created_at},
        default="name",
        search=(Garage.name, Garage.name_key, Garage.city, Garage.city_key, Garage.postal_code),
    ),
]
CountryFilter = Annotated[str | None, Query(pattern="^[A-Z]{2}$", description="ISO 3166-1.")]
CityFilter = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
SpecialtyFilter = Annotated[Specialty | None, Query()]
REFUSALS = problems(NotFound, RoleInsufficient, GarageExists, ZoneUnknown, PlaceIncomplete)


@router.get("", openapi_extra=public())
async def list_garages(
    work: InWork,
    listing: Garages,
    *,
    city: CityFilter = None,
    postal_code: Annotated[str | None, Query(max_length=12, pattern=r"^[^\x00]*$")] = None,
    country: CountryFilter = None,
    specialty: SpecialtyFilter = None,
) -> Page[GarageOut]:
    """The directory, without what has closed."""
    statement = work.garages.listed(
        city=None if city is None else key_of(city),
        postal_code=postal_code,
        country=country,
        specialty=specialty,
    )
    return await listing.page(work.session, statement, into=GarageOut.of)


@router.get("/mine")
async def list_my_garages(work: InWork, caller: CurrentCaller, listing: Garages) -> Page[GarageOut]:
    """Those the caller works at, as owner or of the staff; the closed ones too."""
    statement = work.garages.of(caller.access)
    return await listing.page(work.session, statement, into=GarageOut.of)


@router.get("/specialties", openapi_extra=public())
async def list_specialties(caller: CurrentCaller) -> list[SpecialtyOut]:
    language = speaks(caller)
    return [SpecialtyOut(id=word, name=text.into(language)) for word, text in SPECIALTIES.items()]


@router.get("/by_specialty", openapi_extra=public())
async def list_garages_by_specialty(
    work: InWork,
    listing: Garages,
    specialty: Annotated[Specialty, Query()],
    country: CountryFilter = None,
    city: CityFilter = None,
) -> Page[GarageOut]:
    statement = work.garages.listed(
        city=None if city is None else key_of(city), country=country, specialty=specialty
    )
    return await listing.page(work.session, statement, into=GarageOut.of)


@router.get("/top_rated", openapi_extra=public())
async def list_top_rated_garages(
    work: InWork,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    country: CountryFilter = None,
    city: CityFilter = None,
) -> Page[GarageOut]:
    """From three reviews on, by the mean weighted with five reviews of the mean of all: a few good ones do not outrank many."""
    found = await work.garages.top_rated(
        limit=limit, country=country, city=None if city is None else key_of(city)
    )
    results = [GarageOut.of(each) for each in found]
    return Page(count=len(results), next=None, previous=None, results=results)


@router.post("", status_code=201, responses=REFUSALS | problems(IdTaken, EnteredTooMany))
async def create_garage(
    body: NewGarage, work: InWork, caller: CurrentCaller, response: Response
) -> GarageOut:
    """An unverified entry, which `claims` makes somebody's. One that is there (same country and name, less than 100 m away) is
    offered instead: 409 with `garages`.
    """
    facts = _facts(body, only_said=False)
    garage = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_garage(
            work, by=acting(caller), facts=GarageFacts(**facts, id=id_), zone=caller.zone
        ),
        again=lambda id_: read_garage(work, garage_id=id_),
    )
    response.headers["Location"] = f"/api/garages/{garage.id}"
    return GarageOut.of(garage)


@router.get("/{garage_id}", openapi_extra=public(), responses=problems(NotFound))
async def get_garage(garage_id: UUID, work: InWork) -> GarageOut:
    return GarageOut.of(await read_garage(work, garage_id=garage_id))


@router.put("/{garage_id}", responses=REFUSALS)
async def replace_garage(
    garage_id: UUID, body: GarageIn, work: InWork, caller: CurrentCaller
) -> GarageOut:
    facts = _facts(body, only_said=False)
    return GarageOut.of(
        await edit_garage(work, by=acting(caller), garage_id=garage_id, facts=facts)
    )


@router.patch("/{garage_id}", responses=REFUSALS)
async def change_garage(
    garage_id: UUID, body: GarageEdit, work: InWork, caller: CurrentCaller
) -> GarageOut:
    facts = _facts(body, only_said=True)
    return GarageOut.of(
        await edit_garage(work, by=acting(caller), garage_id=garage_id, facts=facts)
    )


@router.delete(
    "/{garage_id}",
    status_code=204,
    responses=problems(NotFound, RoleInsufficient, BookingsAhead),
)
async def delete_garage(
    garage_id: UUID, work: InWork, caller: CurrentCaller, reason: WhyCancelled = None
) -> None:
    """An entry nobody has claimed or reviewed goes; any other closes, and leaves the lists. Bookings ahead are cancelled, with a reason
    that their customers are told; without one, a garage that has some stays open.
    """
    await remove_garage(work, by=acting(caller), garage_id=garage_id, reason=reason)


@router.post("/{garage_id}/reopen", responses=problems(NotFound, RoleInsufficient))
async def reopen_a_garage(garage_id: UUID, work: InWork, caller: CurrentCaller) -> GarageOut:
    """In the lists again."""
    return GarageOut.of(await reopen_garage(work, by=acting(caller), garage_id=garage_id))
