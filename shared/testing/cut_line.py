"""A wire to the database that can be cut at any of its messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum


class Cut(StrEnum):
    """What becomes of the message at which the wire is cut."""

    LOST = "lost"
    """It never arrives."""
    UNANSWERED = "unanswered"
    """It arrives, and is answered to nobody."""


class Line:
    """Counts what the client sends, over all its connections; at message `at` every connection ends, and none is taken until mended."""

    def __init__(self, host: str, port: int) -> None:
        self._far = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self._how = Cut.LOST
        self._left: int | None = None
        self.is_cut = False

    def cut_at(self, message: int, how: Cut) -> None:
        self._left, self._how = message, how

    def mend(self) -> None:
        self.is_cut, self._left = False, None

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._far)
        ends = {writer, far_writer}
        self._open |= ends
        try:
            await asyncio.gather(self._forth(reader, far_writer), self._back(far_reader, writer))
        except OSError:
            pass
        finally:
            for end in ends:
                end.transport.abort()
            self._open -= ends

    async def _forth(self, reader: asyncio.StreamReader, far: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            if self._left is not None:
                self._left -= 1
            if self._left == 0:
                if self._how is Cut.UNANSWERED:
                    self.is_cut = True  # `_back` keeps silent from now on
                    far.write(part)
                    await far.drain()
                    await asyncio.sleep(0.05)
                self._cut()
                return
            far.write(part)
            await far.drain()
        far.transport.abort()

    async def _back(self, far: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await far.read(65_536):
            if self.is_cut:
                return
            writer.write(part)
            await writer.drain()
        writer.transport.abort()

    def _cut(self) -> None:
        self.is_cut, self._left = True, None
        for end in list(self._open):
            end.transport.abort()


@asynccontextmanager
async def line_to(host: str, port: int) -> AsyncIterator[tuple[Line, int]]:
    """The line, and the port of its near end on this machine."""
    line = Line(host, port)
    server = await asyncio.start_server(line.take, "127.0.0.1", 0)
    try:
        yield line, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        line._cut()  # noqa: SLF001 - its own
