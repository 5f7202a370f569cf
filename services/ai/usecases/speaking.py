"""Letting a model put the engine's answer into words, sentence by sentence: each is checked before anybody sees it, tools answer
only from the garage of this request, and whatever goes wrong the engine's own words follow.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.ai.clients.llm import Called, Delta, Spent, ToolCall
from services.ai.domain.answering import Answer, Garage
from services.ai.domain.grounding import (
    SENTENCE_END,
    Figure,
    cited,
    is_grounded,
    known_numbers,
    without_citations,
)
from services.ai.domain.prompts import ANSWER_TOKENS, system_prompt, tool_answer
from services.ai.domain.quota import Usage, tokens_of
from services.ai.domain.redaction import redact
from services.ai.domain.safety import contradicts, filtered, judge, leaks
from services.ai.domain.tools import MOST_CALLS, MOST_ROUNDS, definitions, run
from services.ai.errors import ModelTrouble
from services.ai.usecases.work import Desk
from shared.contracts.base import Language

MOST_CHARACTERS = 6000


@dataclass(slots=True)
class Speech:
    """One answer while it is spoken."""

    answer: Answer
    garage: Garage
    language: Language
    today: date
    person: UUID
    prompt: list[dict[str, Any]]
    seconds: float
    said: list[str] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    dropped: int = 0
    degraded: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    heard_usage: bool = False
    heard_characters: int = 0
    tools_run: int = 0
    known: set[Figure] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = known_numbers([*(fact.text for fact in self.answer.facts), self.answer.text])

    @property
    def text(self) -> str:
        return " ".join(self.said)

    @property
    def usage(self) -> Usage:
        """What the provider told, else an estimate from the characters that went and came."""
        if self.heard_usage:
            return Usage(self.prompt_tokens, self.completion_tokens)
        sent = sum(tokens_of(str(one.get("content") or "")) for one in self.prompt)
        return Usage(sent, tokens_of("x" * self.heard_characters), estimated=True)

    def admit(self, sentence: str) -> str | None:
        """The sentence as it may be shown; None when it says what no fact carries, calms a danger or gives away the rules."""
        secret = system_prompt(self.language)
        urgency = self.answer.urgency or "low"
        clean = filtered(redact(sentence), secret=secret)
        plain = without_citations(clean).strip()
        wrong = (
            not plain
            or not is_grounded(clean, self.known)
            or contradicts(plain, urgency)
            or judge(plain).topic is not None
            or leaks(f"{self.text} {plain}", secret)
        )
        if wrong:
            self.dropped += 1
            return None
        facts = {fact.id for fact in self.answer.facts}
        self.citations += [
            one for one in cited(clean) if one in facts and one not in self.citations
        ]
        self.said.append(plain)
        return plain

    def spend(self, usage: Usage) -> None:
        self.heard_usage = True
        self.prompt_tokens += usage.prompt
        self.completion_tokens += usage.completion

    def fall_back(self, reason: str) -> str:
        """The engine's own words, after whatever was already said."""
        self.degraded = reason
        self.said.append(self.answer.text)
        return self.answer.text


async def speak(desk: Desk, speech: Speech) -> AsyncGenerator[str, None]:
    """Checked pieces of text. Never raises ModelTrouble."""
    started = time.monotonic()
    messages = list(speech.prompt)
    try:
        for tools in [definitions()] * MOST_ROUNDS + [[]]:
            if time.monotonic() - started > speech.seconds:
                raise ModelTrouble("timeout")  # noqa: TRY301  (one way out for every trouble)
            turn = _Turn()
            async with aclosing(_round(desk, speech, messages, tools, turn)) as shown:
                async for sentence in shown:
                    yield sentence
            if turn.called is None:
                break
            messages += _tool_turn(speech, turn.called)
    except ModelTrouble as trouble:
        yield speech.fall_back(trouble.reason)
        return
    if not speech.said:
        yield speech.fall_back("unsafe_answer" if speech.dropped else "bad_answer")


@dataclass(slots=True)
class _Turn:
    called: Called | None = None
    buffer: str = ""


async def _round(
    desk: Desk,
    speech: Speech,
    messages: list[dict[str, Any]],
    tools: list[dict[str, Any]],
    turn: _Turn,
) -> AsyncGenerator[str, None]:
    """One request to the model: its sentences as they become whole and pass."""
    stream = desk.llm.stream(messages, max_tokens=ANSWER_TOKENS, person=speech.person, tools=tools)
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            match piece:
                case Spent(usage):
                    speech.spend(usage)
                case Called():
                    turn.called = piece
                case Delta(text):
                    speech.heard_characters += len(text)
                    whole, turn.buffer = _whole_sentences(turn.buffer + text)
                    for sentence in whole:
                        if shown := speech.admit(sentence):
                            yield shown
    if turn.buffer.strip() and (shown := speech.admit(turn.buffer)):
        yield shown


def _whole_sentences(text: str) -> tuple[list[str], str]:
    """Finished sentences, and the beginning of the next."""
    parts = SENTENCE_END.split(text[:MOST_CHARACTERS])
    return [part for part in parts[:-1] if part.strip()], parts[-1]


def _tool_turn(speech: Speech, called: Called) -> list[dict[str, Any]]:
    """What was asked and what is answered; past the limit every call is told no."""
    asked = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in called.calls
    ]
    answers = [
        {"role": "tool", "tool_call_id": call.id, "content": _answered(speech, call)}
        for call in called.calls
    ]
    return [{"role": "assistant", "content": None, "tool_calls": asked}, *answers]


def _answered(speech: Speech, call: ToolCall) -> str:
    if speech.tools_run >= MOST_CALLS:
        return '{"error": "too many calls: denied"}'
    speech.tools_run += 1
    result = tool_answer(
        run(call.name, call.arguments, speech.garage, today=speech.today, language=speech.language)
    )
    speech.known |= known_numbers([result])
    return result
