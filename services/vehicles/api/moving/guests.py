from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.care.case_views import AdviceOut
from services.vehicles.api.dependencies import (
    CarDay,
    Currency,
    Distance,
    InWork,
    Named,
    Number,
    Price,
    TimeOfDay,
    UnitPrice,
    chosen,
    chosen_id,
    speaks,
)
from services.vehicles.api.running.describing import AnEnergy, AUnit, facts_of
from services.vehicles.domain.care.diagnostics import Severity
from services.vehicles.domain.cars.energies import Energy, QuantityUnit, energies_of
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
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
from services.vehicles.storage.running.models import Fill
from services.vehicles.usecases.care.case_views import CaseView
from services.vehicles.usecases.care.diagnostics import CaseFacts
from services.vehicles.usecases.moving.guests import (
    Door,
    Entry,
    Invited,
    enter_defect,
    enter_fill,
    enter_reading,
    give_link,
    look_in,
    read_links,
    revoke_link,
)
from services.vehicles.usecases.running.describing import paid_of, usual_unit
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.access import personally, public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day, Line, Moment, Prose, RequestModel
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api", tags=["guests"])
Act = Annotated[GuestAct, chosen(GuestAct)]
Token = Annotated[str, Field(max_length=200, pattern=r"^[\w-]+$", examples=["p0XkW3vT9rB2"])]
DEAD = problems(LinkDead, GuestMayNot, GuestTooOften, GuestDayWrong, IdTaken)


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
    """Lets somebody without an account write down a reading, a fill or a defect for this car, until a day."""
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


class GuestPump(AnswerModel):
    energy: Energy
    unit: QuantityUnit
    """In which it is counted when nobody says otherwise."""


class GuestOut(AnswerModel):
    """All that a guest learns of a car."""

    car: str
    label: str
    allows: list[GuestAct]
    until: date
    distance_unit: DistanceUnit
    energies: list[Energy]
    pumps: list[GuestPump]


@router.get("/guest", openapi_extra=public(), responses=problems(LinkDead))
async def look_as_guest(
    work: InWork, response: Response, token: Annotated[Token, Query()]
) -> GuestOut:
    """What the link is for: the token in it is the key."""
    response.headers["Cache-Control"] = "no-store"
    door = await look_in(work, token=token)
    energies = list(energies_of(door.vehicle.energies, door.vehicle.fuel_type))
    return GuestOut(
        car=door.vehicle.name,
        label=door.link.label,
        allows=[GuestAct(act) for act in door.link.allows],
        until=door.link.until,
        distance_unit=DistanceUnit(door.vehicle.distance_unit),
        energies=energies,
        pumps=[GuestPump(energy=each, unit=usual_unit(door.vehicle, each)) for each in energies],
    )


class GuestEntry(Named):
    """Under an id of the client's choice if it likes: a form sent twice writes one thing down."""

    token: Token
    day: CarDay | None = None
    """Today when left out; a week ago at the earliest."""

    def entry(self, act: GuestAct) -> Entry:
        return Entry(self.token, act, self.day, chosen_id(self))


class GuestReading(GuestEntry):
    mileage: Distance
    """In the car's own unit."""
    time: TimeOfDay | None = None


class GuestFill(GuestEntry):
    """Of quantity, unit price and total two are enough."""

    mileage: Distance | None = None
    time: TimeOfDay | None = None
    energy: AnEnergy | None = None
    quantity: Number | None = None
    unit: AUnit | None = None
    unit_price: UnitPrice | None = None
    total: Price | None = None
    currency: Currency | None = None
    full: bool = True
    station: Line | None = None


class GuestDefect(GuestEntry):
    title: Line = Field(examples=["Voyant moteur allumé"])
    description: Prose | None = None
    mileage: Distance | None = None
    severity: Annotated[Severity | None, chosen(Severity)] = None
    """What is shown is at least what the words say."""


class WrittenOut(AnswerModel):
    """It is in the car's history, under the name of the link: what was written down, and no more."""

    car: str
    label: str
    day: date
    mileage: int | None
    distance_unit: DistanceUnit

    @staticmethod
    def facts(door: Door, day: date, metres: int | None) -> dict[str, Any]:
        unit = DistanceUnit(door.vehicle.distance_unit)
        return {
            "car": door.vehicle.name,
            "label": door.link.label,
            "day": day,
            "mileage": in_unit(metres, unit),
            "distance_unit": unit,
        }


class FillWrittenOut(WrittenOut):
    energy: Energy
    quantity: str
    unit: QuantityUnit
    unit_price: str | None
    total: MoneyOut | None
    full: bool
    station: str | None

    @classmethod
    def of(cls, door: Door, fill: Fill) -> Self:
        paid = paid_of(fill)
        return cls(
            **cls.facts(door, fill.day, fill.odometer_metres),
            energy=Energy(fill.energy),
            quantity=f"{paid.quantity:f}",
            unit=QuantityUnit(fill.unit),
            unit_price=f"{paid.unit_price:f}" if paid.unit_price is not None else None,
            total=fill.total,
            full=fill.is_full,
            station=fill.station,
        )


class DefectWrittenOut(WrittenOut):
    title: str
    description: str | None
    severity: Severity
    """As it is taken: at least what words of danger say."""
    safety_advice: list[AdviceOut]
    """What to do at once, the gravest first."""

    @classmethod
    def of(cls, door: Door, view: CaseView, language: Language) -> Self:
        case = view.case
        return cls(
            **cls.facts(door, case.reported_on, case.odometer_metres),
            title=case.title,
            description=case.description,
            severity=Severity(case.severity),
            safety_advice=[AdviceOut.of(each, language) for each in view.found.advice(view.codes)],
        )


@router.post(
    "/guest/readings",
    status_code=201,
    openapi_extra=public(),
    responses=DEAD | problems(MeterMissing),
)
async def create_guest_reading(body: GuestReading, work: InWork) -> WrittenOut:
    """Judged as anybody's reading is: what contradicts the others is doubted, and its owner decides."""
    entry = body.entry(GuestAct.READING)
    door, reading = await enter_reading(work, entry, mileage=body.mileage, at=body.time)
    return WrittenOut(**WrittenOut.facts(door, reading.read_on, reading.metres))


@router.post(
    "/guest/fills",
    status_code=201,
    openapi_extra=public(),
    responses=DEAD
    | problems(MeterMissing, FillIncomplete, EnergyMissing, UnitUnfit, CurrencyDiffers),
)
async def create_guest_fill(body: GuestFill, work: InWork) -> FillWrittenOut:
    """Reckoned as anybody's fill is."""
    facts = facts_of(body, set(GuestFill.model_fields) - {"token", "day"})
    door, told = await enter_fill(work, body.entry(GuestAct.FILL), facts=facts)
    return FillWrittenOut.of(door, told.fill)


@router.post(
    "/guest/defects",
    status_code=201,
    openapi_extra=public(),
    responses=DEAD | problems(MeterMissing),
)
async def create_guest_defect(
    body: GuestDefect, work: InWork, caller: CurrentCaller
) -> DefectWrittenOut:
    """Opens a case under the name of the link. Words of danger raise its severity, and the answer says what to do at once; of one
    that cannot wait the owner is told.
    """
    facts = CaseFacts(
        title=body.title,
        description=body.description,
        distance=body.mileage,
        severity=body.severity,
    )
    door, view = await enter_defect(work, body.entry(GuestAct.DEFECT), facts=facts)
    return DefectWrittenOut.of(door, view, speaks(caller))
