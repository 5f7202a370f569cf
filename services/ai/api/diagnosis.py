from typing import Annotated

from pydantic import Field, StringConstraints

from services.ai.api.dependencies import (
    AdviceOut,
    AtDesk,
    Code,
    CostOut,
    Country,
    SourceOut,
    VehicleInfo,
)
from services.ai.domain import knowledge, texts
from services.ai.domain.diagnosis import Cause
from services.ai.domain.safety import advice_texts
from services.ai.errors import VehicleNeeded
from services.ai.usecases.diagnosis import Complaint, Diagnosed, diagnose_for
from shared.contracts.base import Language
from shared.contracts.features import Feature, Limit
from shared.errors import NotFound
from shared.http.access import needs
from shared.http.errors import Spoken, problems
from shared.http.identity import CurrentCaller
from shared.http.models import NO_CONTROLS, AnswerModel, Identifier, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/ai-assistant/assistant", tags=["assistant"])
Symptoms = Annotated[str, StringConstraints(max_length=4000, pattern=NO_CONTROLS)]


class DiagnosticAsked(RequestModel):
    symptoms: Symptoms = Field(
        default="", examples=["Le voyant moteur clignote et la voiture broute."]
    )
    dtc_codes: list[Code] = Field(default_factory=list, max_length=20, examples=[["P0302"]])
    vehicle_id: Identifier | None = None
    vehicle_info: VehicleInfo | None = None
    country: Country | None = None


class CauseOut(AnswerModel):
    component: str
    label: str
    likelihood: float
    evidence: list[str]
    estimated_cost: CostOut


class CodeOut(AnswerModel):
    code: str
    valid: bool
    in_guide: bool
    title: str | None
    urgency: str | None


class DiagnosticOut(AnswerModel):
    diagnosis: str
    urgency: str = Field(description="low, medium or high")
    urgency_text: str
    causes: list[CauseOut]
    safety_advice: list[AdviceOut]
    estimated_cost: CostOut | None
    recommendations: list[str]
    questions: list[str]
    codes: list[CodeOut]
    sources: list[SourceOut]
    confidence: float
    understood: bool
    refused: bool
    degraded: bool
    reason: str | None


@router.post(
    "/diagnostic",
    openapi_extra=needs(Feature.AI_DIAGNOSIS),
    responses=problems(VehicleNeeded, NotFound),
)
async def diagnostic(
    body: DiagnosticAsked, desk: AtDesk, caller: CurrentCaller, language: Spoken
) -> DiagnosticOut:
    """Likely causes, how urgent, what to do first, and what it may cost."""
    asked = Complaint(
        owner_id=caller.user,
        symptoms=body.symptoms,
        codes=tuple(body.dtc_codes),
        language=language,
        vehicle_id=body.vehicle_id,
        described=body.vehicle_info.car() if body.vehicle_info else None,
        country=body.country or (body.vehicle_info.country if body.vehicle_info else None),
        limit=caller.limit(Limit.AI_TOKENS_MONTH),
    )
    return _out(await diagnose_for(desk, asked=asked), language)


def _out(said: Diagnosed, language: Language) -> DiagnosticOut:
    found = said.diagnosis
    advice = [AdviceOut(**one) for one in advice_texts(found.safety, language.value)]
    refused = said.refused.topic
    text = f"{texts.REFUSED[refused].into(language)} {said.text}" if refused else said.text
    return DiagnosticOut(
        diagnosis=text,
        urgency=found.urgency,
        urgency_text=texts.URGENCY[found.urgency].into(language),
        causes=[_cause(one, language) for one in found.causes],
        safety_advice=advice,
        estimated_cost=CostOut(low=found.cost.low, typical=found.cost.typical, high=found.cost.high)
        if found.cost
        else None,
        recommendations=[*(one.text for one in advice), texts.TEST_FIRST.into(language)],
        questions=list(said.questions),
        codes=[
            CodeOut(
                code=code.code,
                valid=code.valid,
                in_guide=code.in_guide,
                title=code.finding.label[language.value] if code.finding else None,
                urgency=code.finding.urgency if code.finding else None,
            )
            for code in found.codes
        ],
        sources=[
            SourceOut(id=fact.id, text=fact.text) for fact in said.facts if fact.id.startswith("K:")
        ]
        + [
            SourceOut(id=code, text=knowledge.source_titles().get(code, code))
            for code in (found.cost.sources if found.cost else ())
        ],
        confidence=found.confidence,
        understood=found.understood,
        refused=refused is not None,
        degraded=said.degraded is not None,
        reason=said.degraded,
    )


def _cause(one: Cause, language: Language) -> CauseOut:
    return CauseOut(
        component=one.component,
        label=knowledge.components()[one.component].label[language.value],
        likelihood=one.likelihood,
        evidence=list(one.evidence),
        estimated_cost=CostOut(low=one.cost.low, typical=one.cost.typical, high=one.cost.high),
    )
