from datetime import date
from typing import Literal

from pydantic import Field

from services.ai.api.dependencies import CostOut, Country, InWork, SourceOut, VehicleInfo
from services.ai.domain import knowledge, texts
from services.ai.domain.history import Record
from services.ai.domain.suggestions import Suggestion
from services.ai.domain.telling import reason, service_label
from services.ai.errors import VehicleNeeded
from services.ai.usecases.suggestions import Suggested, suggest_for_description, suggest_for_vehicle
from shared.contracts.base import Language
from shared.contracts.features import Feature
from shared.errors import NotFound
from shared.http.access import needs
from shared.http.errors import Spoken, problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day, Identifier, Prose, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/ai-assistant/assistant", tags=["assistant"])
MOST_KM_A_YEAR = 300_000


class PastService(RequestModel):
    date: Day | None = None
    mileage: int | None = Field(default=None, ge=0)
    text: Prose
    status: Literal["SCHEDULED", "IN_PROGRESS", "COMPLETED", "CANCELLED"] = "COMPLETED"


class SuggestionsAsked(RequestModel):
    vehicle_id: Identifier | None = None
    vehicle_info: VehicleInfo | None = None
    history: list[PastService] = Field(
        default_factory=list, max_length=200, description="Only with vehicle_info."
    )
    annual_km: int | None = Field(default=None, ge=0, le=MOST_KM_A_YEAR)
    usage: Literal["severe"] | None = None
    country: Country | None = None


class SuggestionOut(AnswerModel):
    priority: int
    service: str
    title: str
    action: str
    reason: str
    overdue: bool
    due_on: date | None
    due_km: int | None
    last_done_on: date | None
    last_done_km: int | None
    estimated_cost: CostOut
    sources: list[SourceOut]
    confidence: str


class WarningOut(AnswerModel):
    code: str
    text: str


class SuggestionsOut(AnswerModel):
    vehicle: str
    mileage_km: int | None
    mileage_is_estimate: bool
    as_of: date | None = Field(
        description="The day of the newest thing known of this car; null for a described one."
    )
    suggestions: list[SuggestionOut]
    warnings: list[WarningOut]
    note: str


@router.post(
    "/maintenance_suggestions",
    openapi_extra=needs(Feature.AI_SUGGESTIONS),
    responses=problems(VehicleNeeded, NotFound),
)
async def maintenance_suggestions(
    body: SuggestionsAsked, work: InWork, caller: CurrentCaller, language: Spoken
) -> SuggestionsOut:
    """At most five, the most important first; fewer when fewer are due."""
    if body.vehicle_id is not None:
        return _out(
            await suggest_for_vehicle(work, access=caller.access, vehicle_id=body.vehicle_id),
            language,
        )
    if body.vehicle_info is None:
        raise VehicleNeeded(pointer="/vehicle_id")
    found = await suggest_for_description(
        work,
        owner_id=caller.user,
        car=body.vehicle_info.car(),
        history=[Record(one.date, one.mileage, one.text, one.status) for one in body.history],
        country=body.country or body.vehicle_info.country,
        annual_km=body.annual_km,
        severe=body.usage == "severe",
    )
    return _out(found, language)


def _out(found: Suggested, language: Language) -> SuggestionsOut:
    return SuggestionsOut(
        vehicle=found.car.name,
        mileage_km=found.due.mileage_km,
        mileage_is_estimate=found.due.mileage_is_estimate,
        as_of=found.as_of,
        suggestions=[
            _one(place, one, language, found.country)
            for place, one in enumerate(found.due.items, start=1)
        ],
        warnings=[
            WarningOut(code=code, text=texts.WARNINGS[code].into(language))
            for code in found.due.warnings
        ],
        note=texts.MAKER_WINS.into(language),
    )


def _one(place: int, one: Suggestion, language: Language, country: str) -> SuggestionOut:
    titles = knowledge.source_titles()
    return SuggestionOut(
        priority=place,
        service=one.service,
        title=service_label(one.service, language, country),
        action=one.action,
        reason=reason(one, language, country),
        overdue=one.overdue,
        due_on=one.due_on,
        due_km=one.due_km,
        last_done_on=one.last_on,
        last_done_km=one.last_km,
        estimated_cost=CostOut(low=one.cost.low, typical=one.cost.typical, high=one.cost.high),
        sources=[SourceOut(id=code, text=titles.get(code, code)) for code in one.sources],
        confidence=one.confidence,
    )
