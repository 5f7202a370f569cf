from uuid import UUID

from services.vehicles.api.care.case_views import CaseOut, told
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.errors.care_cases import CaseIsResolved
from services.vehicles.usecases.care.analyses import request_analysis
from shared.contracts.features import Feature
from shared.errors import NotFound, RoleInsufficient
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.router import Router

router = Router(prefix="/api/diagnostics", tags=["diagnostics"])


@router.post(
    "/{case_id}/request_ai_analysis",
    status_code=202,
    openapi_extra=needs(Feature.AI_DIAGNOSIS),
    responses=problems(NotFound, RoleInsufficient, CaseIsResolved),
)
async def request_ai_analysis(case_id: UUID, work: InWork, caller: CurrentCaller) -> CaseOut:
    """The assistant is asked, with the words, the codes and what car it is; neither plate nor number nor name leaves with them.
    `ai_analysis` and `confidence_score` fill in, a reply by `ai` is added, and the stream of events tells it
    (`diagnosis_progressed`). Who asks again while the answer is awaited asks nothing new.
    """
    case = await request_analysis(
        work, access=caller.access, case_id=case_id, language=speaks(caller)
    )
    return await told(work, caller, case)
