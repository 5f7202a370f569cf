"""What a symptom or a code means for one car. The engine decides; a model may only narrate, ask and warn louder."""

from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from pydantic import BaseModel, Field, ValidationError

from services.ai.domain import texts
from services.ai.domain.car import Car, fuel_named, gearbox_named
from services.ai.domain.diagnosis import Diagnosis, diagnose
from services.ai.domain.grounding import is_grounded, known_numbers, sentences, without_citations
from services.ai.domain.knowledge import RANK
from services.ai.domain.prompts import ANSWER_TOKENS, DIAGNOSIS_SCHEMA, messages, system_prompt
from services.ai.domain.quota import Usage, estimate
from services.ai.domain.safety import Policy, contradicts, filtered, judge
from services.ai.domain.telling import Fact, car_facts, diagnosis_facts, diagnosis_text
from services.ai.errors import ModelTrouble, VehicleNeeded
from services.ai.usecases.garage_copy import METRES, car_of, garage_of
from services.ai.usecases.usage import reserve, settle
from services.ai.usecases.work import Desk, Work
from shared.access import Access
from shared.contracts.ai import DiagnosisAnswered
from shared.contracts.base import Language
from shared.contracts.vehicles_cases import DiagnosisAsked

log = structlog.get_logger()
MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Diagnosed:
    diagnosis: Diagnosis
    text: str
    questions: tuple[str, ...]
    refused: Policy
    degraded: str | None  # the reason, when a model should have spoken and did not
    facts: tuple[Fact, ...]
    used_model: bool


class ModelDiagnosis(BaseModel):
    """What a model may say; anything else is not believed."""

    summary: str = Field(max_length=4000)
    urgency: str = Field(pattern="^(low|medium|high)$")
    causes: list[str] = Field(default_factory=list, max_length=20)
    questions: list[str] = Field(default_factory=list, max_length=20)


@dataclass(frozen=True, slots=True)
class Complaint:
    owner_id: UUID
    symptoms: str
    codes: tuple[str, ...]
    language: Language
    vehicle_id: UUID | None
    described: Car | None
    country: str | None
    limit: int | None


async def diagnose_for(desk: Desk, *, asked: Complaint) -> Diagnosed:
    """NotFound for a car that is not the caller's, VehicleNeeded without any car."""
    if asked.vehicle_id is None and asked.described is None:
        raise VehicleNeeded(pointer="/vehicle_id")
    async with desk.open_work() as work:
        garage = await garage_of(work, asked)
        ref = garage.chosen or "v1"
        car, country = garage.cars[ref], garage.country.get(ref)
        found = diagnose(
            asked.symptoms, asked.codes, car, language=asked.language.value, country=country
        )
        facts = diagnosis_facts(found, asked.language, full=True)
        due = garage.due(ref, work.today)
        facts += car_facts(
            car,
            due,
            garage.records.get(ref, ()),
            asked.language,
            country=country,
            as_of=garage.as_of.get(ref),
        )
        text = diagnosis_text(found, asked.language, full=True)
        prompt = messages(
            asked.symptoms, engine=text, facts=facts, turns=(), language=asked.language
        )
        entry, may = await reserve(
            work,
            owner_id=asked.owner_id,
            kind="diagnostic",
            tokens=estimate(prompt, ANSWER_TOKENS),
            limit=asked.limit,
            model=desk.llm.model,
        )
    questions = tuple(one.into(asked.language) for one in texts.QUESTIONS)
    plain = Diagnosed(
        found, text, questions, judge(asked.symptoms), None, tuple(facts), used_model=False
    )
    if not may:
        return replace(plain, degraded="quota" if desk.llm.model else None)
    return await _narrated(desk, asked, plain, prompt, entry)


async def _narrated(
    desk: Desk, asked: Complaint, plain: Diagnosed, prompt: list[dict[str, str]], entry: UUID
) -> Diagnosed:
    used, answer = Usage(estimate(prompt, 0), 0, estimated=True), plain
    try:
        said, used = await desk.llm.structured(
            prompt, schema=DIAGNOSIS_SCHEMA, max_tokens=ANSWER_TOKENS, person=asked.owner_id
        )
        answer = believed(plain, ModelDiagnosis.model_validate(said), asked.language)
    except ModelTrouble as trouble:
        answer = replace(plain, degraded=trouble.reason)
    except ValidationError:
        answer = replace(plain, degraded="bad_answer")
    finally:
        async with desk.open_work() as work:
            await settle(work, owner_id=asked.owner_id, entry_id=entry, usage=used)
    return answer


def believed(plain: Diagnosed, said: ModelDiagnosis, language: Language) -> Diagnosed:
    """The louder urgency; the engine's causes in the model's order; only grounded, harmless sentences of its prose."""
    found = plain.diagnosis
    urgency = max(found.urgency, said.urgency, key=RANK.__getitem__)
    known = known_numbers([*(fact.text for fact in plain.facts), plain.text])
    secret = system_prompt(language)
    prose = [
        without_citations(one)
        for one in sentences(filtered(said.summary, secret=secret))
        if is_grounded(one, known) and not contradicts(one, urgency)
    ]
    order = {name: place for place, name in enumerate(said.causes)}
    causes = (
        tuple(sorted(found.causes[:3], key=lambda one: order.get(one.component, 99)))
        + found.causes[3:]
    )
    if not prose:
        return replace(plain, diagnosis=replace(found, urgency=urgency), degraded="unsafe_answer")
    asked = tuple(filtered(one, secret=secret) for one in said.questions[:MOST_QUESTIONS])
    return replace(
        plain,
        diagnosis=replace(found, urgency=urgency, causes=causes),
        text=" ".join([*prose, plain.text]),
        questions=tuple(one for one in asked if one) or plain.questions,
        used_model=True,
    )


async def answer_asked(work: Work, *, event: DiagnosisAsked) -> None:
    """A case of the vehicles service is answered by the engine, in the transaction of the message; once for each request, whichever
    messages bring it.
    """
    if event.request_id and await work.usage.find_seen(Access(event.owner_id), event.request_id):
        return
    row = await work.cars.find_seen(Access(event.owner_id), event.vehicle_id)
    country = row.country if row else None
    found = diagnose(
        event.symptoms,
        event.dtc_codes,
        _car_asked_about(event, car_of(row) if row else Car()),
        language=event.language.value,
        country=country,
    )
    await reserve(
        work,
        owner_id=event.owner_id,
        kind="diagnostic",
        tokens=0,
        limit=None,
        model=None,
        entry_id=event.request_id,
    )
    work.emit(
        DiagnosisAnswered(
            diagnostic_id=event.diagnostic_id,
            vehicle_id=event.vehicle_id,
            owner_id=event.owner_id,
            urgency=found.urgency,
            summary=diagnosis_text(found, event.language, full=True),
            confidence=found.confidence,
            answered_at=work.now,
            request_id=event.request_id,
        )
    )
    log.info("diagnosis.answered", diagnostic_id=str(event.diagnostic_id), urgency=found.urgency)


def _car_asked_about(event: DiagnosisAsked, copied: Car) -> Car:
    """As the asker's message tells it, which our copy may be behind; without, as we have it."""
    metres, said = event.odometer_m, event.car
    car = copied
    if said is not None:
        car = replace(
            car,
            make=said.make,
            model=said.model,
            engine=said.model,
            year=said.year,
            fuel=fuel_named(said.fuel_type),
            gearbox=gearbox_named(said.transmission),
            first_registration=said.first_registration,
        )
    return car if metres is None else replace(car, mileage_km=round(metres / METRES))
