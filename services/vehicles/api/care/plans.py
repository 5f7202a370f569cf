from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, as_shown
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    Named,
    ServiceId,
    chosen,
    chosen_id,
    hours_of,
    minutes_of,
    speaks,
)
from services.vehicles.domain.care.beats import DueBy, PlanMode
from services.vehicles.domain.care.plans import Urgency
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, from_metres, in_unit, to_hours
from services.vehicles.errors.care import PlanExists, PlanWithoutInterval, UnknownService
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.plans import (
    PlanFacts,
    PlanView,
    add_plan,
    due_plans,
    edit_plan,
    read_plan,
    remove_plan,
    view_plans,
)
from services.vehicles.usecases.client_ids import add_once
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, Pages, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["maintenance plans"])

Months = Annotated[int, Field(ge=1, le=240, examples=[12])]
Every = Annotated[int, Field(ge=1, le=1_000_000, examples=[15000])]
LeadDays = Annotated[int, Field(ge=0, le=365, examples=[30])]
Lead = Annotated[int, Field(ge=0, le=20_000, examples=[1000])]
Mode = Annotated[PlanMode, chosen(PlanMode)]
EveryHours = Annotated[Hours, Field(gt=0)]


class LastDone(RequestModel):
    """When the work was done last, and what the meters showed, in the car's own unit."""

    on: CarDay
    odometer: Distance | None = None
    hours: Hours | None = None


class FirstDueIn(RequestModel):
    """Where it falls due for the first time, as the maker or its owner says; what is left out is counted from the start."""

    on: CarDay | None = None
    odometer: Distance | None = None
    hours: Hours | None = None


class PlanIn(Named):
    """`last_done` says when it was done last (or, as older clients do, `last_done_on` and `last_done_mileage`), else `first_due` when
    it falls due first; without either it is assumed done when the car was bought or first registered.
    """

    vehicle: Identifier
    service_type: ServiceId
    title: Line | None = None
    mode: Mode = PlanMode.FLOATING
    every_distance: Every | None = None
    every_months: Months | None = None
    every_hours: EveryHours | None = None
    lead_days: LeadDays | None = None
    lead_distance: Lead | None = None
    lead_hours: Hours | None = None
    last_done: LastDone | None = None
    last_done_on: CarDay | None = None
    last_done_mileage: Distance | None = None
    first_due: FirstDueIn | None = None
    active: bool = True


@every_member_optional
class PlanEdit(RequestModel):
    """What is left out stays as it is; a new rhythm or start begins a new cycle."""

    title: Line | None
    mode: Mode
    every_distance: Every | None
    every_months: Months | None
    every_hours: EveryHours | None
    lead_days: LeadDays
    lead_distance: Lead
    lead_hours: Hours
    last_done: LastDone | None
    last_done_on: CarDay | None
    last_done_mileage: Distance | None
    first_due: FirstDueIn | None
    active: bool


COLUMNS = {
    "last_done_on": "start_on",
    "last_done_mileage": "start_distance",
    "every_hours": "every_minutes",
    "lead_hours": "lead_minutes",
}
NESTED = {
    "last_done": {"on": "start_on", "odometer": "start_distance", "hours": "start_minutes"},
    "first_due": {
        "on": "first_due_on",
        "odometer": "first_due_distance",
        "hours": "first_due_minutes",
    },
}
NOT_FACTS = frozenset({"id", "vehicle", "template", "use", "confirmed", "plan", "completion"})


def facts_of(body: RequestModel, *, nulls_speak: bool = False) -> PlanFacts:
    """What was said; on creation a null says nothing."""
    said: dict[str, Any] = {}
    for name in body.model_fields_set - NOT_FACTS:
        value = getattr(body, name)
        if value is None and not nulls_speak:
            continue
        if name in NESTED:
            said |= {column: getattr(value, part, None) for part, column in NESTED[name].items()}
        else:
            said[COLUMNS.get(name, name)] = value
    for column, value in said.items():
        if isinstance(value, Decimal):
            said[column] = minutes_of(value)
    return cast("PlanFacts", said)  # the names are those of the models


class ForecastOut(AnswerModel):
    """The day it falls due: best guess and the range that holds it eight times in ten."""

    on: date | None
    earliest: date | None
    latest: date | None
    by: DueBy | None
    distance_per_day: float
    readings_weight: float
    """0: nothing known about this car, the average car speaks. Towards 1: its own ledger speaks."""


class FirstDueOut(AnswerModel):
    on: date | None
    odometer: int | None
    hours: str | None

    @classmethod
    def of(cls, plan: MaintenancePlan, vehicle: Vehicle) -> Self | None:
        unit = DistanceUnit(vehicle.distance_unit)
        said = (plan.first_due_on, plan.first_due_metres, plan.first_due_minutes)
        if said == (None, None, None):
            return None
        return cls(
            on=plan.first_due_on,
            odometer=in_unit(vehicle.shown(plan.first_due_metres), unit),
            hours=hours_of(plan.first_due_minutes),
        )


class PlanOut(MadeOut):
    id: UUID
    vehicle: UUID
    service_type: str
    title: str
    mode: PlanMode
    every_distance: int | None
    every_months: int | None
    every_hours: str | None
    distance_unit: DistanceUnit
    lead_days: int
    lead_distance: int
    lead_hours: str
    active: bool
    source: str | None
    """Where its intervals are from, when they are not its owner's: a version of the ready list, another car, a file."""
    start_on: date
    start_mileage: int | None
    start_hours: str | None
    start_is_assumed: bool
    """Nobody said when it was done last: any record, however old, replaces it."""
    first_due: FirstDueOut | None
    last_done_on: date | None
    last_done_mileage: int | None
    last_done_hours: str | None
    last_maintenance: UUID | None
    last_completion: UUID | None
    unmoved: list[DueBy]
    """The thresholds that the last work left where they were, because it came without their reading (or with one in doubt)."""
    due_on: date | None
    due_mileage: int | None
    due_hours: str | None
    days_left: int | None
    """To the forecast day; zero or less: overdue, by so many days where a date is."""
    distance_left: int | None
    hours_left: str | None
    remind_on: date | None
    paused_since: date | None
    urgency: Urgency
    forecast: ForecastOut
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, view: PlanView, language: Language) -> Self:
        plan, unit = view.plan, DistanceUnit(view.vehicle.distance_unit)
        name = service_name(plan.service_type)
        return cls(
            id=plan.id,
            vehicle=plan.vehicle_id,
            service_type=plan.service_type,
            title=plan.title or (name.into(language) if name else plan.service_type),
            mode=PlanMode(plan.mode),
            every_distance=in_unit(plan.every_metres, unit),
            every_months=plan.every_months,
            every_hours=hours_of(plan.every_minutes),
            distance_unit=unit,
            lead_days=plan.lead_days,
            lead_distance=from_metres(plan.lead_metres, unit),
            lead_hours=to_hours(plan.lead_minutes),
            active=plan.active,
            source=plan.source,
            **_start(view, unit),
            last_done_on=plan.last_done_on,
            last_done_mileage=in_unit(view.vehicle.shown(plan.last_done_metres), unit),
            last_done_hours=hours_of(plan.last_done_minutes),
            last_maintenance=plan.last_record_id,
            last_completion=plan.last_completion_id,
            **_due(view, unit),
            remind_on=plan.remind_on,
            paused_since=plan.paused_on,
            urgency=view.urgency,
            forecast=_forecast(view, unit),
            created_at=plan.created_at,
            updated_at=plan.updated_at,
        ).about(view.plan)


def _start(view: PlanView, unit: DistanceUnit) -> dict[str, Any]:
    plan = view.plan
    metres = plan.assumed_metres if plan.start_metres is None else plan.start_metres
    minutes = plan.assumed_minutes if plan.start_minutes is None else plan.start_minutes
    return {
        "start_on": plan.start_on,
        "start_mileage": in_unit(view.vehicle.shown(metres), unit),
        "start_hours": hours_of(minutes),
        "start_is_assumed": plan.start_is_assumed,
        "first_due": FirstDueOut.of(plan, view.vehicle),
    }


def _due(view: PlanView, unit: DistanceUnit) -> dict[str, Any]:
    return {
        "unmoved": sorted(view.due.unmoved),
        "due_on": view.due.on,
        "due_mileage": in_unit(view.vehicle.shown(view.due.metres), unit),
        "due_hours": hours_of(view.due.minutes),
        "days_left": view.days_left,
        "distance_left": in_unit(view.metres_left, unit),
        "hours_left": hours_of(view.minutes_left),
    }


def _forecast(view: PlanView, unit: DistanceUnit) -> ForecastOut:
    found = view.forecast
    return ForecastOut(
        on=found.range.on,
        earliest=found.range.earliest,
        latest=found.range.latest,
        by=found.by,
        distance_per_day=round(view.rate.metres_a_day / unit.metres, 1),
        readings_weight=round(view.rate.credibility, 2),
    )


Plans = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": MaintenancePlan.created_at,
            "due_on": MaintenancePlan.due_on,
            "forecast": MaintenancePlan.forecast_on,
        },
        default="forecast",
        search=(MaintenancePlan.title, MaintenancePlan.service_type),
    ),
]


async def plans_out(work: InWork, caller: Caller, views: Sequence[PlanView]) -> list[PlanOut]:
    told = [(view.plan, PlanOut.of(view, speaks(caller))) for view in views]
    return await as_shown(work, caller.access, told, cars=[view.vehicle for view in views])


async def plan_out(work: InWork, caller: Caller, view: PlanView) -> PlanOut:
    return (await plans_out(work, caller, [view]))[0]


@router.get("/maintenance-plans")
async def list_plans(
    work: InWork,
    caller: CurrentCaller,
    listing: Plans,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    active: Annotated[bool | None, Query()] = None,
) -> Page[PlanOut]:
    plans = work.plans.listed(caller.access, vehicle_id=vehicle_id, active=active)
    page: Page[Any] = await listing.page(work.session, plans, into=lambda plan: plan)
    told = await view_plans(work, access=caller.access, plans=page.results)
    return page.with_results(await plans_out(work, caller, told))


@router.post(
    "/maintenance-plans",
    status_code=201,
    responses=problems(NotFound, PlanExists, PlanWithoutInterval, UnknownService, IdTaken),
)
async def create_plan(
    body: PlanIn, work: InWork, caller: CurrentCaller, response: Response
) -> PlanOut:
    facts = facts_of(body)
    view = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_plan(
            work, access=caller.access, vehicle_id=body.vehicle, facts=facts, plan_id=id_
        ),
        again=lambda id_: read_plan(work, access=caller.access, plan_id=id_),
    )
    response.headers["Location"] = f"/api/maintenance-plans/{view.plan.id}"
    return await plan_out(work, caller, view)


@router.get("/maintenance-plans/due")
async def list_due_plans(
    work: InWork,
    caller: CurrentCaller,
    listing: Pages,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    within_days: Annotated[int | None, Query(ge=0, le=3650)] = None,
) -> Page[PlanOut]:
    """Active plans, the most pressing first; `within_days` leaves out what is forecast later."""
    views = await due_plans(
        work, access=caller.access, vehicle_id=vehicle_id, within_days=within_days
    )
    shown = views[listing.start :][: listing.page_size]
    return listing.of(await plans_out(work, caller, shown), len(views))


@router.get("/maintenance-plans/{plan_id}", responses=problems(NotFound))
async def get_plan(plan_id: UUID, work: InWork, caller: CurrentCaller) -> PlanOut:
    return await plan_out(
        work, caller, await read_plan(work, access=caller.access, plan_id=plan_id)
    )


@router.patch(
    "/maintenance-plans/{plan_id}",
    responses=problems(NotFound, PlanWithoutInterval, RoleInsufficient),
)
async def change_plan(
    plan_id: UUID, body: PlanEdit, work: InWork, caller: CurrentCaller
) -> PlanOut:
    facts = facts_of(body, nulls_speak=True)
    view = await edit_plan(work, access=caller.access, plan_id=plan_id, facts=facts)
    return await plan_out(work, caller, view)


@router.delete("/maintenance-plans/{plan_id}", status_code=204, responses=problems(NotFound))
async def delete_plan(plan_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_plan(work, access=caller.access, plan_id=plan_id)
