"""The gateway's reading of HTTP/1.1: strict where uvicorn is lenient, with a deadline for everything.

Subclasses uvicorn's protocol and leans on its internals; uvicorn is pinned for that reason and
`tests/api/test_guard.py` speaks to it through raw sockets. One sweep a second replaces timers.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gateway.api.problems import refusal_document
from gateway.domain.targets import MAX_TARGET_BYTES, is_ambiguous
from gateway.errors import (
    AmbiguousTarget,
    HeadersTooLarge,
    MalformedRequest,
    MethodNotAllowed,
    RequestTimeout,
    TargetTooLong,
)
from shared.errors import AppError

MAX_HEADER_BYTES = 16 * 1024
MAX_HEADERS = 100
HEADER_SECONDS = 10.0
BODY_GRACE_SECONDS = 30.0
MAX_UNWANTED_BYTES = 64 * 1024 * 1024
"""How much of a body we read past our answer, so that a caller who only writes can still read it."""
BODY_BYTES_PER_SECOND = 1024
SWEEP_SECONDS = 1.0

_NAME = re.compile(rb"[A-Za-z0-9-]{1,128}")
_HOST = re.compile(
    rb"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"})


class _Refused(Exception):
    """Stops the parser; the refusal itself waits in the protocol."""


_alive: WeakSet["GuardProtocol"] = WeakSet()


def _sweep(loop: Any) -> None:
    now = loop.time()
    mine = [protocol for protocol in _alive if protocol.loop is loop]
    for protocol in mine:
        protocol.judge_pace(now)
    if mine:
        loop.call_later(SWEEP_SECONDS, _sweep, loop)


class GuardProtocol(HttpToolsProtocol):
    _known_names: ClassVar[dict[bytes, bytes]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refusal: AppError | None = None
        self._reading_head = True
        self._head_bytes = 0
        self._head_since: float = self.loop.time()
        self._hosts = 0
        self._body_bytes = 0
        self._body_since: float | None = None
        self._on_gone: Callable[[], None] | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if not any(protocol.loop is self.loop for protocol in _alive):
            self.loop.call_later(SWEEP_SECONDS, _sweep, self.loop)
        _alive.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        _alive.discard(self)
        super().connection_lost(exc)
        self._body_since = None
        if self._on_gone is not None:
            gone, self._on_gone = self._on_gone, None
            gone()

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None:
            return
        self._unset_keepalive_if_required()
        if self._reading_head:
            if self._head_bytes == 0:
                self._head_since = self.loop.time()
            self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(MalformedRequest())
        except httptools.HttpParserError:
            self._refuse(self._refusal or MalformedRequest())
        else:
            if self._reading_head and self._head_bytes > MAX_HEADER_BYTES:
                self._refuse(HeadersTooLarge())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reading_head = True
        self._hosts = 0
        self._header_sum = 0
        # uvicorn's scope is ours to extend: the proxy asks to be told when the caller hangs up
        self.scope["extensions"] = {
            "autotrack.gone": self._when_gone,  # type: ignore[dict-item]
            "autotrack.abort": self._abort,  # type: ignore[dict-item]
        }

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES:
            self._stop(TargetTooLong())

    def on_header(self, name: bytes, value: bytes) -> None:
        lower = GuardProtocol._known_names.get(name)
        if lower is None:
            lower = self._learn(name)
        headers = self.headers
        headers.append((lower, value))
        self._header_sum += len(name) + len(value) + 4
        if self._header_sum > MAX_HEADER_BYTES or len(headers) > MAX_HEADERS:
            self._stop(HeadersTooLarge())
        if lower == b"host":
            self._hosts += 1
            if self._hosts > 1 or _HOST.fullmatch(value) is None:
                self._stop(MalformedRequest())
        elif lower == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"
        elif lower == b"transfer-encoding" and value.lower() != b"chunked":
            self._stop(MalformedRequest())

    def on_headers_complete(self) -> None:
        method = self.parser.get_method()
        if method not in _METHODS:
            self._stop(MethodNotAllowed())
        if self._hosts != 1 or self.parser.should_upgrade():
            self._stop(MalformedRequest())
        if is_ambiguous(self.url.partition(b"?")[0]):
            self._stop(AmbiguousTarget())
        self._reading_head = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._body_since = self.loop.time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self.cycle.response_complete and self._body_bytes > MAX_UNWANTED_BYTES:
            self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_since = None
        self._reading_head = True
        self._head_bytes = 0
        self._head_since = self.loop.time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._on_gone = None
        self._head_since = self.loop.time()
        super().on_response_complete()

    def judge_pace(self, now: float) -> None:
        """Called by the sweep: end a connection that makes us wait."""
        if self.transport is None or self.transport.is_closing():
            return
        busy = self.cycle is not None and not self.cycle.response_complete
        if self._body_since is not None:
            if self.flow.read_paused:
                self._body_since += SWEEP_SECONDS  # we are the slow one
            elapsed = now - self._body_since
            if (
                elapsed > BODY_GRACE_SECONDS
                and self._body_bytes < (elapsed - BODY_GRACE_SECONDS) * BODY_BYTES_PER_SECOND
            ):
                self._refuse(RequestTimeout())
        elif self._reading_head and not busy and now - self._head_since > HEADER_SECONDS:
            if self._head_bytes:
                self._refuse(RequestTimeout())
            elif self.timeout_keep_alive_task is None:
                self.transport.close()  # connected, then silent: nothing was asked

    def _learn(self, name: bytes) -> bytes:
        """Checks a header's name once; the few thousand that are ever sent are remembered."""
        if _NAME.fullmatch(name) is None:
            self._stop(MalformedRequest())
        lower = name.lower()
        if len(GuardProtocol._known_names) < 4096:  # noqa: PLR2004 - a stranger may invent more
            GuardProtocol._known_names[name] = lower
        return lower

    def _abort(self) -> None:
        """Half an answer has left and no more will come: the caller must notice."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        self._on_gone = None
        self.transport.abort()

    def _when_gone(self, callback: Callable[[], None] | None) -> None:
        self._on_gone = callback

    def _stop(self, refusal: AppError) -> None:
        self._refusal = refusal
        raise _Refused

    def _refuse(self, refusal: AppError) -> None:
        """Answer and hang up; a connection in a state we do not trust is never used again."""
        self._refusal = refusal
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            if self.cycle.response_started or self._reading_head:
                self.cycle.keep_alive = False  # the answer under way is the last one
                if self._body_since is not None:
                    self.transport.close()
                return
            self.cycle.disconnected = True
        headers, body = refusal_document(refusal, self.headers or [])
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(
            b"%b%bconnection: close\r\n\r\n%b" % (STATUS_LINE[refusal.status], lines, body)
        )
        self.transport.close()
