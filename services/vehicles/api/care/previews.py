from datetime import date
from typing import Self

from services.vehicles.api.care.completions import CompletionIn
from services.vehicles.api.care.plans import ForecastOut, PlanIn, PlanOut, facts_of
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.care.beats import DueBy
from services.vehicles.domain.care.plans import Urgency
from services.vehicles.errors.care import PlanOrVehicle, PlanWithoutInterval, UnknownService
from services.vehicles.usecases.care.previews import preview_change, preview_new
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, every_member_optional
from shared.http.router import Router

router = Router(prefix="/api/maintenance-plans", tags=["maintenance plans"])


@every_member_optional
class PreviewIn(PlanIn):
    """A `plan` that is there, with what would change, or the `vehicle` and `service_type` of a new one; and, for either, a completion
    as if the work were done.
    """

    plan: Identifier
    completion: CompletionIn


class PlanPreview(AnswerModel):
    """As the plan would stand."""

    start_on: date
    start_mileage: int | None
    start_hours: str | None
    start_is_assumed: bool
    last_done_on: date | None
    last_done_mileage: int | None
    last_done_hours: str | None
    unmoved: list[DueBy]
    due_on: date | None
    due_mileage: int | None
    due_hours: str | None
    days_left: int | None
    distance_left: int | None
    hours_left: str | None
    remind_on: date | None
    urgency: Urgency
    forecast: ForecastOut

    @classmethod
    def of(cls, plan: PlanOut) -> Self:
        return cls(**{name: getattr(plan, name) for name in cls.model_fields})


@router.post(
    "/preview", responses=problems(NotFound, PlanOrVehicle, PlanWithoutInterval, UnknownService)
)
async def preview_a_plan(body: PreviewIn, work: InWork, caller: CurrentCaller) -> PlanPreview:
    """When it will fall due, before anything is kept."""
    said, access = body.model_fields_set, caller.access
    if ("plan" in said) == ("vehicle" in said):
        raise PlanOrVehicle(pointer="/plan")
    done = body.completion.done() if "completion" in said else None
    facts = facts_of(body, nulls_speak="plan" in said)
    if "plan" in said:
        view = await preview_change(work, access=access, plan_id=body.plan, facts=facts, done=done)
    elif "service_type" in said:
        view = await preview_new(
            work, access=access, vehicle_id=body.vehicle, facts=facts, done=done
        )
    else:
        raise PlanOrVehicle(pointer="/service_type")
    return PlanPreview.of(PlanOut.of(view, speaks(caller)))
