from typing import Annotated, Self
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.care.plans import (
    Every,
    EveryHours,
    FirstDueIn,
    LastDone,
    Lead,
    LeadDays,
    Mode,
    Months,
    PlanOut,
    facts_of,
    plan_out,
)
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    Named,
    ServiceId,
    chosen,
    chosen_id,
    speaks,
)
from services.vehicles.domain.care.beats import PlanMode
from services.vehicles.domain.care.services import ServiceType
from services.vehicles.domain.care.templates import (
    CONDITIONS,
    Fit,
    Fitted,
    MakersFigure,
    Use,
    fit,
    intervals,
    makers_figures,
    source_texts,
    templates,
    version,
)
from services.vehicles.domain.care.templates import template as ready_template
from services.vehicles.domain.cars.units import METRES_PER_KILOMETRE
from services.vehicles.errors.care import PlanExists, TemplateDoesNotFit, TemplateNeedsYes
from services.vehicles.usecases.care.plans import read_plan
from services.vehicles.usecases.care.templates import Chosen, apply_template
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.client_ids import add_once
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/api", tags=["maintenance plans"])

AskedUse = Annotated[Use, chosen(Use), Field(description="Short trips, dust, towing: severe.")]
Confirmed = Annotated[bool, Field(description="The condition of the template holds for this car.")]


def _km(metres: int | None) -> int | None:
    return metres // METRES_PER_KILOMETRE if metres else None


class MakersFigureOut(AnswerModel):
    """What this car's maker is known to ask for; `none`: such engines have no such part."""

    engines: list[str]
    """Empty: all of that maker's."""
    every_km: int | None
    every_months: int | None
    none: bool
    confidence: str
    note: str

    @classmethod
    def of(cls, figure: MakersFigure) -> Self:
        return cls(
            engines=list(figure.engines),
            every_km=_km(figure.every_metres),
            every_months=figure.every_months,
            none=figure.is_none,
            confidence=figure.confidence,
            note=figure.note,
        )


class TemplateOut(AnswerModel):
    id: str
    name: str
    names: dict[Language, str]
    version: str
    every_km: int | None
    """For the use that was asked for; the maker's plan wins."""
    every_months: int | None
    use: Use
    fuel_types: list[str] | None
    transmissions: list[str] | None
    klass: str
    condition: str | None
    """What must hold for the car: confirmed by its owner when applied."""
    fit: Fit | None
    """Whether it is right for the car that was asked for."""
    makers_figures: list[MakersFigureOut]
    note: str
    sources: list[str]

    @classmethod
    def of(
        cls, service: ServiceType, language: Language, use: Use, car: Fitted | None = None
    ) -> Self:
        metres, months = intervals(service, use)
        condition = CONDITIONS.get(service.requires or "")
        figures = makers_figures(service.id, car) if car else []
        return cls(
            id=service.id,
            name=service.name.into(language),
            names={each: service.name.into(each) for each in Language},
            version=version(),
            every_km=_km(metres),
            every_months=months,
            use=use,
            fuel_types=sorted(service.fuels) if service.fuels else None,
            transmissions=sorted(service.transmissions) if service.transmissions else None,
            klass=service.klass,
            condition=condition.into(language) if condition else None,
            fit=fit(service, car) if car else None,
            makers_figures=[MakersFigureOut.of(figure) for figure in figures],
            note=service.note,
            sources=source_texts(service),
        )


class TemplateUse(Named):
    """Which ready plan, and what is known of the last time; without it the start is assumed, and says so."""

    template: ServiceId
    use: AskedUse = Use.NORMAL
    confirmed: Confirmed = False
    mode: Mode = PlanMode.FLOATING
    last_done: LastDone | None = None
    last_done_on: CarDay | None = None
    last_done_mileage: Distance | None = None
    first_due: FirstDueIn | None = None
    every_distance: Every | None = None
    every_months: Months | None = None
    every_hours: EveryHours | None = None
    lead_days: LeadDays | None = None
    lead_distance: Lead | None = None
    lead_hours: Hours | None = None


UseQuery = Annotated[Use, Query(description="How the car is used.")]


@router.get("/plan-templates")
async def list_templates(
    work: InWork,
    caller: CurrentCaller,
    vehicle_id: Annotated[
        UUID | None, Query(alias="vehicle", description="Only what suits this car.")
    ] = None,
    use: UseQuery = Use.NORMAL,
) -> list[TemplateOut]:
    car, ready = None, list(templates().values())
    if vehicle_id is not None:
        car = await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id)
        ready = [template for template in ready if fit(template, car) is not Fit.NO]
    return [TemplateOut.of(template, speaks(caller), use, car) for template in ready]


@router.get("/plan-templates/{template}", responses=problems(NotFound))
async def get_template(
    template: str, caller: CurrentCaller, use: UseQuery = Use.NORMAL
) -> TemplateOut:
    return TemplateOut.of(_ready(template), speaks(caller), use)


@router.post(
    "/vehicles/{vehicle_id}/apply-template",
    status_code=201,
    responses=problems(NotFound, PlanExists, TemplateDoesNotFit, TemplateNeedsYes, IdTaken),
)
async def use_template(
    vehicle_id: UUID, body: TemplateUse, work: InWork, caller: CurrentCaller, response: Response
) -> PlanOut:
    """One template; a whole pack of them in one call is `apply-pack`."""
    template = Chosen(_ready(body.template), body.use, body.confirmed)
    view = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, vehicle_id),
        make=lambda id_: apply_template(
            work,
            access=caller.access,
            vehicle_id=vehicle_id,
            chosen=template,
            facts=facts_of(body),
            plan_id=id_,
        ),
        again=lambda id_: read_plan(work, access=caller.access, plan_id=id_),
    )
    response.headers["Location"] = f"/api/maintenance-plans/{view.plan.id}"
    return await plan_out(work, caller, view)


def _ready(name: str) -> ServiceType:
    ready = ready_template(name)
    if ready is None:
        raise NotFound
    return ready
