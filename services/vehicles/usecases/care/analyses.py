"""The assistant's view of a case: asked by an event, answered by an event, once for each request, however late."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from services.vehicles.domain.care.diagnostics import Analysis, ReplyBy, without_names
from services.vehicles.errors.care_cases import CaseIsResolved
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.case_news import tell
from services.vehicles.usecases.care.diagnostics import changed, hold_case
from services.vehicles.usecases.care.replies import Said, say
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.ai import DiagnosisAnswered
from shared.contracts.base import Language
from shared.contracts.vehicles_cases import CarFacts, CaseNews, DiagnosisAsked, DiagnosisProgressed
from shared.ids import new_id

log = structlog.get_logger()
WAITS: Final = timedelta(minutes=10)
"""As long as an answer may take: who asks again before then asks nothing new."""
ASKED, ANSWERED = ("asked", 10), ("answered", 100)


async def request_analysis(
    work: Work, *, access: Access, case_id: UUID, language: Language
) -> Diagnostic:
    """Raises CaseIsResolved, NotFound, RoleInsufficient."""
    vehicle, case = await hold_case(work, access=access, case_id=case_id)
    if case.is_resolved:
        raise CaseIsResolved
    if case.analysis == Analysis.ASKED and case.ai_asked_at and work.now < case.ai_asked_at + WAITS:
        return case
    request_id = new_id()
    case.analysis = Analysis.ASKED
    case.ai_request_id, case.ai_asked_at, case.ai_answered_at = request_id, work.now, None
    changed(work, case)
    work.emit(
        DiagnosisAsked(
            diagnostic_id=case.id,
            vehicle_id=vehicle.id,
            owner_id=access.person,
            symptoms=_symptoms(case, vehicle),
            dtc_codes=tuple(case.dtc_codes),
            odometer_m=case.seen_metres,
            language=language,
            asked_at=work.now,
            request_id=request_id,
            car=_facts(vehicle),
        )
    )
    _progress(work, case, access.person, request_id, ASKED)
    return case


def _symptoms(case: Diagnostic, vehicle: Vehicle) -> str:
    text = "\n".join(part for part in (case.title, case.description) if part)
    return without_names(text, plate=vehicle.plate, vin=vehicle.vin)


def _facts(vehicle: Vehicle) -> CarFacts:
    return CarFacts(
        make=vehicle.make,
        model=vehicle.model,
        year=vehicle.year,
        fuel_type=vehicle.fuel_type,
        transmission=vehicle.transmission,
        first_registration=vehicle.first_registered_on,
    )


def _progress(
    work: Work, case: Diagnostic, person: UUID, request_id: UUID, stage: tuple[str, int]
) -> None:
    word, percent = stage
    work.emit(
        DiagnosisProgressed(
            diagnostic_id=case.id,
            owner_id=person,
            request_id=request_id,
            stage=word,
            percent=percent,
        )
    )


async def take_answer(work: Work, *, answer: DiagnosisAnswered) -> None:
    """Of a request that still waits for it. To a case that is resolved by now, or in the trash, it is kept and nobody is told."""
    if answer.request_id is None:
        return
    vehicle = await work.vehicles.held(answer.vehicle_id)
    if vehicle is None or not await work.hold(vehicle.owner_id, wait=False):
        return  # in the trash, or being erased with its owner
    case = await work.cases.asked(answer.diagnostic_id, answer.request_id)
    if case is None:
        log.info("diagnosis.answer_unwanted", diagnostic_id=str(answer.diagnostic_id))
        return
    is_late = case.is_resolved or case.trashed_at is not None
    case.analysis = Analysis.LATE if is_late else Analysis.ANSWERED
    case.ai_answered_at = work.now
    case.ai_analysis, case.ai_urgency = answer.summary, answer.urgency
    case.confidence_score = answer.confidence
    shown_before = case.last_reply_at
    say(work, case, Said(answer.summary, ReplyBy.AI))
    if is_late:
        case.last_reply_at = shown_before
        return
    _progress(work, case, answer.owner_id, answer.request_id, ANSWERED)
    await tell(
        work, case=case, vehicle=vehicle, kind=CaseNews.ANSWERED, to={answer.owner_id}, by=None
    )
