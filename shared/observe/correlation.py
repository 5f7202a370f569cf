"""One id from the click to the mail: carried in headers over HTTP, in the outbox, in messages and in jobs."""

import re
import secrets
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from shared.ids import new_id

REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}\Z")
TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z")


@dataclass(frozen=True, slots=True)
class Correlation:
    request_id: str
    traceparent: str

    @property
    def trace_id(self) -> str:
        return self.traceparent[3:35]

    def headers(self) -> dict[str, str]:
        return {"x-request-id": self.request_id, "traceparent": self.traceparent}


_current: ContextVar[Correlation | None] = ContextVar("correlation", default=None)


def accept(request_id: str | None, traceparent: str | None) -> Correlation:
    """Take over what a caller sent when it is well formed, else make new ids (W3C Trace Context, level 1)."""
    if not request_id or not REQUEST_ID.match(request_id):
        request_id = str(new_id())
    if not traceparent or not TRACEPARENT.match(traceparent):
        traceparent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    return Correlation(request_id, traceparent)


def begin(request_id: str | None = None, traceparent: str | None = None) -> Correlation:
    """Start a thread of work: everything logged and emitted from here on carries these ids."""
    correlation = accept(request_id, traceparent)
    _current.set(correlation)
    return correlation


def end() -> None:
    """What follows is of nobody's click, or of several at once."""
    _current.set(None)


def current() -> Correlation:
    return _current.get() or begin()


def named(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: each line carries the ids of the work it was written in, if that has any."""
    if (correlation := _current.get()) is not None:
        event.setdefault("request_id", correlation.request_id)
        event.setdefault("trace_id", correlation.trace_id)
    return event
