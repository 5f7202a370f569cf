from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import (
    CarDay,
    Currency,
    Distance,
    InWork,
    Number,
    Price,
    TimeOfDay,
    UnitPrice,
    chosen,
)
from services.vehicles.api.running.describing import AnEnergy, AUnit, facts_of
from services.vehicles.domain.cars.energies import Energy, energies_of
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.guests import GuestAct, LinkState
from services.vehicles.domain.moving.qr import qr_of
from services.vehicles.errors.cars import MeterMissing
from services.vehicles.errors.moving_out import (
    GuestDayWrong,
    GuestMayNot,
    GuestTooOften,
    LinkDayWrong,
    LinkDead,
    LinksFull,
)
from services.vehicles.errors.running import (
    CurrencyDiffers,
    EnergyMissing,
    FillIncomplete,
    UnitUnfit,
)
from services.vehicles.storage.moving.guests import GuestLink
from services.vehicles.usecases.moving.guests import (
    Door,
    Invited,
    enter_fill,
    enter_reading,
    give_link,
    look_in,
    read_links,
    revoke_link,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.access import personally, public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day, Line, Moment, RequestModel
from shared.http.router import Router

router = Router(prefix="/api", tags=["guests"])
Act = Annotated[GuestAct, chosen(GuestAct)]
Token = Annotated[str, Field(max_length=200, pattern=r"^[\w-]+$", examples=["p0XkW3vT9rB2"])]
DEAD = problems(LinkDead, GuestMayNot, GuestTooOften, GuestDayWrong)


class NewGuestLink(RequestModel):
    label: Line
    """What the history calls whoever uses it: "Loueur", "Garage du Parc"."""
    allows: Annotated[list[Act], Field(min_length=1, max_length=5)] = Field(
        default_factory=lambda: list(GuestAct)
    )
    until: Day
    """The last of the car's days on which it works; a year from now at the latest."""


class GuestLinkOut(MadeOut):
    id: UUID
    vehicle: UUID
    label: str
    allows: list[GuestAct]
    until: date
    state: LinkState
    used: int
    used_at: Moment | None
    created_at: Moment

    @classmethod
    def facts(cls, link: GuestLink, state: LinkState) -> dict[str, Any]:
        return {
            "id": link.id,
            "vehicle": link.vehicle_id,
            "label": link.label,
            "allows": [GuestAct(act) for act in link.allows],
            "until": link.until,
            "state": state,
            "used": link.used,
            "used_at": link.used_at,
            "created_at": link.created_at,
        }

    @classmethod
    def of(cls, link: GuestLink, state: LinkState) -> Self:
        return cls(**cls.facts(link, state)).about(link)


class GivenLinkOut(GuestLinkOut):
    """Shown once: whoever has the address may use it."""

    url: str
    qr_svg: str
    """The same, to be printed."""


class GuestLinksOut(AnswerModel):
    results: list[GuestLinkOut]


@router.post(
    "/vehicles/{vehicle_id}/guest-links",
    status_code=201,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient, LinkDayWrong, LinksFull),
)
async def create_guest_link(
    vehicle_id: UUID, body: NewGuestLink, work: InWork, caller: CurrentCaller, response: Response
) -> GivenLinkOut:
    """Lets somebody without an account write down a reading or a fill for this car, until a day."""
    invited = Invited(body.label, body.allows, body.until)
    link, token = await give_link(
        work, access=caller.access, vehicle_id=vehicle_id, invited=invited
    )
    url = f"{work.settings.public_url.rstrip('/')}/guest?token={token}"
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/guest-links"
    facts = GuestLinkOut.facts(link, LinkState.OPEN)
    given = GivenLinkOut(**facts, url=url, qr_svg=qr_of(url)).about(link)
    return await shown(work, caller.access, given)


@router.get(
    "/vehicles/{vehicle_id}/guest-links",
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def list_guest_links(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> GuestLinksOut:
    """All there are, the latest first; those that have ended name what was written down by them."""
    links = await read_links(work, access=caller.access, vehicle_id=vehicle_id)
    answer = GuestLinksOut(results=[GuestLinkOut.of(link, state) for link, state in links])
    return await shown(work, caller.access, answer)


@router.delete(
    "/vehicles/{vehicle_id}/guest-links/{link_id}",
    status_code=204,
    openapi_extra=personally(),
    responses=problems(NotFound, RoleInsufficient),
)
async def delete_guest_link(
    vehicle_id: UUID, link_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """It opens nothing any more; what was written down by it stays."""
    await revoke_link(work, access=caller.access, vehicle_id=vehicle_id, link_id=link_id)


class GuestOut(AnswerModel):
    """All that a guest learns of a car."""

    car: str
    label: str
    allows: list[GuestAct]
    until: date
    distance_unit: DistanceUnit
    energies: list[Energy]


@router.get("/guest", openapi_extra=public(), responses=problems(LinkDead))
async def look_as_guest(
    work: InWork, response: Response, token: Annotated[Token, Query()]
) -> GuestOut:
    """What the link is for: the token in it is the key."""
    response.headers["Cache-Control"] = "no-store"
    door = await look_in(work, token=token)
    return GuestOut(
        car=door.vehicle.name,
        label=door.link.label,
        allows=[GuestAct(act) for act in door.link.allows],
        until=door.link.until,
        distance_unit=DistanceUnit(door.vehicle.distance_unit),
        energies=list(energies_of(door.vehicle.energies, door.vehicle.fuel_type)),
    )


class GuestReading(RequestModel):
    token: Token
    mileage: Distance
    """In the car's own unit."""
    day: CarDay | None = None
    """Today when left out; a week ago at the earliest."""
    time: TimeOfDay | None = None


class GuestFill(RequestModel):
    """Of quantity, unit price and total two are enough."""

    token: Token
    mileage: Distance | None = None
    day: CarDay | None = None
    time: TimeOfDay | None = None
    energy: AnEnergy | None = None
    quantity: Number | None = None
    unit: AUnit | None = None
    unit_price: UnitPrice | None = None
    total: Price | None = None
    currency: Currency | None = None
    full: bool = True
    station: Line | None = None


class WrittenOut(AnswerModel):
    """It is in the car's history, under the name of the link."""

    car: str
    label: str

    @classmethod
    def of(cls, door: Door) -> Self:
        return cls(car=door.vehicle.name, label=door.link.label)


@router.post(
    "/guest/readings",
    status_code=201,
    openapi_extra=public(),
    responses=DEAD | problems(MeterMissing),
)
async def create_guest_reading(body: GuestReading, work: InWork) -> WrittenOut:
    """Judged as anybody's reading is: what contradicts the others is doubted, and its owner decides."""
    door = await enter_reading(
        work, token=body.token, mileage=body.mileage, day=body.day, at=body.time
    )
    return WrittenOut.of(door)


@router.post(
    "/guest/fills",
    status_code=201,
    openapi_extra=public(),
    responses=DEAD
    | problems(MeterMissing, FillIncomplete, EnergyMissing, UnitUnfit, CurrencyDiffers),
)
async def create_guest_fill(body: GuestFill, work: InWork) -> WrittenOut:
    names = set(GuestFill.model_fields) - {"token", "day"}
    facts = facts_of(body, names)
    return WrittenOut.of(await enter_fill(work, token=body.token, day=body.day, facts=facts))
