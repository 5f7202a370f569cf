"""One request and its answer on the guard's connection, with a short way out for answers passed on.

uvicorn examines every header of every answer with two regular expressions and sends through coroutines.
A service's answer has been through llhttp already, and our own headers are constants: both are written as they are.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from gateway.api.inherited import STATUS_LINE, RequestResponseCycle
from gateway.domain.headers import AnswerLines

BODILESS = frozenset({204, 304})


class Cycle(RequestResponseCycle):
    """`begin` and `write` may be used instead of ASGI's `send`, never beside it."""

    access_log = False
    access_logger: Any = None
    default_headers: list[tuple[bytes, bytes]] = []  # noqa: RUF012 - as uvicorn declares it
    logger = logging.getLogger("uvicorn.error")
    _held = b""

    def __init__(self, protocol: Any, *, keep_alive: bool) -> None:
        """`RequestResponseCycle.__init__`, whose other half is the same for all of ours."""
        self.protocol = protocol
        self.scope = protocol.scope
        self.transport = protocol.transport
        self.flow = protocol.flow
        self.on_response = protocol.on_response_complete
        self.message_event = asyncio.Event()
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = protocol.expect_100_continue
        self.body = bytearray()
        self.more_body = True
        self.disconnected = self.response_started = self.response_complete = False
        self.chunked_encoding = None
        self.expected_content_length = 0

    def begin(self, status: int, said: AnswerLines, block: bytes, *, held: bool = False) -> None:
        """Write status and headers; `block` has those that every answer has.

        `held`: they leave with the first piece of the body, which follows at once, in one write.
        """
        if self.disconnected:
            return
        self.response_started = True
        self.waiting_for_100_continue = False
        lines = [STATUS_LINE[status], *said.lines, block]
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        self.chunked_encoding = not (
            said.has_length
            or status in BODILESS
            or self.scope["method"] == "HEAD"
            or self.scope["http_version"]
            == "1.0"  # knows no chunks; the connection's end is the answer's
        )
        if self.chunked_encoding:
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        if held:
            self._held = b"".join(lines)
        else:
            self.transport.write(b"".join(lines))

    async def write(self, body: bytes, *, more: bool) -> None:
        """Write a piece of the body; waits while the caller reads slowly."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        self.put(body, more=more)

    @property
    def is_slow(self) -> bool:
        """Whether the caller reads slower than we write."""
        return self.flow.write_paused

    def put(self, body: bytes, *, more: bool) -> None:
        """Write a piece of the body, however slowly the caller reads."""
        if self.disconnected or self.response_complete:
            return
        body = self._framed(body, more=more)
        if self._held:
            body, self._held = self._held + body, b""
        if body:
            self.transport.write(body)
        if not more:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()

    def _framed(self, body: bytes, *, more: bool) -> bytes:
        if self.scope["method"] == "HEAD":
            return b""
        if not self.chunked_encoding:
            return body
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return chunk if more else chunk + b"0\r\n\r\n"

    def when_gone(self, callback: Callable[[], None]) -> None:
        """Tell `callback` if the caller hangs up before the answer is complete."""

        def gone() -> None:
            self.disconnected = True  # uvicorn tells only the last that was asked on a connection
            callback()

        self.protocol.on_gone = gone

    def abort(self) -> None:
        """Half an answer has left and no more will come: the caller must notice."""
        self.disconnected = True
        self.protocol.on_gone = None
        self.transport.abort()
