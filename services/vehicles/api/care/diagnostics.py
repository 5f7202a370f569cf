from enum import StrEnum
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field, StringConstraints

from services.vehicles.api.care.case_views import CaseOut, page_of, told
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    Named,
    chosen,
    chosen_id,
)
from services.vehicles.domain.care.diagnostics import ALIASES, CaseStatus, Severity
from services.vehicles.domain.care.fault_codes import MOST_CODES, NotACode, read_code
from services.vehicles.errors.care_cases import (
    CaseIsResolved,
    CaseStaysWithCar,
    FaultCodeMalformed,
    ReportedInFuture,
    ResolveSaysHow,
    SeverityNeedsReason,
)
from services.vehicles.errors.cars import MeterMissing
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.usecases.care.diagnostics import (
    CaseFacts,
    edit_case,
    read_case,
    report_case,
    restore_case,
    trash_case,
)
from services.vehicles.usecases.client_ids import add_once
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    NO_CONTROLS,
    Identifier,
    Line,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["diagnostics"])

Code = Annotated[str, StringConstraints(max_length=32, pattern=NO_CONTROLS)]
Codes = Annotated[list[Code], Field(max_length=MOST_CODES, examples=[["P0420", "p0 302"]])]
Severely = Annotated[Severity, chosen(Severity)]
Documents = Annotated[list[Identifier], Field(max_length=30)]
REFUSALS = problems(
    *(NotFound, RoleInsufficient, FaultCodeMalformed, SeverityNeedsReason, ReportedInFuture),
    *(CaseStaysWithCar, ResolveSaysHow, CaseIsResolved, MeterMissing),
)


class StatusWord(StrEnum):
    """`pending` is open or waiting, `completed` is resolved, as older clients say it."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    PENDING = "pending"
    COMPLETED = "completed"

    @property
    def statuses(self) -> tuple[CaseStatus, ...]:
        return ALIASES.get(self.value) or (CaseStatus(self.value),)


class CaseIn(RequestModel):
    vehicle: Identifier
    title: Line = Field(examples=["Voyant moteur allumé, la voiture broute"])
    description: Prose | None = None
    dtc_codes: Codes = Field(default_factory=list)
    """As the scan tool shows them, however typed: `p0 420` is P0420; doubles are kept once."""
    reported_on: CarDay | None = None
    """Today, where nobody says."""
    mileage: Distance | None = None
    """A reading of the odometer like any other."""
    severity: Severely | None = None
    """What is shown is at least what codes and words of danger say; lower than that, or than before, needs `severity_reason`."""
    severity_reason: Prose | None = None
    status: Annotated[StatusWord | None, chosen(StatusWord)] = None
    """open or waiting; a case is closed by `resolve`."""
    documents: Documents = Field(default_factory=list)
    """Photos, recordings, a garage's report."""


class NewCase(Named, CaseIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class CaseEdit(CaseIn):
    """What is left out stays as it is."""


COLUMNS = {"vehicle": "vehicle_id", "mileage": "distance", "documents": "document_ids"}


def _facts(body: CaseIn, *, only_said: bool) -> CaseFacts:
    said: dict[str, Any] = {
        COLUMNS.get(name, name): getattr(body, name)
        for name in CaseIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    if said.get("status") is not None:
        said["status"] = said["status"].statuses[0]
    return cast("CaseFacts", said)  # the names are those of the models above


CaseIn.may_be(CaseOut)


Cases = Annotated[
    ListQuery,
    listed_by(
        {
            "reported_on": Diagnostic.reported_on,
            "severity": Diagnostic.severity_rank,
            "created_at": Diagnostic.created_at,
            "updated_at": Diagnostic.updated_at,
        },
        default="-reported_on",
        search=(Diagnostic.title, Diagnostic.description, Diagnostic.ai_analysis),
    ),
]
OfCar = Annotated[UUID | None, Query(alias="vehicle")]
Severe = Annotated[Severity | None, Query()]


def _code(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return read_code(text).code
    except NotACode:
        raise FaultCodeMalformed(pointer="?code") from None


@router.get("/diagnostics", responses=problems(FaultCodeMalformed))
async def list_diagnostics(  # noqa: PLR0913 - a filter each
    work: InWork,
    caller: CurrentCaller,
    listing: Cases,
    *,
    vehicle_id: OfCar = None,
    status: Annotated[StatusWord | None, Query()] = None,
    severity: Severe = None,
    code: Annotated[str | None, Query(max_length=32, pattern=NO_CONTROLS)] = None,
    trashed: Annotated[bool, Query(description="Those in the trash instead.")] = False,
) -> Page[CaseOut]:
    """A driver's list holds what they reported."""
    statement = work.cases.listed(
        caller.access,
        vehicle_id=vehicle_id,
        statuses=status.statuses if status else (),
        severity=severity,
        code=_code(code),
        is_trashed=trashed,
    )
    return await page_of(work, caller, listing, statement)


@router.post("/diagnostics", status_code=201, responses=REFUSALS | problems(IdTaken))
async def create_diagnostic(
    body: NewCase, work: InWork, caller: CurrentCaller, response: Response
) -> CaseOut:
    """What is wrong, with trouble codes if there are any. Whoever may report a defect may open a case; of one that cannot wait the
    owner is told at once. `comes_back` names a resolved case of the same fault.
    """
    facts = _facts(body, only_said=False)
    case = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: report_case(work, access=caller.access, facts=CaseFacts(**facts, id=id_)),
        again=lambda id_: read_case(work, access=caller.access, case_id=id_),
    )
    response.headers["Location"] = f"/api/diagnostics/{case.id}"
    return await told(work, caller, case)


@router.get("/diagnostics/pending")
async def list_pending_diagnostics(
    work: InWork, caller: CurrentCaller, listing: Cases, vehicle_id: OfCar = None
) -> Page[CaseOut]:
    """Open or waiting."""
    statement = work.cases.listed(
        caller.access, vehicle_id=vehicle_id, statuses=StatusWord.PENDING.statuses
    )
    return await page_of(work, caller, listing, statement)


@router.get("/diagnostics/resolved")
async def list_resolved_diagnostics(
    work: InWork, caller: CurrentCaller, listing: Cases, vehicle_id: OfCar = None
) -> Page[CaseOut]:
    statement = work.cases.listed(
        caller.access, vehicle_id=vehicle_id, statuses=StatusWord.RESOLVED.statuses
    )
    return await page_of(work, caller, listing, statement)


@router.get("/diagnostics/completed")
async def list_completed_diagnostics(
    work: InWork, caller: CurrentCaller, listing: Cases, vehicle_id: OfCar = None
) -> Page[CaseOut]:
    """`resolved`, as older clients call it."""
    return await list_resolved_diagnostics(work, caller, listing, vehicle_id)


@router.get("/vehicles/{vehicle_id}/diagnostics", responses=problems(NotFound))
async def list_vehicle_diagnostics(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Cases
) -> Page[CaseOut]:
    """What was and is wrong with one car."""
    await work.vehicles.one_seen(caller.access, vehicle_id)
    statement = work.cases.listed(caller.access, vehicle_id=vehicle_id)
    return await page_of(work, caller, listing, statement)


one = Router(prefix="/api/diagnostics", tags=["diagnostics"])
"""After the words that could be taken for an id."""


@one.get("/{case_id}", responses=problems(NotFound, RoleInsufficient))
async def get_diagnostic(case_id: UUID, work: InWork, caller: CurrentCaller) -> CaseOut:
    case = await read_case(work, access=caller.access, case_id=case_id)
    return await told(work, caller, case)


@one.put("/{case_id}", responses=REFUSALS)
async def replace_diagnostic(
    case_id: UUID, body: CaseIn, work: InWork, caller: CurrentCaller
) -> CaseOut:
    """A driver says anew what they reported themselves, as long as it is not resolved; its status and a milder severity are not theirs."""
    facts = _facts(body, only_said=False)
    case = await edit_case(work, access=caller.access, case_id=case_id, facts=facts)
    return await told(work, caller, case)


@one.patch("/{case_id}", responses=REFUSALS)
async def change_diagnostic(
    case_id: UUID, body: CaseEdit, work: InWork, caller: CurrentCaller
) -> CaseOut:
    """As PUT, of what is said."""
    facts = _facts(body, only_said=True)
    case = await edit_case(work, access=caller.access, case_id=case_id, facts=facts)
    return await told(work, caller, case)


@one.delete("/{case_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_diagnostic(case_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash: `POST …/restore` takes it back for thirty days."""
    await trash_case(work, access=caller.access, case_id=case_id)


@one.post("/{case_id}/restore", responses=problems(NotFound, RoleInsufficient))
async def restore_a_diagnostic(case_id: UUID, work: InWork, caller: CurrentCaller) -> CaseOut:
    """Out of the trash, as it was."""
    case = await restore_case(work, access=caller.access, case_id=case_id)
    return await told(work, caller, case)
