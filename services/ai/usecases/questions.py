"""One question about maintenance, answered from one car's history and our tables; a model may only put it into words."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.ai.domain.answering import Answer, answer
from services.ai.domain.car import Car
from services.ai.domain.prompts import ANSWER_TOKENS, messages
from services.ai.domain.quota import estimate
from services.ai.errors import VehicleNeeded
from services.ai.usecases.garage_copy import garage_of
from services.ai.usecases.speaking import Speech, speak
from services.ai.usecases.usage import reserve, settle
from services.ai.usecases.work import Desk
from shared.contracts.base import Language


@dataclass(frozen=True, slots=True)
class Question:
    owner_id: UUID
    text: str
    language: Language
    vehicle_id: UUID | None
    described: Car | None
    country: str | None
    full: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    answer: Answer
    text: str
    citations: tuple[str, ...]
    degraded: str | None
    as_of: date | None


async def answer_question(desk: Desk, *, asked: Question, seconds: float) -> Answered:
    """NotFound for a car that is not the caller's, VehicleNeeded without any car."""
    if asked.vehicle_id is None and asked.described is None:
        raise VehicleNeeded(pointer="/vehicle_id")
    async with desk.open_work() as work:
        garage = await garage_of(work, asked)
        today = work.today
        found = answer(asked.text, garage, today=today, language=asked.language, full=asked.full)
        prompt = messages(
            asked.text, engine=found.text, facts=found.facts, turns=(), language=asked.language
        )
        entry, may = await reserve(
            work,
            owner_id=asked.owner_id,
            kind="questions",
            tokens=estimate(prompt, ANSWER_TOKENS),
            limit=asked.limit,
            model=None if found.refused else desk.llm.model,
        )
    as_of = garage.as_of.get(garage.chosen or "")
    if not may:
        reason = "quota" if desk.llm.model and not found.refused else None
        return Answered(found, found.text, (), reason, as_of)
    speech = Speech(found, garage, asked.language, today, asked.owner_id, list(prompt), seconds)
    try:
        async for _ in speak(desk, speech):
            pass
    finally:
        async with desk.open_work() as work:
            await settle(work, owner_id=asked.owner_id, entry_id=entry, usage=speech.usage)
    return Answered(found, speech.text, tuple(speech.citations), speech.degraded, as_of)
