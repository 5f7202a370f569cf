from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field, StringConstraints

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.care.replies import ReplyOut
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    Named,
    chosen,
    chosen_id,
    speaks,
)
from services.vehicles.domain.care.diagnostics import (
    ALIASES,
    Advice,
    Analysis,
    CaseStatus,
    Outcome,
    Severity,
    look_at,
    proposals,
)
from services.vehicles.domain.care.fault_codes import (
    MOST_CODES,
    CodeGroup,
    DefinedBy,
    FaultCode,
    NotACode,
    System,
    read_code,
)
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.errors.care_cases import (
    CaseIsResolved,
    CaseStaysWithCar,
    FaultCodeMalformed,
    ReportedInFuture,
    ResolveSaysHow,
    SeverityNeedsReason,
)
from services.vehicles.storage.care.diagnostics import Case, Reply
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.diagnostics import (
    CaseFacts,
    edit_case,
    read_case,
    report_case,
    restore_case,
    trash_case,
)
from services.vehicles.usecases.client_ids import add_once
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    NO_CONTROLS,
    AnswerModel,
    Identifier,
    Line,
    Moment,
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
    *(CaseStaysWithCar, ResolveSaysHow, CaseIsResolved),
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


class CodeOut(AnswerModel):
    code: str
    failure_type: str | None
    title: str
    """Ours for common codes; of the others what their structure says."""
    system: System
    group: CodeGroup | None
    defined_by: DefinedBy
    urgency: str | None
    """low, medium or high; null where we know nothing of it."""

    @classmethod
    def of(cls, code: FaultCode, language: Language) -> Self:
        return cls(
            code=code.code,
            failure_type=code.failure_type,
            title=code.title.into(language),
            system=code.system,
            group=code.group,
            defined_by=code.defined_by,
            urgency=code.guided.urgency if code.guided else None,
        )


class AdviceOut(AnswerModel):
    code: str
    level: str
    text: str

    @classmethod
    def of(cls, advice: Advice, language: Language) -> Self:
        return cls(code=advice.code, level=advice.level, text=advice.text.into(language))


class ProposalOut(AnswerModel):
    """Work of the reference list to begin with: `schedule` or `plan` makes it in one call."""

    service_type: str
    name: str


class CaseOut(MadeOut):
    shown_to_maker: ClassVar[bool] = True

    id: UUID
    vehicle: UUID
    title: str
    description: str | None
    dtc_codes: list[str]
    codes: list[CodeOut]
    reported_on: date
    mileage: int | None
    distance_unit: DistanceUnit
    severity: Severity
    """As it is to be taken: see `severity_typed` and `severity_found`."""
    severity_typed: Severity | None
    severity_found: Severity | None
    """What codes and words of danger say."""
    severity_reason: str | None
    red_flags: list[str]
    safety_advice: list[AdviceOut]
    status: CaseStatus
    outcome: Outcome | None
    outcome_note: str | None
    resolved_on: date | None
    record: UUID | None
    """The maintenance record that mends it, or has."""
    comes_back: UUID | None
    """A resolved case of the same fault, less than 1,000 km or 30 days ago: reopen that one (`instead_of` this)?"""
    proposals: list[ProposalOut]
    documents: list[UUID]
    reply_count: int
    last_reply_at: Moment | None
    replies: list[ReplyOut] | None
    """Oldest first; null in lists."""
    analysis: Analysis
    ai_request: UUID | None
    ai_analysis: str | None
    ai_urgency: str | None
    confidence_score: float | None
    """Of the analysis, from 0 to 1."""
    trashed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(
        cls, case: Case, car: Vehicle, language: Language, replies: Sequence[Reply] | None = None
    ) -> Self:
        unit, codes = DistanceUnit(car.distance_unit), case.codes
        found = look_at(case.title, case.description, codes)
        return cls(
            id=case.id,
            vehicle=case.vehicle_id,
            title=case.title,
            description=case.description,
            dtc_codes=case.dtc_codes,
            codes=[CodeOut.of(code, language) for code in codes],
            reported_on=case.reported_on,
            mileage=in_unit(case.odometer_metres, unit),
            distance_unit=unit,
            severity=Severity(case.severity),
            severity_typed=case.weighed.typed,
            severity_found=case.weighed.found,
            severity_reason=case.severity_reason,
            red_flags=[flag.name for flag in found.flags],
            safety_advice=[AdviceOut.of(each, language) for each in found.advice(codes)],
            status=CaseStatus(case.status),
            outcome=Outcome(case.outcome) if case.outcome else None,
            outcome_note=case.outcome_text,
            resolved_on=case.resolved_on,
            record=case.record_id,
            comes_back=None if case.is_resolved else case.earlier_id,
            proposals=[] if case.is_resolved else _proposed(found.flags, codes, car, language),
            documents=[UUID(id_) for id_ in case.document_ids],
            reply_count=case.reply_count,
            last_reply_at=case.last_reply_at,
            replies=None if replies is None else [ReplyOut.of(each, language) for each in replies],
            analysis=Analysis(case.analysis),
            ai_request=case.ai_request_id,
            ai_analysis=case.ai_analysis,
            ai_urgency=case.ai_urgency,
            confidence_score=case.confidence_score,
            trashed_at=case.trashed_at,
            created_at=case.created_at,
            updated_at=case.updated_at,
        ).about(case)


CaseIn.may_be(CaseOut)


def _proposed(flags: Any, codes: Sequence[FaultCode], car: Vehicle, language: Language) -> Any:
    names = proposals(flags, codes, fuel=car.fuel_type, transmission=car.transmission)
    found = []
    for service in names:
        name = service_name(service)
        found.append(
            ProposalOut(service_type=service, name=name.into(language) if name else service)
        )
    return found


Cases = Annotated[
    ListQuery,
    listed_by(
        {
            "reported_on": Case.reported_on,
            "severity": Case.severity_rank,
            "created_at": Case.created_at,
            "updated_at": Case.updated_at,
        },
        default="-reported_on",
        search=(Case.title, Case.description, Case.ai_analysis),
    ),
]
OfCar = Annotated[UUID | None, Query(alias="vehicle")]
Severe = Annotated[Severity | None, Query()]


async def page_of(
    work: InWork, caller: Caller, listing: ListQuery, statement: Any
) -> Page[CaseOut]:
    """Three statements and what it takes to say who made what, however many."""
    page: Page[Case] = await listing.page(work.session, statement, into=lambda case: case)
    cars = await cars_of(work, caller, page.results)
    language = speaks(caller)
    told = [
        CaseOut.of(case, cars[case.vehicle_id], language)
        for case in page.results
        if case.vehicle_id in cars  # else it was deleted in between
    ]
    return await shown(work, caller.access, page.with_results(told), cars=cars.values())


async def cars_of(work: InWork, caller: Caller, cases: Sequence[Case]) -> Mapping[UUID, Vehicle]:
    seen = await work.vehicles.some_seen(caller.access, {case.vehicle_id for case in cases})
    return {car.id: car for car in seen}


async def told(work: InWork, caller: Caller, case: Case) -> CaseOut:
    """Whole, with its replies."""
    await work.flush()  # what was just said is read below
    car = await work.vehicles.one_seen(caller.access, case.vehicle_id)
    replies = await work.replies.of_cases([case.id])
    answer = CaseOut.of(case, car, speaks(caller), replies)
    return await shown(work, caller.access, answer, cars=[car])


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
    facts = _facts(body, only_said=False)
    case = await edit_case(work, access=caller.access, case_id=case_id, facts=facts)
    return await told(work, caller, case)


@one.patch("/{case_id}", responses=REFUSALS)
async def change_diagnostic(
    case_id: UUID, body: CaseEdit, work: InWork, caller: CurrentCaller
) -> CaseOut:
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
