"""What the gateway takes from inside uvicorn, by name: an upgrade that moves it fails here, and not at a customer's."""

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http import flow_control, httptools_impl
from uvicorn.server import ServerState

from gateway.api import cycle, guard, inherited
from gateway.api.guard import GuardProtocol
from shared.testing.inherited import fingerprint, members_of

CONNECTION = {
    *("app", "app_state", "client", "loop", "server", "server_state", "timeout_keep_alive"),
    *("cycle", "expect_100_continue", "headers", "scope", "url"),
    *("flow", "parser", "pipeline", "transport"),
    "_start_asgi_task",
    *("connection_made", "connection_lost", "data_received"),
    *("on_message_begin", "on_url", "on_header", "on_headers_complete"),
    *("on_body", "on_message_complete", "on_response_complete"),
}
CYCLE = {
    *("disconnected", "keep_alive", "waiting_for_100_continue", "body", "more_body"),
    *("response_started", "response_complete", "chunked_encoding", "expected_content_length"),
    *("flow", "message_event", "on_response", "scope", "transport"),
}
FLOW = {"drain", "pause_reading", "read_paused", "resume_reading", "write_paused"}
STEPS = {
    "HttpToolsProtocol.__init__": "4f0899941034",
    "HttpToolsProtocol.connection_made": "6efb565ff3d3",
    "HttpToolsProtocol.connection_lost": "c91a4c9bf2e2",
    "HttpToolsProtocol.data_received": "010a7ae59a5d",
    "HttpToolsProtocol.on_message_begin": "96d377fdc7c2",
    "HttpToolsProtocol.on_url": "37be44e962b0",
    "HttpToolsProtocol.on_header": "65d62c044f61",
    "HttpToolsProtocol.on_headers_complete": "1ea8589acfad",
    "HttpToolsProtocol.on_body": "dba9c32aeba3",
    "HttpToolsProtocol.on_message_complete": "1fbad42dc31f",
    "HttpToolsProtocol.on_response_complete": "64e254f28e38",
    "HttpToolsProtocol._start_asgi_task": "9c08c2571ae9",
    "HttpToolsProtocol.shutdown": "d7351fa33f00",
    "RequestResponseCycle.__init__": "4d2f220910c3",
    "RequestResponseCycle.run_asgi": "0f33f2449a44",
    "RequestResponseCycle.send": "abdd8601b326",
    "RequestResponseCycle.receive": "8124ae006be7",
}
"""uvicorn's steps that ours stand in for, lean on, or take turns with."""


class Wire(asyncio.Transport):
    """A transport that nobody is behind."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Never asked."""


def connection() -> httptools_impl.HttpToolsProtocol:
    config = uvicorn.Config(app, http="httptools", ws="none", log_config=None)
    made = httptools_impl.HttpToolsProtocol(config, ServerState(), {})
    made.connection_made(Wire())
    made.on_message_begin()
    return made


def theirs(thing: object) -> set[str]:
    return set(dir(thing)) - set(dir(object))


async def test_what_the_guard_shares_with_its_connection_is_named() -> None:
    """Lost: what we rely on is gone. New: we rely on more, or uvicorn has begun to use a name of ours."""
    ours = members_of("self", guard, inherited)
    assert ours & theirs(connection()) == CONNECTION


async def test_what_the_cycle_shares_with_its_own_is_named() -> None:
    whole = connection()
    made = httptools_impl.RequestResponseCycle(
        scope=whole.scope,
        transport=whole.transport,
        flow=whole.flow,
        logger=whole.logger,
        access_logger=whole.access_logger,
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=True,
        on_response=whole.on_response_complete,
    )
    said = vars(made)
    own = cycle.Cycle(whole, keep_alive=True)
    assert {name: type(getattr(own, name)) for name in said} == {
        name: type(value) for name, value in said.items()
    } | {"access_logger": type(None)}, "it begins as theirs does"
    ours = members_of("self", cycle)
    for owner in ("self.cycle", "cycle", "before"):
        ours |= members_of(owner, guard, inherited)
    assert ours & theirs(made) == CYCLE


async def test_the_flow_and_the_count_are_named() -> None:
    whole = connection()
    assert members_of("self.flow", guard, inherited, cycle) == FLOW
    assert theirs(whole.flow) >= FLOW
    assert members_of("self.server_state", guard, inherited) == {"total_requests"}
    assert whole.server_state.total_requests == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_ours_stands_in_for_is_the_one_we_read(step: str) -> None:
    owner, _, name = step.partition(".")
    found = fingerprint(getattr(getattr(httptools_impl, owner), name))
    assert found == STEPS[step], (
        f"uvicorn changed {step}: read what, follow in gateway/api, then write {found} here"
    )


def test_so_is_its_flow_control() -> None:
    assert fingerprint(flow_control.FlowControl) == "126debcdaa89"


def test_the_status_lines_are_whole_lines() -> None:
    assert inherited.STATUS_LINE[404] == b"HTTP/1.1 404 Not Found\r\n"


def test_no_other_method_of_the_connection_is_in_our_way() -> None:
    """A step that uvicorn adds is one that the guard does not judge."""
    steps = {name for name in vars(httptools_impl.HttpToolsProtocol) if name.startswith("on_")}
    assert steps == {
        name for name in steps if name in {*vars(GuardProtocol), *vars(inherited.Connection)}
    }
