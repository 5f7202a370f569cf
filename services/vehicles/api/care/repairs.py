from uuid import UUID

from fastapi import Response

from services.vehicles.api.authorship import one_as_shown
from services.vehicles.api.care.maintenance import RecordOut
from services.vehicles.api.care.maintenance import told as record_out
from services.vehicles.api.care.plans import PlanOut, plan_out
from services.vehicles.api.dependencies import (
    CarDay,
    InWork,
    Named,
    ServiceId,
    chosen_id,
    speaks,
)
from services.vehicles.errors.care import (
    PlanExists,
    ScheduledInPast,
    TemplateDoesNotFit,
    TemplateNeedsYes,
    UnknownService,
)
from services.vehicles.errors.care_cases import CaseIsResolved, NothingProposed
from services.vehicles.usecases.care.maintenance import read_record
from services.vehicles.usecases.care.plans import read_plan
from services.vehicles.usecases.care.repairs import Intended, plan_repair, schedule_repair
from services.vehicles.usecases.client_ids import add_once
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Line
from shared.http.router import Router

router = Router(prefix="/api/diagnostics", tags=["diagnostics"])
REFUSALS = problems(NotFound, RoleInsufficient, CaseIsResolved, IdTaken)


class ScheduleIn(Named):
    """What is left out, the case proposes."""

    service_type: ServiceId | None = None
    service_date: CarDay | None = None
    """Today, where nobody says."""
    garage: Line | None = None


class PlanOfCase(Named):
    service_type: ServiceId | None = None
    """Left out, the first that the case proposes."""
    confirmed: bool = False
    """What the template supposes of the car holds."""


@router.post(
    "/{case_id}/schedule",
    status_code=201,
    responses=REFUSALS | problems(UnknownService, ScheduledInPast),
)
async def schedule_a_repair(
    case_id: UUID, body: ScheduleIn, work: InWork, caller: CurrentCaller, response: Response
) -> RecordOut:
    """A scheduled maintenance record of the work the case asks for. Completed, it closes the case; deleted, it opens it again."""
    recorded = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, case_id),
        make=lambda id_: schedule_repair(
            work,
            access=caller.access,
            case_id=case_id,
            intended=Intended(
                body.service_type, speaks(caller), body.service_date, body.garage, id_
            ),
        ),
        again=lambda id_: read_record(work, access=caller.access, record_id=id_),
    )
    response.headers["Location"] = f"/api/maintenances/{recorded.record.id}"
    answer = record_out(recorded, caller)
    return await one_as_shown(work, caller.access, recorded.record, answer, cars=[recorded.vehicle])


@router.post(
    "/{case_id}/plan",
    status_code=201,
    responses=REFUSALS
    | problems(NothingProposed, PlanExists, TemplateDoesNotFit, TemplateNeedsYes),
)
async def plan_a_repair(
    case_id: UUID, body: PlanOfCase, work: InWork, caller: CurrentCaller, response: Response
) -> PlanOut:
    """A maintenance plan of that work, with the ready intervals, so that it does not come to this again."""
    view = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, case_id),
        make=lambda id_: plan_repair(
            work,
            access=caller.access,
            case_id=case_id,
            intended=Intended(body.service_type, speaks(caller), id=id_),
            is_confirmed=body.confirmed,
        ),
        again=lambda id_: read_plan(work, access=caller.access, plan_id=id_),
    )
    response.headers["Location"] = f"/api/maintenance-plans/{view.plan.id}"
    return await plan_out(work, caller, view)
