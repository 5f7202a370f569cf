"""One HTTP/1.1 connection to a service, parsed by llhttp, without anything a browser would need.

Measured against aiohttp and pyreqwest (README.md) before it was written by hand: a proxy needs neither
cookies, redirects, decompression nor a URL type, and each costs.
"""

import asyncio
import select
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import httptools

Headers = list[tuple[bytes, bytes]]

READ_HIGH = 256 * 1024
READ_LOW = 64 * 1024
MAX_HEAD_BYTES = 64 * 1024
_FINAL = 200
_EXPECTED_INTERIM = frozenset({102, 103})
"""Any other answer before the answer is one to something we did not ask."""


LOST = "connection lost"


class UpstreamBroken(Exception):
    """The connection ended before the answer did. `untouched`: not one byte of an answer came."""

    def __init__(self, reason: str, *, untouched: bool) -> None:
        super().__init__(reason)
        self.untouched = untouched

    @property
    def is_lost(self) -> bool:
        """Whether the service ended it, and not we."""
        return str(self) == LOST


class Answer:
    """What came back: the head at once, the body as it arrives."""

    __slots__ = (
        "_chunks",
        "_size",
        "_waiter",
        "broken",
        "complete",
        "connection",
        "headers",
        "listener",
        "started",
        "status",
    )

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._waiter: asyncio.Future[None] | None = None
        self.status = 0
        self.headers: Headers = []
        self.started = False
        self.complete = False
        self.broken: UpstreamBroken | None = None
        self.listener: Callable[[], None] | None = None
        """Called in place of whoever would wait, each time that more is here or nothing more will come."""

    async def head(self) -> None:
        """Wait until status and headers are here."""
        while not self.started:
            if self.broken is not None:
                raise self.broken
            await self._wait()

    async def read(self) -> bytes:
        """The next piece of the body, as much as is here; empty at the end."""
        while not self._chunks:
            if self.broken is not None:
                raise self.broken
            if self.complete:
                return b""
            await self._wait()
        return self.take()

    def take(self) -> bytes:
        """What is here of the body and has not been handed out."""
        body = self._chunks.popleft() if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        if self._size > READ_LOW:
            self.connection.resume()
        self._size = 0
        return body

    @property
    def is_read(self) -> bool:
        """Whether the whole body has been handed out."""
        return self.complete and not self._chunks

    @property
    def has_more_here(self) -> bool:
        """Whether `read` will answer without waiting."""
        return bool(self._chunks) or self.complete

    def is_anothers(self, request_id: bytes) -> bool:
        """Whether it says that it answers another request than this one."""
        for name, value in self.headers:  # noqa: SIM110 - a generator takes three times as long
            if name == b"x-request-id" and value != request_id:
                return True
        return False

    def disown(self) -> None:
        """It answers something else: whatever comes next on this connection would, too."""
        self.connection.fail("another's answer")

    def abort(self) -> None:
        """Nobody wants the rest: the service sees its caller hang up."""
        if not self.complete:
            self.connection.fail("aborted")

    async def _wait(self) -> None:
        self._waiter = self.connection.loop.create_future()
        await self._waiter

    def _put(self, body: bytes) -> None:
        self._chunks.append(body)
        self._size += len(body)
        if self._size > READ_HIGH:
            self.connection.pause()

    def _wake(self) -> None:
        if self.listener is not None:
            self.listener()
            return
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)


class Owner(Protocol):
    """Who lends connections: told when one is free again or lost."""

    def freed(self, connection: "Connection") -> None: ...

    def lost(self, connection: "Connection") -> None: ...


class Connection(asyncio.Protocol):
    """Carries one exchange after another; `deadline` is kept by its owner's sweep."""

    def __init__(self, loop: asyncio.AbstractEventLoop, owner: Owner) -> None:
        self.loop = loop
        self._owner = owner
        self._transport: Any = None
        self._parser: Any = httptools.HttpResponseParser(self)
        self._answer: Answer | None = None
        self._headless = False
        self._head_bytes = 0
        self._paused = False
        self._sending = False
        self._writable: asyncio.Future[None] | None = None
        self._write_paused = False
        self._reusable = True
        self._owed: int | None = 0
        self._unread: select.poll | None = None
        self.deadline = 0.0
        self.between_bytes = 60.0
        self.idle_since = 0.0

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def is_quiet(self) -> bool:
        """Whether another exchange may begin: open, and nothing has come that nobody asked for, not even the end."""
        return not self.closed and self._unread is not None and not self._unread.poll(0)

    def begin(
        self, head: bytes, *, headless: bool, sending: bool, owed: int | None = None
    ) -> Answer:
        """Send a request's head (and body, when it is small and whole); the answer may be awaited.

        `sending`: the body follows through `send`, exactly `owed` bytes, or in chunks if nobody knows how many.
        """
        answer = self._answer = Answer(self)
        self._headless = headless
        self._head_bytes = 0
        self._sending = sending
        self._owed = owed if sending else 0
        self._transport.write(head)
        return answer

    async def send(self, piece: bytes) -> None:
        """Send more of the body, never more than was announced; waits while the service reads slowly."""
        if self._owed is None:
            piece = b"%x\r\n%b\r\n" % (len(piece), piece)
        elif len(piece) > self._owed:
            self.fail("more body than announced")
        else:
            self._owed -= len(piece)
        await self._write(piece)

    async def end_body(self) -> None:
        """The caller has no more: the last chunk, or a broken exchange if less came than was announced."""
        if self._owed is None:
            await self._write(b"0\r\n\r\n")
            self._owed = 0
        elif self._owed:
            self.fail("less body than announced")

    async def _write(self, body: bytes) -> None:
        if self._answer is None or self.closed:
            self._reusable = False
            return
        self._transport.write(body)
        if self._write_paused:
            self.deadline = self.loop.time() + self.between_bytes
            self._writable = self.loop.create_future()
            await self._writable

    def sent(self, deadline: float) -> None:
        """The request's body is out; from now on the service is the one to wait for."""
        self._sending = False
        if self._owed != 0:
            self.spoil()
        self.deadline = deadline
        if self._answer is None:
            self._release()

    def spoil(self) -> None:
        """A request was not sent in full: this connection carries no other."""
        self._reusable = False

    def is_late(self, now: float) -> bool:
        """Whether the service, and nobody else, has kept us waiting for too long."""
        waits_for_caller = self._paused or (self._sending and not self._write_paused)
        return not waits_for_caller and now > self.deadline

    def fail(self, reason: str) -> None:
        """Break off: the answer under way raises, the connection is closed."""
        self._break(reason)
        if self._transport is not None:
            self._transport.abort()

    def pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._paused and not self.closed:
            self._paused = False
            self._transport.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._unread = select.poll()
        self._unread.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        if answer is None:
            self.close()  # an answer nobody asked for
            return
        self.deadline = self.loop.time() + self.between_bytes
        if not answer.started:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.fail("not HTTP")
            answer._wake()  # noqa: SLF001 - what is not HTTP may have followed a whole answer
            return
        if not answer.started and self._head_bytes > MAX_HEAD_BYTES:
            self.fail("head too large")
            return
        answer._wake()  # noqa: SLF001 - the two halves of one exchange

    def connection_lost(self, exc: Exception | None) -> None:
        answer = self._answer
        if answer is not None and answer.started and exc is None and self._until_close(answer):
            answer.complete = True
            self._answer = None
            answer._wake()  # noqa: SLF001
        self._break(LOST)
        self._resume_sender()
        self._owner.lost(self)
        self._parser = None
        self._unread = None

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        self._resume_sender()

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._answer is None:
            self._reusable = False  # an answer nobody asked for follows the one asked for
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._answer is not None:
            self._answer.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        answer = self._answer
        if answer is None:
            return
        status = self._parser.get_status_code()
        if status < _FINAL:  # the real one follows
            self._reusable &= status in _EXPECTED_INTERIM
            answer.headers.clear()
            return
        answer.status = status
        answer.started = True
        self._reusable &= self._parser.should_keep_alive()
        if self._headless:
            self._parser = httptools.HttpResponseParser(self)
            self._finish(answer)

    def on_body(self, body: bytes) -> None:
        if self._answer is not None:
            self._answer._put(body)  # noqa: SLF001
        else:
            self.spoil()  # a body where there is none
            self.close()

    def on_message_complete(self) -> None:
        answer = self._answer
        if answer is not None and answer.started:
            self._finish(answer)

    def _finish(self, answer: Answer) -> None:
        answer.complete = True
        self._answer = None
        if self._sending or self._transport.get_write_buffer_size():
            self._reusable = False  # it answered without reading the whole body
        if not self._sending:
            self._release()

    def _release(self) -> None:
        if self._reusable and not self.closed:
            self.resume()
            self._owner.freed(self)
        else:
            self.close()

    def _until_close(self, answer: Answer) -> bool:
        """An answer without length or chunks is ended by the end of the connection."""
        return not self._headless and not any(
            name in {b"content-length", b"transfer-encoding"} for name, _ in answer.headers
        )

    def _break(self, reason: str) -> None:
        answer = self._answer
        if answer is None:
            return
        self._answer = None
        answer.broken = UpstreamBroken(reason, untouched=self._head_bytes == 0)
        answer._wake()  # noqa: SLF001

    def _resume_sender(self) -> None:
        waiter = self._writable
        if waiter is not None:
            self._writable = None
            if not waiter.done():
                waiter.set_result(None)
