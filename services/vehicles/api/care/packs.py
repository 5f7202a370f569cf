from datetime import date
from typing import Annotated, Literal, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import shown
from services.vehicles.api.care.plans import (
    Every,
    EveryHours,
    Lead,
    LeadDays,
    Mode,
    Months,
    PlanOut,
    facts_of,
)
from services.vehicles.api.care.templates import AskedUse
from services.vehicles.api.dependencies import Hours, InWork, ServiceId, minutes_of, speaks
from services.vehicles.domain.care.beats import PlanMode
from services.vehicles.domain.care.templates import Use
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import (
    MINUTES_AN_HOUR,
    DistanceUnit,
    from_metres,
    in_unit,
    to_metres,
)
from services.vehicles.errors.care import (
    PackUnreadable,
    PlanWithoutInterval,
    UnknownService,
    UnknownTemplate,
)
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.usecases.care.packs import (
    Outcome,
    PackUse,
    Planned,
    Result,
    apply_pack,
    copy_plans,
    import_pack,
)
from services.vehicles.usecases.care.plans import Intervals, PlanFacts
from services.vehicles.usecases.cars.vehicles import read_vehicle
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel, Day, Identifier, Line, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/vehicles/{vehicle_id}", tags=["maintenance plans"])

SCHEMA = "autotrack/plan-pack"
VERSION = 1
MOST = 100
Several = Annotated[list[ServiceId], Field(max_length=MOST)]


class PackIn(RequestModel):
    """All templates that suit the car, or those named; those that ask something of it only when confirmed."""

    use: AskedUse = Use.NORMAL
    mode: Mode = PlanMode.FLOATING
    templates: Several | None = None
    confirmed: Several = Field(default_factory=list)


class CopyIn(RequestModel):
    from_vehicle: Identifier
    plans: Annotated[
        list[Identifier] | None, Field(max_length=MOST, description="All when left out.")
    ] = None


class PackedPlan(RequestModel):
    service_type: ServiceId
    title: Line | None = None
    mode: Mode = PlanMode.FLOATING
    every_distance: Every | None = None
    every_months: Months | None = None
    every_hours: EveryHours | None = None
    lead_days: LeadDays | None = None
    lead_distance: Lead | None = None
    lead_hours: Hours | None = None

    def planned(self, unit: DistanceUnit, source: str) -> Planned:
        rule = {"every_distance", "every_months", "every_hours", "lead_distance"}
        facts = {name: value for name, value in facts_of(self).items() if name not in rule}
        facts.pop("every_minutes", None)
        if self.lead_distance is not None:
            facts["lead_metres"] = to_metres(self.lead_distance, unit)
        ready = Intervals(
            metres=to_metres(self.every_distance, unit) if self.every_distance else None,
            months=self.every_months,
            minutes=minutes_of(self.every_hours),
            source=source,
        )
        return Planned(cast("PlanFacts", facts), ready)  # the names are those of the model


class PlanPack(RequestModel):
    """A file of plans, made here and shared as anybody likes; distances in its own unit, whatever the car's."""

    schema_: Annotated[Literal["autotrack/plan-pack"], Field(alias="schema")]
    version: Annotated[int, Field(examples=[VERSION])]
    name: Line
    made_on: Day | None = None
    distance_unit: Annotated[DistanceUnit, Field(strict=False)]
    plans: Annotated[list[PackedPlan], Field(min_length=1, max_length=MOST)]


class PackedPlanOut(AnswerModel):
    service_type: str
    title: str | None
    mode: PlanMode
    every_distance: int | None
    every_months: int | None
    every_hours: float | None
    lead_days: int
    lead_distance: int
    lead_hours: float

    @classmethod
    def of(cls, plan: MaintenancePlan, unit: DistanceUnit) -> Self:
        minutes = plan.every_minutes
        return cls(
            service_type=plan.service_type,
            title=plan.title,
            mode=PlanMode(plan.mode),
            every_distance=in_unit(plan.every_metres, unit),
            every_months=plan.every_months,
            every_hours=None if minutes is None else round(minutes / MINUTES_AN_HOUR, 1),
            lead_days=plan.lead_days,
            lead_distance=from_metres(plan.lead_metres, unit),
            lead_hours=round(plan.lead_minutes / MINUTES_AN_HOUR, 1),
        )


class PlanPackOut(AnswerModel):
    """As `POST plan-pack` takes it."""

    schema_: Annotated[str, Field(serialization_alias="schema")]
    version: int
    name: str
    made_on: date
    distance_unit: DistanceUnit
    plans: list[PackedPlanOut]


class OutcomeOut(AnswerModel):
    service_type: str
    result: Result
    plan: UUID | None
    """The one that was made, or was there."""
    next: PlanOut | None
    """Where the one that was made stands."""

    @classmethod
    def of(cls, outcome: Outcome, language: Language) -> Self:
        return cls(
            service_type=outcome.service_type,
            result=outcome.result,
            plan=outcome.plan,
            next=PlanOut.of(outcome.view, language) if outcome.view else None,
        )


class Outcomes(AnswerModel):
    created: int
    results: list[OutcomeOut]

    @classmethod
    def of(cls, outcomes: list[Outcome], caller: Caller) -> Self:
        return cls(
            created=sum(outcome.result is Result.CREATED for outcome in outcomes),
            results=[OutcomeOut.of(outcome, speaks(caller)) for outcome in outcomes],
        )


@router.post("/apply-pack", responses=problems(NotFound, UnknownTemplate))
async def use_pack(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, body: PackIn | None = None
) -> Outcomes:
    """Every ready plan that suits the car in one call, with an answer for each."""
    said = body or PackIn()
    pack = PackUse(said.use, said.mode, said.templates, said.confirmed)
    outcomes = await apply_pack(work, access=caller.access, vehicle_id=vehicle_id, pack=pack)
    return await shown(work, caller.access, Outcomes.of(outcomes, caller))


@router.post("/copy-plans", responses=problems(NotFound))
async def copy_from_another_car(
    vehicle_id: UUID, body: CopyIn, work: InWork, caller: CurrentCaller
) -> Outcomes:
    """The rules of another car's plans, with an answer for each; when the work was done is this car's own."""
    outcomes = await copy_plans(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        from_vehicle=body.from_vehicle,
        only=body.plans,
    )
    return await shown(work, caller.access, Outcomes.of(outcomes, caller))


@router.get("/plan-pack", responses=problems(NotFound))
async def get_plan_pack(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, response: Response
) -> PlanPackOut:
    """This car's plans as a file to share: their rules, and nothing of the car or its owner."""
    vehicle = await read_vehicle(
        work, access=caller.access, vehicle_id=vehicle_id, may=May.READ_CARE
    )
    plans = await work.plans.all_seen(caller.access, vehicle_id=vehicle_id)
    unit = DistanceUnit(vehicle.distance_unit)
    response.headers["Content-Disposition"] = 'attachment; filename="plan-pack.json"'
    return PlanPackOut(
        schema_=SCHEMA,
        version=VERSION,
        name=vehicle.name,
        made_on=work.today,
        distance_unit=unit,
        plans=[PackedPlanOut.of(plan, unit) for plan in plans],
    )


@router.post(
    "/plan-pack",
    responses=problems(NotFound, PackUnreadable, PlanWithoutInterval, UnknownService),
)
async def take_plan_pack(
    vehicle_id: UUID,
    body: PlanPack,
    work: InWork,
    caller: CurrentCaller,
    *,
    is_dry_run: Annotated[bool, Query(alias="dry_run")] = False,
) -> Outcomes:
    """A file of plans for this car, with an answer for each; `dry_run=true` keeps nothing."""
    if body.version != VERSION:
        raise PackUnreadable(pointer="/version")
    outcomes = await import_pack(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        planned=[plan.planned(body.distance_unit, f"pack:{body.name}") for plan in body.plans],
        is_dry_run=is_dry_run,
    )
    return await shown(work, caller.access, Outcomes.of(outcomes, caller))
