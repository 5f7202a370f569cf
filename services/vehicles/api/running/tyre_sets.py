from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    Named,
    chosen,
    chosen_id,
)
from services.vehicles.domain.cars.units import DistanceUnit, from_metres, in_unit
from services.vehicles.domain.running.tyres import MOST_TYRES, Corner, Travelled
from services.vehicles.errors.running import (
    CornersWrong,
    SetMounted,
    SetNotMounted,
    TyreDayWrong,
)
from services.vehicles.storage.running.tyre_sets import TyreSet
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.running.tyre_sets import (
    Step,
    ToldSet,
    TyreFigures,
    TyreSetFacts,
    add_set,
    dismount_set,
    edit_set,
    measure_depth,
    mount_set,
    read_set,
    remove_depth,
    restore_set,
    rotate_set,
    tell_sets,
    trash_set,
    undo_mounting,
)
from services.vehicles.usecases.work import Work
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/tyre-sets", tags=["tyres"])


class Season(StrEnum):
    SUMMER = "summer"
    WINTER = "winter"
    ALL_SEASON = "all_season"


Dot = Annotated[str, Field(pattern=r"^[A-Z0-9 ]{4,17}$", examples=["3524"])]
"""Of the sidewall: week and year, or the whole code."""
Corners = Annotated[
    list[Annotated[Corner, chosen(Corner)]], Field(min_length=1, max_length=MOST_TYRES)
]
Tenths = Annotated[int, Field(ge=0, le=300, examples=[64])]
"""Tenths of a millimetre of tread."""


class TyreSetIn(RequestModel):
    vehicle: Identifier
    name: Line
    season: Annotated[Season, chosen(Season)] = Season.SUMMER
    tyres: Annotated[int, Field(ge=1, le=MOST_TYRES)] = 4
    """How many are mounted together; one for a single tyre."""
    brand: Line | None = None
    size: Annotated[Line, Field(max_length=40, examples=["205/55 R16 91V"])] | None = None
    dot: Dot | None = None
    bought_on: CarDay | None = None
    retired_on: CarDay | None = None
    note: Prose | None = None


class NewTyreSet(Named, TyreSetIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class TyreSetEdit(TyreSetIn):
    """What is left out stays as it is; a set stays with its car."""


class StepIn(RequestModel):
    """On a day, and what the odometer showed."""

    on: CarDay
    mileage: Distance

    def step(self) -> Step:
        return Step(self.on, self.mileage)


class MountIn(StepIn):
    corners: Corners | None = None
    """Of each tyre in turn; left out, as usual for so many. What is on one of them comes off with the same reading."""


class RotateIn(StepIn):
    corners: Corners


class DepthIn(StepIn):
    depths: Annotated[
        dict[Annotated[str, Field(pattern="^[1-8]$")], Tenths],
        Field(max_length=8, json_schema_extra={"additionalProperties": False}),
    ]
    """By the number of the tyre, from one."""


class AtOut(AnswerModel):
    """`counts`: the ledger believes the reading."""

    on: date
    mileage: int | None
    counts: bool


class MountingOut(AnswerModel):
    corners: list[Corner]
    mounted: AtOut
    dismounted: AtOut | None


class DepthOut(AnswerModel):
    id: UUID
    measured: AtOut
    depths: dict[str, int]


class DrivenOut(AnswerModel):
    distance: int
    at_least: bool
    """Some time on the car is not known: a reading is not believed."""

    @classmethod
    def of(cls, gone: Travelled, unit: DistanceUnit) -> Self:
        return cls(distance=from_metres(gone.metres, unit), at_least=gone.is_lower_bound)


class TyreOut(AnswerModel):
    """`wear` and `left` only from two depths or more that lie at least 3,000 km apart."""

    number: int
    corners: dict[str, DrivenOut]
    wear_per_10000_km: float | None
    """Tenths of a millimetre."""
    left: int | None
    """Until 1.6 mm, from the last measure, in the car's own unit."""

    @classmethod
    def of(cls, tyre: TyreFigures, unit: DistanceUnit) -> Self:
        wear = tyre.wear
        return cls(
            number=tyre.number,
            corners={corner: DrivenOut.of(gone, unit) for corner, gone in tyre.corners.items()},
            wear_per_10000_km=wear.tenths_per_ten_thousand_km if wear else None,
            left=from_metres(wear.left, unit) if wear else None,
        )


class TyreSetOut(MadeOut):
    id: UUID
    vehicle: UUID
    name: str
    season: Season
    tyres: int
    brand: str | None
    size: str | None
    dot: str | None
    bought_on: date | None
    retired_on: date | None
    note: str | None
    is_mounted: bool
    driven: DrivenOut
    distance_unit: DistanceUnit
    each: list[TyreOut]
    mountings: list[MountingOut]
    depths: list[DepthOut]
    trashed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, told: ToldSet) -> Self:
        row, unit = told.row, DistanceUnit(told.vehicle.distance_unit)

        def at(said: dict[str, Any]) -> AtOut:
            return AtOut(
                on=date.fromisoformat(said["day"]),
                mileage=in_unit(told.shown.get(said["reading"]), unit),
                counts=said["reading"] in told.believed,
            )

        return cls(
            id=row.id,
            vehicle=row.vehicle_id,
            name=row.name,
            season=Season(row.season),
            tyres=row.tyres,
            brand=row.brand,
            size=row.size,
            dot=row.dot,
            bought_on=row.bought_on,
            retired_on=row.retired_on,
            note=row.note,
            is_mounted=bool(row.mountings) and row.mountings[-1]["off"] is None,
            driven=DrivenOut.of(told.gone, unit),
            distance_unit=unit,
            each=[TyreOut.of(tyre, unit) for tyre in told.tyres],
            mountings=[
                MountingOut(
                    corners=each["corners"],
                    mounted=at(each["on"]),
                    dismounted=at(each["off"]) if each["off"] else None,
                )
                for each in row.mountings
            ],
            depths=[
                DepthOut(id=each["id"], measured=at(each), depths=each["tenths"])
                for each in row.depths
            ],
            trashed_at=row.trashed_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        ).about(row)


def _facts(body: TyreSetIn, *, only_said: bool) -> TyreSetFacts:
    said = {
        "vehicle_id" if name == "vehicle" else name: getattr(body, name)
        for name in TyreSetIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    return cast("TyreSetFacts", said)  # the names are those of the model above


async def _one(work: Work, caller: Caller, row: TyreSet) -> TyreSetOut:
    await work.flush()
    [told] = await tell_sets(work, access=caller.access, rows=[row])
    return await shown(work, caller.access, TyreSetOut.of(told), cars=[told.vehicle])


Sets = Annotated[
    ListQuery,
    listed_by(
        {"name": TyreSet.name, "created_at": TyreSet.created_at},
        default="-created_at",
        search=(TyreSet.name, TyreSet.brand, TyreSet.size, TyreSet.dot),
    ),
]
GONE = problems(NotFound, RoleInsufficient)
STEPS = GONE | problems(SetMounted, SetNotMounted, CornersWrong, TyreDayWrong)


@router.get("")
async def list_tyre_sets(
    work: InWork,
    caller: CurrentCaller,
    listing: Sets,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    trashed: Annotated[bool, Query(description="Those in the trash instead.")] = False,
) -> Page[TyreSetOut]:
    statement = work.tyre_sets.listed(caller.access, vehicle_id=vehicle_id, is_trashed=trashed)
    page: Page[TyreSet] = await listing.page(work.session, statement, into=lambda row: row)
    told = await tell_sets(work, access=caller.access, rows=page.results)
    answers = page.with_results([TyreSetOut.of(each) for each in told])
    return await shown(work, caller.access, answers, cars=[each.vehicle for each in told])


@router.post("", status_code=201, responses=GONE | problems(IdTaken))
async def create_tyre_set(
    body: NewTyreSet, work: InWork, caller: CurrentCaller, response: Response
) -> TyreSetOut:
    """Tyres that are mounted together, or a single one."""
    facts = _facts(body, only_said=False)
    row = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_set(work, access=caller.access, facts=TyreSetFacts(**facts, id=id_)),
        again=lambda id_: read_set(work, access=caller.access, set_id=id_),
    )
    response.headers["Location"] = f"/api/tyre-sets/{row.id}"
    return await _one(work, caller, row)


@router.get("/{set_id}", responses=GONE)
async def get_tyre_set(set_id: UUID, work: InWork, caller: CurrentCaller) -> TyreSetOut:
    return await _one(work, caller, await read_set(work, access=caller.access, set_id=set_id))


@router.patch("/{set_id}", responses=GONE | problems(CornersWrong))
async def change_tyre_set(
    set_id: UUID, body: TyreSetEdit, work: InWork, caller: CurrentCaller
) -> TyreSetOut:
    facts = _facts(body, only_said=True)
    return await _one(
        work, caller, await edit_set(work, access=caller.access, set_id=set_id, facts=facts)
    )


@router.delete("/{set_id}", status_code=204, responses=GONE)
async def delete_tyre_set(set_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash: `POST …/restore` takes it back for thirty days."""
    await trash_set(work, access=caller.access, set_id=set_id)


@router.post("/{set_id}/restore", responses=GONE)
async def restore_a_tyre_set(set_id: UUID, work: InWork, caller: CurrentCaller) -> TyreSetOut:
    """Out of the trash, as it was."""
    return await _one(work, caller, await restore_set(work, access=caller.access, set_id=set_id))


@router.post("/{set_id}/mount", responses=STEPS)
async def mount_tyres(
    set_id: UUID, body: MountIn, work: InWork, caller: CurrentCaller
) -> TyreSetOut:
    """On the car. The reading goes into the odometer's ledger; a set that was on these corners comes off with it."""
    row = await mount_set(
        work, access=caller.access, set_id=set_id, step=body.step(), corners=body.corners
    )
    return await _one(work, caller, row)


@router.post("/{set_id}/dismount", responses=STEPS)
async def dismount_tyres(
    set_id: UUID, body: StepIn, work: InWork, caller: CurrentCaller
) -> TyreSetOut:
    """Off the car. The reading goes into the odometer's ledger."""
    row = await dismount_set(work, access=caller.access, set_id=set_id, step=body.step())
    return await _one(work, caller, row)


@router.post("/{set_id}/rotate", responses=STEPS)
async def rotate_tyres(
    set_id: UUID, body: RotateIn, work: InWork, caller: CurrentCaller
) -> TyreSetOut:
    """Its tyres change places among themselves: `corners` says where each is from now on."""
    row = await rotate_set(
        work, access=caller.access, set_id=set_id, step=body.step(), corners=body.corners
    )
    return await _one(work, caller, row)


@router.post("/{set_id}/undo", responses=STEPS)
async def undo_tyre_step(set_id: UUID, work: InWork, caller: CurrentCaller) -> TyreSetOut:
    """Takes back the last mounting or dismounting, with its reading."""
    return await _one(work, caller, await undo_mounting(work, access=caller.access, set_id=set_id))


@router.post("/{set_id}/depths", responses=STEPS)
async def measure_tread(
    set_id: UUID, body: DepthIn, work: InWork, caller: CurrentCaller
) -> TyreSetOut:
    """Depths of the tread, in tenths of a millimetre, with what the odometer showed."""
    tenths = {int(number): depth for number, depth in body.depths.items()}
    row = await measure_depth(
        work, access=caller.access, set_id=set_id, step=body.step(), tenths=tenths
    )
    return await _one(work, caller, row)


@router.delete("/{set_id}/depths/{depth_id}", responses=GONE)
async def delete_tread_depth(
    set_id: UUID, depth_id: UUID, work: InWork, caller: CurrentCaller
) -> TyreSetOut:
    """Measured by mistake: with its reading."""
    row = await remove_depth(work, access=caller.access, set_id=set_id, depth_id=depth_id)
    return await _one(work, caller, row)
