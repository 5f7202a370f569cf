"""One JSON line for each request, in the form of `logging.py`, at a fiftieth of its cost.

Nothing a caller wrote is in a line, save the request id, whose form has been checked; so nothing needs redaction or escaping.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from shared.observe.correlation import Correlation

FLUSH_SECONDS = 0.2
FLUSH_LINES = 500
_LINE = (
    '{"request_id":"%s","trace_id":"%s","method":"%s","route":"%s","status":%d,"ms":%.1f,"user_id":%s,'
    '"event":"request.done","level":"info","timestamp":"%s.%06d+00:00","service":"%s"}\n'
)


def _who(user_key: str, behind: Mapping[str, str] | None) -> str:
    if behind is None:
        return f'"{user_key}"'
    return f'"{user_key}",' + ",".join(f'"{name}":"{value}"' for name, value in behind.items())


class AccessLog:
    """Lines wait for a fifth of a second at most, and leave together."""

    def __init__(self, service: str, level: str) -> None:
        self._service = service
        self.is_on = level.upper() in {"DEBUG", "INFO"}
        self._lines: list[str] = []
        self._second = 0
        self._second_text = ""

    def add(
        self,
        *,
        correlation: Correlation,
        method: str,
        route: str,
        status: int,
        seconds: float,
        user_key: str | None,
        behind: Mapping[str, str] | None = None,
    ) -> None:
        """`behind` names the administrator or the API key that acts for the user."""
        lines = self._lines
        if not lines:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        second, fraction = divmod(time.time(), 1)
        if second != self._second:
            self._second = int(second)
            self._second_text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        lines.append(
            _LINE
            % (
                correlation.request_id,
                correlation.trace_id,
                method,
                route,
                status,
                seconds * 1000,
                "null" if user_key is None else _who(user_key, behind),
                self._second_text,
                int(fraction * 1_000_000),
                self._service,
            )
        )
        if len(lines) >= FLUSH_LINES:
            self.flush()

    @asynccontextmanager
    async def written(self) -> AsyncIterator[None]:
        """Nothing is left unwritten when the block ends."""
        try:
            yield
        finally:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            lines, self._lines = self._lines, []
            sys.stdout.write("".join(lines))
            sys.stdout.flush()
