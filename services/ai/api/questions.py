from datetime import date

from services.ai.api.dependencies import (
    AdviceOut,
    Asked,
    AtDesk,
    Country,
    InSettings,
    SourceOut,
    VehicleInfo,
)
from services.ai.domain.safety import advice_texts
from services.ai.errors import VehicleNeeded
from services.ai.usecases.questions import Question, answer_question
from shared.contracts.features import Feature, Limit
from shared.errors import NotFound
from shared.http.access import needs
from shared.http.errors import Spoken, problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/ai-assistant/assistant", tags=["assistant"])


class QuestionAsked(RequestModel):
    question: Asked
    vehicle_id: Identifier | None = None
    vehicle_info: VehicleInfo | None = None
    country: Country | None = None


class AnswerOut(AnswerModel):
    answer: str
    urgency: str | None
    safety_notes: list[AdviceOut]
    sources: list[SourceOut]
    as_of: date | None
    refused: bool
    degraded: bool
    reason: str | None


@router.post(
    "/maintenance_ask",
    openapi_extra=needs(Feature.AI_QUESTIONS),
    responses=problems(VehicleNeeded, NotFound),
)
async def maintenance_ask(
    body: QuestionAsked, desk: AtDesk, caller: CurrentCaller, language: Spoken, settings: InSettings
) -> AnswerOut:
    """One question about maintenance, answered from the car's own history and our tables."""
    asked = Question(
        owner_id=caller.user,
        text=body.question,
        language=language,
        vehicle_id=body.vehicle_id,
        described=body.vehicle_info.car() if body.vehicle_info else None,
        country=body.country or (body.vehicle_info.country if body.vehicle_info else None),
        full=caller.has(Feature.AI_DIAGNOSIS),
        limit=caller.limit(Limit.AI_TOKENS_MONTH),
    )
    said = await answer_question(desk, asked=asked, seconds=settings.answer_seconds)
    shown = [
        fact for fact in said.answer.facts if fact.id in said.citations or fact.id.startswith("K:")
    ]
    return AnswerOut(
        answer=said.text,
        urgency=said.answer.urgency,
        safety_notes=[AdviceOut(**one) for one in advice_texts(said.answer.safety, language.value)],
        sources=[SourceOut(id=fact.id, text=fact.text) for fact in shown],
        as_of=said.as_of,
        refused=said.answer.refused is not None,
        degraded=said.degraded is not None,
        reason=said.degraded,
    )
