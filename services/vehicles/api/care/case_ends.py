from typing import Annotated
from uuid import UUID

from services.vehicles.api.care.case_views import CaseOut, told
from services.vehicles.api.dependencies import CarDay, InWork, chosen
from services.vehicles.domain.care.diagnostics import Outcome
from services.vehicles.errors.care_cases import (
    CaseIsOpen,
    CaseIsResolved,
    RecordMendsNothing,
    RepairNeedsRecord,
    ResolvedTooEarly,
)
from services.vehicles.usecases.care.case_ends import Ending, reopen_case, resolve_case
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Identifier, Prose, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/diagnostics", tags=["diagnostics"])
REFUSALS = problems(NotFound, RoleInsufficient)


class ResolveIn(RequestModel):
    how: Annotated[Outcome, chosen(Outcome)]
    record: Identifier | None = None
    """The completed work that mended it: with `repaired`, and only then."""
    outcome_note: Prose | None = None
    resolved_on: CarDay | None = None
    """Left out, the day of the record, or today."""


class ReopenIn(RequestModel):
    reason: Prose | None = None
    instead_of: Identifier | None = None
    """A new case of the same fault: what it says becomes a reply to this one, its codes and documents join, and it goes into the
    trash.
    """


@router.post(
    "/{case_id}/resolve",
    responses=REFUSALS
    | problems(CaseIsResolved, RepairNeedsRecord, RecordMendsNothing, ResolvedTooEarly),
)
async def resolve_a_diagnostic(
    case_id: UUID, body: ResolveIn, work: InWork, caller: CurrentCaller
) -> CaseOut:
    """How it ended. A completed maintenance record that names the case (`case`) resolves it by itself; deleted, it reopens it."""
    ending = Ending(body.how, body.record, body.outcome_note, body.resolved_on)
    case = await resolve_case(work, access=caller.access, case_id=case_id, ending=ending)
    return await told(work, caller, case)


@router.post("/{case_id}/reopen", responses=REFUSALS | problems(CaseIsOpen))
async def reopen_a_diagnostic(
    case_id: UUID, work: InWork, caller: CurrentCaller, body: ReopenIn | None = None
) -> CaseOut:
    """It was not mended, or it has come back."""
    said = body or ReopenIn()
    case = await reopen_case(
        work,
        access=caller.access,
        case_id=case_id,
        text=said.reason,
        instead_of=said.instead_of,
    )
    return await told(work, caller, case)
