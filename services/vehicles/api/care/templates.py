from typing import Annotated, Self
from uuid import UUID

from fastapi import Query, Response

from services.vehicles.api.care.plans import (
    Every,
    Lead,
    LeadDays,
    Mode,
    Months,
    PlanOut,
    facts_of,
    plan_out,
)
from services.vehicles.api.dependencies import CarDay, Distance, InWork, ServiceId, speaks
from services.vehicles.domain.care.beats import PlanMode
from services.vehicles.domain.care.services import ServiceType, templates
from services.vehicles.domain.care.services import template as ready_template
from services.vehicles.domain.cars.units import METRES_PER_KILOMETRE
from services.vehicles.errors.care import PlanExists, TemplateDoesNotFit
from services.vehicles.usecases.care.templates import apply_template
from services.vehicles.usecases.cars.vehicles import read_vehicle
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, RequestModel
from shared.http.router import Router

router = Router(prefix="/api", tags=["maintenance plans"])


class TemplateOut(AnswerModel):
    id: str
    name: str
    names: dict[Language, str]
    every_km: int | None
    every_months: int | None
    fuel_types: list[str] | None
    transmissions: list[str] | None
    klass: str
    note: str

    @classmethod
    def of(cls, service: ServiceType, language: Language) -> Self:
        return cls(
            id=service.id,
            name=service.name.into(language),
            names={each: service.name.into(each) for each in Language},
            every_km=service.every_metres // METRES_PER_KILOMETRE if service.every_metres else None,
            every_months=service.every_months,
            fuel_types=sorted(service.fuels) if service.fuels else None,
            transmissions=sorted(service.transmissions) if service.transmissions else None,
            klass=service.klass,
            note=service.note,
        )


class TemplateUse(RequestModel):
    """Which ready plan, and what is known of the last time; without it the plan begins today and says so."""

    template: ServiceId
    mode: Mode = PlanMode.FLOATING
    last_done_on: CarDay | None = None
    last_done_mileage: Distance | None = None
    every_distance: Every | None = None
    every_months: Months | None = None
    lead_days: LeadDays | None = None
    lead_distance: Lead | None = None


@router.get("/plan-templates")
async def list_templates(
    work: InWork,
    caller: CurrentCaller,
    vehicle_id: Annotated[
        UUID | None, Query(alias="vehicle", description="Only what suits this car.")
    ] = None,
) -> list[TemplateOut]:
    ready = list(templates().values())
    if vehicle_id is not None:
        car = await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id)
        ready = [t for t in ready if t.suits(fuel=car.fuel_type, transmission=car.transmission)]
    return [TemplateOut.of(template, speaks(caller)) for template in ready]


@router.get("/plan-templates/{template}", responses=problems(NotFound))
async def get_template(template: str, caller: CurrentCaller) -> TemplateOut:
    ready = ready_template(template)
    if ready is None:
        raise NotFound
    return TemplateOut.of(ready, speaks(caller))


@router.post(
    "/vehicles/{vehicle_id}/apply-template",
    status_code=201,
    responses=problems(NotFound, PlanExists, TemplateDoesNotFit),
)
async def use_template(
    vehicle_id: UUID, body: TemplateUse, work: InWork, caller: CurrentCaller, response: Response
) -> PlanOut:
    view = await apply_template(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        template=body.template,
        facts=facts_of(body),
    )
    response.headers["Location"] = f"/api/maintenance-plans/{view.plan.id}"
    return await plan_out(work, caller, view)
