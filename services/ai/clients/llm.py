# ruff: noqa: ARG002 - RuleBasedLlm obeys the protocol and uses nothing of it
"""The language model behind one protocol: an OpenAI-compatible server, or nobody (then the engine speaks alone).

Every way a provider can fail becomes a ModelTrouble with a reason of ours. The SDK's own retries and its ten-minute time-out are
off: one retry, and only before the first byte.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import httpx2
import openai
import structlog
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from services.ai.clients.breaker import ModelBreaker
from services.ai.clients.troubles import extract_object, trouble_of
from services.ai.domain.quota import Usage
from services.ai.errors import ModelTrouble
from services.ai.settings import Settings
from shared.db.outside import outside

log = structlog.get_logger()
T = TypeVar("T")
Messages = Sequence[Mapping[str, Any]]
MOST_WAIT = 5.0  # a provider that asks for more patience than this is not waited for
OFFICIAL = "api.openai.com"
FORMATS = ("json_schema", "json_object", "plain")


@dataclass(frozen=True, slots=True)
class Delta:
    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Called:
    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    usage: Usage


Piece = Delta | Called | Spent


class Llm(Protocol):
    @property
    def model(self) -> str | None:
        """None: there is no model."""

    @property
    def is_away(self) -> bool:
        """Whether the model is not asked because it keeps failing; known from people's questions, nobody is asked."""

    def stream(
        self,
        messages: Messages,
        *,
        max_tokens: int,
        person: UUID,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> AsyncGenerator[Piece, None]:
        """Raises ModelTrouble, before or in the middle of the pieces."""

    async def structured(
        self, messages: Messages, *, schema: Mapping[str, Any], max_tokens: int, person: UUID
    ) -> tuple[dict[str, Any], Usage]:
        """An object that was parsed, not yet believed. Raises ModelTrouble."""

    async def close(self) -> None: ...


class RuleBasedLlm:
    """Nobody is asked: every answer is the engine's."""

    model = None
    is_away = False

    @outside
    async def stream(
        self,
        messages: Messages,
        *,
        max_tokens: int,
        person: UUID,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> AsyncGenerator[Piece, None]:
        raise ModelTrouble("not_configured")
        yield Delta("")  # makes this an async generator, as the protocol wants

    @outside
    async def structured(
        self, messages: Messages, *, schema: Mapping[str, Any], max_tokens: int, person: UUID
    ) -> tuple[dict[str, Any], Usage]:
        raise ModelTrouble("not_configured")

    async def close(self) -> None:
        return None


class OpenAiLlm:
    def __init__(self, settings: Settings, *, breaker: ModelBreaker | None = None) -> None:
        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
        timeout = httpx2.Timeout(settings.answer_seconds, connect=settings.first_byte_seconds)
        self._client = AsyncOpenAI(
            api_key=key, base_url=settings.openai_base_url, max_retries=0, timeout=timeout
        )
        self._settings = settings
        self._breaker = breaker or ModelBreaker()
        self._formats = list(FORMATS)
        self._is_official = OFFICIAL in str(self._client.base_url)

    @property
    def model(self) -> str | None:
        return self._settings.openai_model

    @property
    def is_away(self) -> bool:
        return self._breaker.is_open

    async def close(self) -> None:
        await self._client.close()

    @outside
    async def stream(
        self,
        messages: Messages,
        *,
        max_tokens: int,
        person: UUID,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> AsyncGenerator[Piece, None]:
        deadline = time.monotonic() + self._settings.stream_seconds
        asked: dict[str, Any] = {
            "messages": list(messages),
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            **({"tools": list(tools)} if tools else {}),
        }
        opened = await self._patiently(
            lambda: self._ask(asked, person, self._settings.first_byte_seconds)
        )
        gathered = _Gathered()
        try:
            chunks = opened.__aiter__()
            wait = self._settings.first_byte_seconds
            while (
                chunk := await self._next(chunks, min(wait, deadline - time.monotonic()))
            ) is not None:
                wait = self._settings.idle_seconds
                for piece in gathered.add(chunk):
                    yield piece
        finally:
            await opened.close()
        try:
            called = gathered.end()
        except ModelTrouble:
            self._breaker.failed()
            raise
        self._breaker.worked()
        if called:
            yield called

    @outside
    async def structured(
        self, messages: Messages, *, schema: Mapping[str, Any], max_tokens: int, person: UUID
    ) -> tuple[dict[str, Any], Usage]:
        """Strict schema, then any JSON object, then plain text with the object cut out of it; what a server refused is remembered."""
        spent = Usage(0, 0)
        repaired = False
        while True:
            try:
                text, used = await self._once(
                    messages, self._formats[0], schema, max_tokens, person
                )
            except ModelTrouble as trouble:
                if trouble.reason != "rejected" or len(self._formats) == 1:
                    raise
                log.info("model.format_refused", format=self._formats.pop(0))
                continue
            spent = Usage(
                spent.prompt + used.prompt, spent.completion + used.completion, used.estimated
            )
            found = extract_object(text)
            if found is not None:
                return found, spent
            if repaired:
                raise ModelTrouble("bad_answer")
            repaired = True

    async def _once(
        self,
        messages: Messages,
        form: str,
        schema: Mapping[str, Any],
        max_tokens: int,
        person: UUID,
    ) -> tuple[str, Usage]:
        asked: dict[str, Any] = {"messages": list(messages), "max_tokens": max_tokens}
        if form == "json_schema":
            named = {"name": "answer", "schema": schema, "strict": True}
            asked["response_format"] = {"type": "json_schema", "json_schema": named}
        else:
            rule = f"Answer with one JSON object of this JSON Schema and nothing else: {json.dumps(schema)}"
            asked["messages"] = [*messages, {"role": "system", "content": rule}]
            if form == "json_object":
                asked["response_format"] = {"type": "json_object"}
        answer = await self._patiently(
            lambda: self._ask(asked, person, self._settings.answer_seconds)
        )
        if not isinstance(answer, ChatCompletion) or not answer.choices:
            self._breaker.failed()
            raise ModelTrouble("bad_answer")
        self._breaker.worked()
        used = answer.usage
        text = answer.choices[0].message.content or ""
        return text, Usage(used.prompt_tokens, used.completion_tokens) if used else Usage(
            0, 0, estimated=True
        )

    async def _ask(
        self, asked: Mapping[str, Any], person: UUID, seconds: float
    ) -> Any:  # a completion or a stream, as asked
        extra = (
            {"store": False, "safety_identifier": self._pseudonym(person)}
            if self._is_official
            else {}
        )
        try:
            async with asyncio.timeout(seconds):
                create: Any = (
                    self._client.chat.completions.create
                )  # our bodies are plain JSON, the SDK types each variant
                return await create(model=self._settings.openai_model, **asked, **extra)
        except (openai.OpenAIError, httpx2.HTTPError, TimeoutError, ValueError) as error:
            raise trouble_of(error) from error

    async def _next(
        self, chunks: AsyncIterator[ChatCompletionChunk], seconds: float
    ) -> ChatCompletionChunk | None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await anext(chunks, None)
        except (
            openai.OpenAIError,
            httpx2.HTTPError,
            httpx2.StreamError,
            TimeoutError,
            ValueError,
        ) as error:
            self._breaker.failed()
            raise trouble_of(error) from error

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """One retry, when it may help and the provider does not ask for more than a few seconds."""
        if self._breaker.is_open:
            raise ModelTrouble("breaker_open")
        try:
            return await ask()
        except ModelTrouble as trouble:
            wait = trouble.retry_after if trouble.retry_after is not None else 0.2
            if not trouble.retriable or wait > MOST_WAIT:
                self._note(trouble)
                raise
        await asyncio.sleep(wait)
        try:
            return await ask()
        except ModelTrouble as trouble:
            self._note(trouble)
            raise

    def _note(self, trouble: ModelTrouble) -> None:
        log.warning("model.failed", reason=trouble.reason)
        if trouble.reason not in {"rejected", "context_too_long"}:
            self._breaker.failed()

    def _pseudonym(self, person: UUID) -> str:
        key = self._settings.safety_identifier_key.get_secret_value().encode()
        return hmac.new(key, person.bytes, hashlib.sha256).hexdigest()[:32]


class _Gathered:
    """What has come so far of one streamed answer."""

    def __init__(self) -> None:
        self._calls: dict[int, list[str]] = {}
        self._finish: str | None = None
        self._refused = False

    def add(self, chunk: ChatCompletionChunk) -> list[Piece]:
        found: list[Piece] = []
        if chunk.usage:
            found.append(Spent(Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)))
        for choice in chunk.choices or ():
            self._finish = choice.finish_reason or self._finish
            self._refused = self._refused or bool(choice.delta.refusal)
            if choice.delta.content:
                found.append(Delta(choice.delta.content))
            for part in choice.delta.tool_calls or ():
                call = self._calls.setdefault(part.index, ["", "", ""])
                call[0] = part.id or call[0]
                if part.function:
                    call[1] += part.function.name or ""
                    call[2] += part.function.arguments or ""
        return found

    def end(self) -> Called | None:
        if self._refused or self._finish == "content_filter":
            raise ModelTrouble("content_filter")
        if self._finish is None:
            raise ModelTrouble("dropped")
        calls = tuple(ToolCall(*parts) for _, parts in sorted(self._calls.items()))
        return Called(calls) if calls else None


def build_llm(settings: Settings) -> Llm:
    return OpenAiLlm(settings) if settings.has_model else RuleBasedLlm()
