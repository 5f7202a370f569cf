"""The gateway's reading of HTTP/1.1: strict where uvicorn is lenient, with a deadline for everything.

A protocol of uvicorn's, whose insides are behind `inherited.py`; `tests/api/test_guard.py` speaks to it through raw sockets.
One sweep a second replaces timers.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn
from urllib.parse import unquote

import httptools

from gateway.api.chunks import BadChunk, Chunks
from gateway.api.cycle import Cycle
from gateway.api.inherited import STATUS_LINE, Connection
from gateway.api.problems import refusal_document
from gateway.domain.headers import may_be_named, named_by_connection
from gateway.domain.targets import MAX_TARGET_BYTES, is_ambiguous
from gateway.errors import (
    AmbiguousTarget,
    HeadersTooLarge,
    MalformedRequest,
    RequestTimeout,
    TargetTooLong,
)
from shared.errors import AppError, MethodNotAllowed
from shared.process import Readiness

MAX_HEADER_BYTES = 16 * 1024
MAX_HEADERS = 100
HEADER_SECONDS = 10.0
BODY_GRACE_SECONDS = 30.0
MAX_UNWANTED_BYTES = 64 * 1024 * 1024
"""How much of a body we read past our answer, so that a caller who only writes can still read it."""
BODY_BYTES_PER_SECOND = 1024
SWEEP_SECONDS = 1.0

_END_OF_HEAD = b"\r\n\r\n"
_HEAD = re.compile(
    rb"(?:\r\n)?"  # RFC 9112, 2.2: one empty line before a request is nobody's fault
    rb"[A-Z]++ [\x21-\x7e]++ HTTP/1\.[01]\r\n"
    rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[\t\x20-\x7e\x80-\xff]*+\r\n)*+\r\n"
)
"""A head that no two readers read differently: single blanks, whole line ends, nothing folded."""
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_PLAIN_NAME = re.compile(rb"[A-Za-z0-9-]+")
_UPGRADE = re.compile(rb"\r\nupgrade:[^\r]*", re.IGNORECASE)
_HOST = re.compile(
    rb"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?"
)
"""With underscores, which are in the names of containers."""
_ONCE = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"transfer-encoding",
    }
)
"""Said twice, one reader would take the first and another the last."""
_LENGTH = re.compile(rb"[0-9]{1,15}")
_PLAIN = frozenset({b"close", b"keep-alive"})
_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"})
_ALLOW = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


class _Refused(Exception):
    """Stops the parser; the refusal itself waits in the protocol."""


_alive: dict[Any, set["GuardProtocol"]] = {}
"""Open connections by event loop; the loop's sweep ends with its last connection."""


def _sweep(loop: Any) -> None:
    mine = _alive[loop]
    if not mine:
        del _alive[loop]
        return
    now = loop.time()
    for protocol in tuple(mine):
        protocol.judge_pace(now)
    loop.call_later(SWEEP_SECONDS, _sweep, loop)


class GuardProtocol(Connection):
    _known_names: ClassVar[dict[bytes, bytes]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refusal: AppError | None = None
        self._reading_head = True
        self._head = bytearray()
        """What has come of a head whose end has not."""
        self._may_begin = False
        self._may_end_head = False
        self._said: dict[bytes, bytes] = {}
        self._body_left = 0
        """Bytes until the next head; unknown while they come in chunks."""
        self._chunks: Chunks | None = None
        self._head_bytes = 0
        self._head_since: float = self.loop.time()
        self._body_bytes = 0
        self._body_since: float | None = None
        self._answered = False
        self._readiness: Readiness | None = self.app_state.get("readiness")
        self._straight: Callable[[Any], bool] | None = self.app_state.get("straight")
        self.on_gone: Callable[[], None] | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.loop not in _alive:
            _alive[self.loop] = set()
            self.loop.call_later(SWEEP_SECONDS, _sweep, self.loop)
        _alive[self.loop].add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        _alive.get(self.loop, set()).discard(self)
        super().connection_lost(exc)
        self._body_since = None
        if self.on_gone is not None:
            gone, self.on_gone = self.on_gone, None
            gone()

    def data_received(self, data: bytes) -> None:
        try:
            while data and self._refusal is None:
                data = self._take_head(data) if self._reading_head else self._take_body(data)
        except httptools.HttpParserUpgrade:
            self._refuse(MalformedRequest())
        except (httptools.HttpParserError, BadChunk, _Refused):
            self._refuse(self._refusal or MalformedRequest())
        else:
            if self._reading_head and self._head_bytes > MAX_HEADER_BYTES:
                self._refuse(HeadersTooLarge())

    def _take_head(self, data: bytes) -> bytes:
        """Feed the parser a head, judged by our own eyes before its end; answers what comes after it."""
        if self._head_bytes == 0:
            self._head_since = self.loop.time()
        self._may_begin = True
        before = len(self._head)
        whole: bytes | bytearray = data
        if before:
            self._head += data
            whole = self._head
        end = whole.find(_END_OF_HEAD, max(0, before - len(_END_OF_HEAD) + 1))
        if end < 0:
            if not before:
                self._head += data
            self._head_bytes += len(data)
            self.parser.feed_data(data)
            return b""
        end += len(_END_OF_HEAD)
        if _HEAD.fullmatch(whole, 0, end) is None:
            self._stop(MalformedRequest())
        self._head = bytearray()
        self._may_end_head = True
        if _UPGRADE.search(whole, 0, end) is None:
            self.parser.feed_data(data[: end - before])
        else:
            self._decline_upgrade(bytes(whole[:end]))
        if self._may_end_head:
            self._stop(MalformedRequest())  # the parser does not see the end that we see
        return data[end - before :]

    def _decline_upgrade(self, head: bytes) -> None:
        """An offer to speak something else may be ignored (RFC 9110, 7.8); the parser would stop at it."""
        self.renew_parser()
        self.parser.feed_data(_UPGRADE.sub(b"", head))

    def _take_body(self, data: bytes) -> bytes:
        """Feed the parser what belongs to the body; answers what comes after it."""
        self._may_begin = False
        if self._chunks is None:
            end = min(self._body_left, len(data))
            self._body_left -= end
            is_over = self._body_left == 0
        else:
            end = self._chunks.take(data)
            is_over = self._chunks.is_over
        self.parser.feed_data(data[:end])
        if is_over != self._reading_head:
            self._stop(MalformedRequest())  # the parser does not see the end that we see
        return data[end:]

    def on_message_begin(self) -> None:
        if not self._may_begin:
            self._stop(MalformedRequest())
        self._may_begin = False
        self.begin_scope()
        self._reading_head = True
        self._said = {}
        self._header_sum = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET_BYTES:
            self._stop(TargetTooLong())

    def on_header(self, name: bytes, value: bytes) -> None:
        lower = GuardProtocol._known_names.get(name)
        if lower is None:
            lower = self._learn(name)
        headers = self.headers
        self._header_sum += len(name) + len(value) + 4
        if self._header_sum > MAX_HEADER_BYTES or len(headers) > MAX_HEADERS:
            self._stop(HeadersTooLarge())
        if not (self._reading_head and lower):
            return  # a trailer, of which nothing may pass for a part of the head; or no name to pass on
        headers.append((lower, value))
        if lower in _ONCE:
            if lower in self._said:
                self._stop(MalformedRequest())
            self._said[lower] = value
        elif lower == b"connection":
            if value not in _PLAIN and not all(map(may_be_named, named_by_connection(value))):
                self._stop(MalformedRequest())
        elif lower == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        method = self.parser.get_method()
        if method not in _METHODS:
            self._stop(MethodNotAllowed(headers={"Allow": _ALLOW}))
        if not self._may_end_head or self.parser.should_upgrade():
            self._stop(MalformedRequest())
        self._may_end_head = False
        host = self._said.get(b"host")
        if host is None and self.parser.get_http_version() == "1.0":
            host = b"none"  # that version has none; a balancer's probe speaks it
        if host is None or _HOST.fullmatch(host) is None:
            self._stop(MalformedRequest())
        length = self._framing()
        self._body_left, self._chunks = length or 0, Chunks() if length is None else None
        path, _, query = self.url.partition(b"?")
        if is_ambiguous(path) or b"#" in query:
            self._stop(AmbiguousTarget())
        self._reading_head = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._body_since = self.loop.time()
        self._begin_cycle(method.decode(), path, query)

    def _framing(self) -> int | None:
        """Bytes of the body, None for chunks, by our own reading of what the head says."""
        length, coding = self._said.get(b"content-length"), self._said.get(b"transfer-encoding")
        if coding is None:
            if length is None:
                return 0
            if _LENGTH.fullmatch(length) is None:
                self._stop(MalformedRequest())
            return int(length)
        if (
            length is not None
            or coding.lower() != b"chunked"
            or self.parser.get_http_version() == "1.0"
        ):
            self._stop(MalformedRequest())
        return None

    def _begin_cycle(self, method: str, path: bytes, query: bytes) -> None:
        scope, version = self.scope, self.parser.get_http_version()
        leaving = self._readiness is not None and self._readiness.is_stopping
        scope["method"] = method
        scope["http_version"] = version
        scope["raw_path"] = path
        scope["path"] = unquote(path.decode()) if b"%" in path else path.decode()
        scope["query_string"] = query
        keep_alive = not leaving and version != "1.0" and self.parser.should_keep_alive()
        cycle = Cycle(self, keep_alive=keep_alive)
        scope["autotrack.cycle"] = cycle  # type: ignore[typeddict-unknown-key]
        is_whole = self._chunks is None and self._body_left == 0
        self.begin_cycle(cycle, self._straight if is_whole else None)

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
        self.on_gone = None
        self._answered = True
        self._head_since = self.loop.time()
        self.end_cycle()

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
            elif not self._answered or now - self._head_since > self.timeout_keep_alive:
                self.transport.close()  # silent: nothing was asked

    def _learn(self, name: bytes) -> bytes:
        """Checks a header's name once; the few thousand that are ever sent are remembered.

        Empty for a name that goes no further: `X_A` is allowed to be sent, and some readers take it for `X-A`.
        """
        if _NAME.fullmatch(name) is None:
            self._stop(MalformedRequest())
        lower = name.lower() if _PLAIN_NAME.fullmatch(name) else b""
        if len(GuardProtocol._known_names) < 4096:  # noqa: PLR2004 - a stranger may invent more
            GuardProtocol._known_names[name] = lower
        return lower

    def _stop(self, refusal: AppError) -> NoReturn:
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
            if self.pipeline:  # others asked before it, and are answered before it
                self.put_in_place_of_last(self._hang_up)
                return
        self._write_refusal(refusal)

    async def _hang_up(self, _scope: Any, _receive: Any, _send: Any) -> None:
        if self._refusal is not None:
            self._write_refusal(self._refusal)

    def _write_refusal(self, refusal: AppError) -> None:
        headers, body = refusal_document(refusal, self.headers or [])
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(
            b"%b%bconnection: close\r\n\r\n%b" % (STATUS_LINE[refusal.status], lines, body)
        )
        self.transport.close()
