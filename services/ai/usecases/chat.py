"""A talk about one's own cars. The engine answers first and always; a model, when there is one and the month allows it, puts the
answer into words. No transaction is open while it does.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import structlog

from services.ai.domain.answering import Answer, Garage, answer
from services.ai.domain.prompts import ANSWER_TOKENS, TURNS, Turn, messages
from services.ai.domain.quota import Usage, estimate
from services.ai.domain.redaction import redact
from services.ai.domain.safety import advice_texts
from services.ai.errors import ConversationFull
from services.ai.storage.models import Conversation, Message
from services.ai.usecases.garage_copy import load_garage
from services.ai.usecases.speaking import Speech, speak
from services.ai.usecases.usage import reserve, settle
from services.ai.usecases.work import Desk, Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import Unauthorized
from shared.ids import new_id
from shared.process import supervised

log = structlog.get_logger()
MOST_MESSAGES = 400
TITLE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says to the assistant, and what their plan allows."""

    owner_id: UUID
    text: str
    language: Language
    conversation_id: UUID | None
    vehicle_id: UUID | None
    full: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """One event of an answer: meta, safety, delta, citation, usage, done."""

    name: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    conversation_id: UUID
    answer_id: UUID
    entry_id: UUID
    answer: Answer
    garage: Garage
    prompt: list[dict[str, str]]
    today: date
    may_ask: bool


async def open_turn(desk: Desk, *, said: Said) -> Opened:
    """Everything that needs the database, in one short transaction. NotFound for another person's conversation or car."""
    async with desk.open_work() as work:
        conversation = await _conversation(work, said)
        vehicle = said.vehicle_id or conversation.vehicle_id
        garage = await load_garage(work, access=Access(said.owner_id), chosen=vehicle)
        turns = await work.messages.last(Access(said.owner_id), conversation.id, TURNS)
        today = work.today
        found = answer(said.text, garage, today=today, language=said.language, full=said.full)
        history = [Turn(one.role, one.content) for one in turns]
        prompt = messages(
            said.text, engine=found.text, facts=found.facts, turns=history, language=said.language
        )
        model = None if found.refused else desk.llm.model
        entry, may = await reserve(
            work,
            owner_id=said.owner_id,
            kind="chat",
            tokens=estimate(prompt, ANSWER_TOKENS),
            limit=said.limit,
            model=model,
        )
        _remember(work, conversation, "user", said.text, {})
        conversation.updated_at = work.now
        return Opened(conversation.id, new_id(), entry, found, garage, prompt, today, may)


async def _conversation(work: Work, said: Said) -> Conversation:
    if said.conversation_id is None:
        title = " ".join(redact(said.text).split())[:TITLE_CHARACTERS]
        opened = Conversation(
            id=new_id(),
            owner_id=said.owner_id,
            vehicle_id=said.vehicle_id,
            title=title,
            language=said.language.value,
            created_at=work.now,
            updated_at=work.now,
        )
        work.conversations.add(opened)
        await work.flush()
        return opened
    access = Access(said.owner_id)
    found = await work.conversations.one_changed(
        access, said.conversation_id, pointer="/conversation_id"
    )
    if await work.messages.count(access, found.id) >= MOST_MESSAGES:
        raise ConversationFull
    return found


def _remember(
    work: Work, conversation: Conversation, role: str, content: str, meta: dict[str, Any]
) -> None:
    work.messages.add(
        Message(
            id=new_id(),
            conversation_id=conversation.id,
            owner_id=conversation.owner_id,
            role=role,
            content=content,
            meta=meta,
            created_at=work.now,
        )
    )


async def reply(
    desk: Desk, *, said: Said, opened: Opened, seconds: float
) -> AsyncGenerator[Part, None]:
    """The parts of the answer as they are ready; what was said is kept even when the listener leaves in the middle."""
    speech = Speech(
        opened.answer,
        opened.garage,
        said.language,
        opened.today,
        said.owner_id,
        list(opened.prompt),
        seconds,
    )
    yield Part("meta", _meta(said, opened, desk))
    if opened.answer.safety or opened.answer.urgency:
        advice = advice_texts(opened.answer.safety, said.language.value)
        yield Part("safety", {"urgency": opened.answer.urgency, "advice": advice})
    finished = False
    try:
        async with aclosing(_words(desk, speech, opened)) as words:
            async for text in words:
                yield Part("delta", {"text": text})
        finished = True
    finally:
        await asyncio.shield(
            supervised(_keep(desk, said, opened, speech, finished=finished), name="ai.keep_answer")
        )
    for fact in opened.answer.facts:
        if fact.id in speech.citations or (speech.degraded and fact.id.startswith("K:")):
            yield Part("citation", {"id": fact.id, "text": fact.text})
    used = speech.usage if opened.may_ask else Usage(0, 0)
    yield Part(
        "usage", {"prompt": used.prompt, "completion": used.completion, "estimated": used.estimated}
    )
    yield Part("done", _outcome(opened, speech, desk))


async def _words(desk: Desk, speech: Speech, opened: Opened) -> AsyncGenerator[str, None]:
    if opened.may_ask:
        async with aclosing(speak(desk, speech)) as spoken:
            async for text in spoken:
                yield text
        return
    speech.said.append(opened.answer.text)
    if desk.llm.model and not opened.answer.refused:
        speech.degraded = "quota"
    yield opened.answer.text


def _meta(said: Said, opened: Opened, desk: Desk) -> dict[str, Any]:
    ref = opened.garage.chosen
    as_of = opened.garage.as_of.get(ref) if ref else None
    return {
        "conversation_id": str(opened.conversation_id),
        "message_id": str(opened.answer_id),
        "language": said.language.value,
        "vehicle": opened.garage.cars[ref].name if ref else None,
        "as_of": as_of.isoformat() if as_of else None,
        "model": desk.llm.model if opened.may_ask else None,
    }


def _outcome(opened: Opened, speech: Speech, desk: Desk) -> dict[str, Any]:
    return {
        "conversation_id": str(opened.conversation_id),
        "message_id": str(opened.answer_id),
        "urgency": opened.answer.urgency,
        "refused": opened.answer.refused is not None,
        "degraded": speech.degraded is not None,
        "reason": speech.degraded,
        "engine": not opened.may_ask or speech.degraded is not None or desk.llm.model is None,
    }


async def _keep(desk: Desk, said: Said, opened: Opened, speech: Speech, *, finished: bool) -> None:
    meta = {
        "urgency": opened.answer.urgency,
        "safety": list(opened.answer.safety),
        "refused": opened.answer.refused,
        "degraded": speech.degraded,
        "citations": speech.citations,
        "dropped_sentences": speech.dropped,
        "complete": finished,
    }
    with contextlib.suppress(Unauthorized):  # erased while the answer was spoken
        await _store(desk, said, opened, speech, meta)


async def _store(
    desk: Desk, said: Said, opened: Opened, speech: Speech, meta: dict[str, Any]
) -> None:
    async with desk.open_work() as work:
        if opened.may_ask:
            await settle(work, owner_id=said.owner_id, entry_id=opened.entry_id, usage=speech.usage)
        conversation = await work.conversations.find_seen(
            Access(said.owner_id), opened.conversation_id
        )
        if conversation is None:  # deleted while the answer was spoken
            return
        work.messages.add(
            Message(
                id=opened.answer_id,
                conversation_id=conversation.id,
                owner_id=said.owner_id,
                role="assistant",
                content=speech.text,
                meta=meta,
                created_at=work.now,
            )
        )
    log.info(
        "chat.answered",
        conversation_id=str(opened.conversation_id),
        degraded=speech.degraded,
        dropped=speech.dropped,
        tools=speech.tools_run,
    )
