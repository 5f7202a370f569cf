import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import UUID

import orjson
import structlog
from fastapi.responses import StreamingResponse

from services.ai.api.dependencies import AdviceOut, Asked, AtDesk, InSettings, SourceOut
from services.ai.errors import ConversationFull
from services.ai.settings import Settings
from services.ai.usecases.chat import Part, Said, open_turn, reply
from services.ai.usecases.work import Desk
from shared.contracts.base import Language
from shared.contracts.features import Feature, Limit
from shared.errors import NotFound
from shared.http.access import needs
from shared.http.errors import Spoken, problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel, Identifier, RequestModel
from shared.http.router import Router
from shared.process import cancelled, supervised

log = structlog.get_logger()
router = Router(prefix="/api/ai-assistant", tags=["assistant"])
STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class ChatAsked(RequestModel):
    message: Asked
    conversation_id: Identifier | None = None
    vehicle_id: Identifier | None = None
    stream: bool = False


class SendAsked(RequestModel):
    message: Asked
    stream: bool = False


class UsageOut(AnswerModel):
    prompt: int
    completion: int
    estimated: bool


class ChatOut(AnswerModel):
    conversation_id: str
    message_id: str
    text: str
    urgency: str | None
    safety: list[AdviceOut]
    sources: list[SourceOut]
    vehicle: str | None
    as_of: str | None
    refused: bool
    degraded: bool
    reason: str | None
    engine: bool
    usage: UsageOut


SPOKEN: dict[int | str, dict[str, Any]] = {
    200: {
        "model": ChatOut,
        "description": "The answer; with `stream: true` the events meta, safety, delta, citation, usage, done, error.",
        "content": {"text/event-stream": {}},
    }
}


@router.post(
    "/assistant/chat",
    openapi_extra=needs(Feature.AI_CHAT),
    response_model=None,
    responses={**SPOKEN, **problems(NotFound, ConversationFull)},
)
async def chat(
    body: ChatAsked, desk: AtDesk, caller: CurrentCaller, language: Spoken, settings: InSettings
) -> ChatOut | StreamingResponse:
    """Talk about one's own cars. Without `conversation_id` a new conversation is opened."""
    said = _said(caller, body.message, language, body.conversation_id, body.vehicle_id)
    return await _answer(desk, said, settings, stream=body.stream)


@router.post(
    "/conversations/{conversation_id}/send_message",
    openapi_extra=needs(Feature.AI_CHAT),
    response_model=None,
    responses={**SPOKEN, **problems(NotFound, ConversationFull)},
)
async def send_message(  # noqa: PLR0917  (what a route is given)
    conversation_id: UUID,
    body: SendAsked,
    desk: AtDesk,
    caller: CurrentCaller,
    language: Spoken,
    settings: InSettings,
) -> ChatOut | StreamingResponse:
    """The same, in a conversation that is already open."""
    said = _said(caller, body.message, language, conversation_id, None)
    return await _answer(desk, said, settings, stream=body.stream)


async def _answer(
    desk: Desk, said: Said, settings: Settings, *, stream: bool
) -> ChatOut | StreamingResponse:
    opened = await open_turn(desk, said=said)
    parts = reply(desk, said=said, opened=opened, seconds=settings.stream_seconds)
    return _streamed(parts, settings.heartbeat_seconds) if stream else await _whole(parts)


def _said(
    caller: Caller,
    text: str,
    language: Language,
    conversation_id: UUID | None,
    vehicle_id: UUID | None,
) -> Said:
    return Said(
        owner_id=caller.user,
        text=text,
        language=language,
        conversation_id=conversation_id,
        vehicle_id=vehicle_id,
        full=caller.has(Feature.AI_DIAGNOSIS),
        limit=caller.limit(Limit.AI_TOKENS_MONTH),
    )


async def _whole(parts: AsyncGenerator[Part, None]) -> ChatOut:
    """All events in one answer."""
    facts: dict[str, Any] = {"text": [], "sources": [], "safety": [], "usage": {}}
    async for part in parts:
        match part.name:
            case "delta":
                facts["text"].append(part.data["text"])
            case "citation":
                facts["sources"].append(part.data)
            case "safety":
                facts["safety"] = part.data["advice"]
            case "usage":
                facts["usage"] = part.data
            case "meta":
                facts |= {name: part.data[name] for name in ("vehicle", "as_of")}
            case _:
                facts |= part.data
    return ChatOut(**{**facts, "text": " ".join(facts["text"])})


def _streamed(parts: AsyncGenerator[Part, None], heartbeat: float) -> StreamingResponse:
    return StreamingResponse(
        _events(parts, heartbeat), media_type="text/event-stream", headers=STREAM
    )


async def _events(parts: AsyncGenerator[Part, None], heartbeat: float) -> AsyncIterator[bytes]:
    """Server-sent events; a comment when nothing came for a while. When the client leaves, the pump is cancelled, and with it the model."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=64)
    pump = supervised(_pump(parts, queue), name="ai.chat_stream")
    try:
        while True:
            try:
                async with asyncio.timeout(heartbeat):
                    event = await queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is None:
                return
            yield event
    finally:
        await cancelled(pump)


async def _pump(parts: AsyncGenerator[Part, None], queue: asyncio.Queue[bytes | None]) -> None:
    try:
        async with aclosing(parts):
            async for part in parts:
                await queue.put(_event(part))
    except Exception as error:
        log.exception("chat.stream_failed", error=type(error).__name__)
        await queue.put(_event(Part("error", {"code": "internal_error"})))
    await queue.put(None)


def _event(part: Part) -> bytes:
    return b"event: " + part.name.encode() + b"\ndata: " + orjson.dumps(part.data) + b"\n\n"
