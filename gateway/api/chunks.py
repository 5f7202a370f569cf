"""Where a body that comes in chunks ends (RFC 9112, section 7.1), seen with our own eyes."""

import re

MAX_LINE_BYTES = 4096
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_END_OF_DATA = 2


class BadChunk(Exception):
    """No size where one has to be, or a line without end."""


class Chunks:
    """Of one body. It only counts: what the lines and the data hold is judged by the parser, which is fed the same bytes."""

    def __init__(self) -> None:
        self.is_over = False
        self._line = bytearray()
        self._left = 0
        """Bytes until the next line: of the data, and of the end of line behind it."""
        self._in_trailers = False

    def take(self, data: bytes) -> int:
        """How many of these bytes belong to the body; all of them as long as it is not over. Raises BadChunk."""
        at = 0
        while at < len(data) and not self.is_over:
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1
            stop = end or len(data)
            self._line += data[at:stop]
            at = stop
            if len(self._line) > MAX_LINE_BYTES:
                raise BadChunk
            if end:
                self._read(bytes(self._line))
                self._line.clear()
        return at

    def _read(self, line: bytes) -> None:
        if self._in_trailers:
            self.is_over = line == b"\r\n"
            return
        found = _SIZE.fullmatch(line)
        if found is None:
            raise BadChunk
        size = int(found[1], 16)
        if size:
            self._left = size + _END_OF_DATA
        else:
            self._in_trailers = True
