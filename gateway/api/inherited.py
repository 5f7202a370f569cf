"""All that the gateway takes from inside uvicorn, which promises none of it; nothing else of ours looks in there.

The steps below are uvicorn's own with a change. `tests/api/test_inherited.py` names every member that is relied on and keeps a
fingerprint of every step that stands here, or in the guard and its cycle, in our own version: an upgrade fails there first.
"""

from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

__all__ = ["STATUS_LINE", "Connection", "RequestResponseCycle"]

_ASGI: Any = {"version": "3.0", "spec_version": "2.3"}


class Connection(HttpToolsProtocol):
    """One connection: its parser, its requests in line, and its way to the application."""

    def renew_parser(self) -> None:
        """For a head that the old one would stop at."""
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def begin_scope(self) -> None:
        """`on_message_begin`, without a copy of the lifespan's state that nobody here reads."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        self.scope = {  # type: ignore[typeddict-item]  # completed when the head has been judged
            "type": "http",
            "asgi": _ASGI,
            "server": self.server,
            "client": self.client,
            "scheme": "http",  # TLS ends at the ingress in front
            "root_path": "",
            "headers": self.headers,
            "state": {},
        }

    def begin_cycle(self, cycle: Any, straight: Callable[[Any], bool] | None) -> None:
        """The last lines of `on_headers_complete`: at once, or after those who asked before on this connection.

        `straight` may take a cycle whose turn it is, in place of a task for the application.
        """
        before, self.cycle = self.cycle, cycle
        if before is None or before.response_complete:
            if straight is None or not straight(cycle):
                self._start_asgi_task(cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def start(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Have a task answer a cycle whose turn it is."""
        self._start_asgi_task(cycle, app)

    def end_cycle(self) -> None:
        """`on_response_complete`, without its timer: the guard's sweep ends a connection that stays idle."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)

    def put_in_place_of_last(self, app: Any) -> None:
        """Who waits last in line is answered by `app`, after the others."""
        self.pipeline[0] = (self.cycle, app)
