from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    MadeOut,
    ServiceId,
    as_shown,
    chosen,
    one_as_shown,
    speaks,
)
from services.vehicles.domain.care.plans import DueBy, PlanMode, Urgency
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, from_metres, in_unit
from services.vehicles.errors.care import PlanExists, PlanWithoutInterval, UnknownService
from services.vehicles.storage.care.models import MaintenancePlan
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
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
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


class PlanIn(RequestModel):
    vehicle: Identifier
    service_type: ServiceId
    title: Line | None = None
    mode: Mode = PlanMode.FLOATING
    every_distance: Every | None = None
    every_months: Months | None = None
    lead_days: LeadDays | None = None
    lead_distance: Lead | None = None
    last_done_on: CarDay | None = None
    last_done_mileage: Distance | None = None
    active: bool = True


@every_member_optional
class PlanEdit(RequestModel):
    """What is left out stays as it is; a new rhythm or start begins a new cycle."""

    title: Line | None
    mode: Mode
    every_distance: Every | None
    every_months: Months | None
    lead_days: LeadDays
    lead_distance: Lead
    last_done_on: CarDay
    last_done_mileage: Distance | None
    active: bool


COLUMNS = {"last_done_on": "start_on", "last_done_mileage": "start_distance"}
NOT_FACTS = frozenset({"vehicle", "template"})


def facts_of(body: RequestModel) -> PlanFacts:
    """What was said; on creation a null says nothing."""
    nulls_speak = isinstance(body, PlanEdit)
    said = {
        COLUMNS.get(name, name): getattr(body, name)
        for name in body.model_fields_set - NOT_FACTS
        if nulls_speak or getattr(body, name) is not None
    }
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


class PlanOut(MadeOut):
    id: UUID
    vehicle: UUID
    service_type: str
    title: str
    mode: PlanMode
    every_distance: int | None
    every_months: int | None
    distance_unit: DistanceUnit
    lead_days: int
    lead_distance: int
    active: bool
    start_on: date
    start_mileage: int | None
    start_is_assumed: bool
    last_done_on: date | None
    last_done_mileage: int | None
    last_maintenance: UUID | None
    due_on: date | None
    due_mileage: int | None
    remind_on: date | None
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
            distance_unit=unit,
            lead_days=plan.lead_days,
            lead_distance=from_metres(plan.lead_metres, unit),
            active=plan.active,
            start_on=plan.start_on,
            start_mileage=in_unit(plan.start_metres, unit),
            start_is_assumed=plan.start_is_assumed,
            last_done_on=plan.last_done_on,
            last_done_mileage=in_unit(plan.last_done_metres, unit),
            last_maintenance=plan.last_record_id,
            due_on=view.due.on,
            due_mileage=in_unit(view.due.metres, unit),
            remind_on=plan.remind_on,
            urgency=view.urgency,
            forecast=_forecast(view, unit),
            created_at=plan.created_at,
            updated_at=plan.updated_at,
        )


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


async def plan_out(work: InWork, caller: CurrentCaller, view: PlanView) -> PlanOut:
    told = PlanOut.of(view, speaks(caller))
    return await one_as_shown(work, caller.access, view.plan, told, car=view.vehicle)


@router.get("/maintenance-plans")
async def list_plans(
    work: InWork,
    caller: CurrentCaller,
    listing: Plans,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    active: Annotated[bool | None, Query()] = None,
) -> Page[PlanOut]:
    plans = work.plans.seen_by(caller.access)
    if vehicle_id is not None:
        plans = plans.where(MaintenancePlan.vehicle_id == vehicle_id)
    if active is not None:
        plans = plans.where(MaintenancePlan.active == active)
    page: Page[Any] = await listing.page(work.session, plans, into=lambda plan: plan)
    views = await view_plans(work, access=caller.access, plans=page.results)
    told = [(view.plan, PlanOut.of(view, speaks(caller))) for view in views]
    return page.with_results(await as_shown(work, caller.access, told))


@router.post(
    "/maintenance-plans",
    status_code=201,
    responses=problems(NotFound, PlanExists, PlanWithoutInterval, UnknownService),
)
async def create_plan(
    body: PlanIn, work: InWork, caller: CurrentCaller, response: Response
) -> PlanOut:
    view = await add_plan(work, access=caller.access, vehicle_id=body.vehicle, facts=facts_of(body))
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
    told = [(view.plan, PlanOut.of(view, speaks(caller))) for view in shown]
    return listing.of(await as_shown(work, caller.access, told), len(views))


@router.get("/maintenance-plans/{plan_id}", responses=problems(NotFound))
async def get_plan(plan_id: UUID, work: InWork, caller: CurrentCaller) -> PlanOut:
    view = await read_plan(work, access=caller.access, plan_id=plan_id)
    return await plan_out(work, caller, view)


@router.patch("/maintenance-plans/{plan_id}", responses=problems(NotFound, PlanWithoutInterval))
async def change_plan(
    plan_id: UUID, body: PlanEdit, work: InWork, caller: CurrentCaller
) -> PlanOut:
    view = await edit_plan(work, access=caller.access, plan_id=plan_id, facts=facts_of(body))
    return await plan_out(work, caller, view)


@router.delete("/maintenance-plans/{plan_id}", status_code=204, responses=problems(NotFound))
async def delete_plan(plan_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_plan(work, access=caller.access, plan_id=plan_id)
