from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.care.replies import ReplyOut
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.care.diagnostics import (
    Advice,
    Analysis,
    CaseStatus,
    Outcome,
    Severity,
)
from services.vehicles.domain.care.fault_codes import CodeGroup, DefinedBy, FaultCode, System
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.usecases.care.case_views import CaseView, view_cases
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.identity import Caller
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import ListQuery, Page


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

    @classmethod
    def of(cls, service: str, language: Language) -> Self:
        name = service_name(service)
        return cls(service_type=service, name=name.into(language) if name else service)


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
    def of(cls, view: CaseView, language: Language) -> Self:
        case, codes, replies = view.case, view.codes, view.replies
        unit = DistanceUnit(view.vehicle.distance_unit)
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
            red_flags=[flag.name for flag in view.found.flags],
            safety_advice=[AdviceOut.of(each, language) for each in view.found.advice(codes)],
            status=CaseStatus(case.status),
            outcome=Outcome(case.outcome) if case.outcome else None,
            outcome_note=case.outcome_text,
            resolved_on=case.resolved_on,
            record=case.record_id,
            comes_back=None if case.is_resolved else case.earlier_id,
            proposals=[ProposalOut.of(service, language) for service in view.proposals],
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


async def page_of(
    work: InWork, caller: Caller, listing: ListQuery, statement: Any
) -> Page[CaseOut]:
    """Three statements and what it takes to say who made what, however many."""
    page: Page[Diagnostic] = await listing.page(work.session, statement, into=lambda case: case)
    views = await view_cases(work, access=caller.access, cases=page.results)
    told = [CaseOut.of(view, speaks(caller)) for view in views]
    cars = {view.vehicle.id: view.vehicle for view in views}
    return await shown(work, caller.access, page.with_results(told), cars=cars.values())


async def told(work: InWork, caller: Caller, case: Diagnostic) -> CaseOut:
    """Whole, with its replies. Raises NotFound for what was deleted in between, with its car."""
    views = await view_cases(work, access=caller.access, cases=[case], with_replies=True)
    if not views:
        raise NotFound
    answer = CaseOut.of(views[0], speaks(caller))
    return await shown(work, caller.access, answer, cars=[views[0].vehicle])
