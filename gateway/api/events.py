import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from gateway.api.dependencies import InWork
from gateway.storage.streams import Listener, LiveEvent
from gateway.usecases.work import Work
from shared.contracts.scopes import Scope
from shared.errors import Unauthorized
from shared.http.access import signed_in
from shared.http.identity import CurrentCaller

router = APIRouter(prefix="/api/events", tags=["events"])
RETRY_MILLISECONDS = 3000


SERVER_SENT_EVENT = {
    "type": "object",
    "description": "One event; `data` is JSON.",
    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
}


@router.get(
    "/stream",
    openapi_extra=signed_in(Scope.NOTIFICATIONS_READ),
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `notification_created`, `document_progressed`, `import_progressed` and"
            " `entitlements_changed` of the caller, as they happen.",
            "content": {"text/event-stream": {"schema": SERVER_SENT_EVENT}},
        }
    },
)
async def stream_events(work: InWork, caller: CurrentCaller) -> StreamingResponse:
    """What happens to the caller's things, live. Ends with the session or the API key; reconnect with a new token."""
    under = caller.session_id or caller.api_key
    if under is None:
        raise Unauthorized
    listener = work.streams.open(caller.user, str(under))
    return StreamingResponse(
        _tell(work, listener),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _tell(work: Work, listener: Listener) -> AsyncIterator[bytes]:
    try:
        yield b"retry: %d\n\n" % RETRY_MILLISECONDS
        while True:
            try:
                async with asyncio.timeout(work.settings.heartbeat_seconds):
                    event = await listener.queue.get()
            except TimeoutError:
                yield b": alive\n\n"
                continue
            if event is None:
                return
            yield _frame(event)
    finally:
        work.streams.close(listener)


def _frame(event: LiveEvent) -> bytes:
    return f"id: {event.event_id}\nevent: {event.kind}\ndata: {event.data}\n\n".encode()
