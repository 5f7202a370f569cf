"""One request and its answer on the guard's connection, with a short way out for answers passed on.

uvicorn examines every header of every answer with two regular expressions and sends through coroutines.
A service's answer has been through llhttp already, and our own headers are constants: both are written as they are.
"""

from collections.abc import Callable
from typing import Any

from gateway.api.inherited import STATUS_LINE, RequestResponseCycle

Headers = list[tuple[bytes, bytes]]
BODILESS = frozenset({204, 304})


class Cycle(RequestResponseCycle):
    """`begin` and `write` may be used instead of ASGI's `send`, never beside it."""

    protocol: Any = None
    _held = b""

    def begin(self, status: int, headers: Headers, block: bytes, *, held: bool = False) -> None:
        """Write status and headers; `block` is a run of headers already in their final form.

        `held`: they leave with the first piece of the body, which follows at once, in one write.
        """
        if self.disconnected:
            return
        self.response_started = True
        self.waiting_for_100_continue = False
        lines = [STATUS_LINE[status]]
        has_length = False
        for name, value in headers:
            if name == b"content-length":
                has_length = True
            lines += (name, b": ", value, b"\r\n")
        lines.append(block)
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        self.chunked_encoding = not (
            has_length
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
