"""The demo's clock only goes forward, by seconds or to a moment."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import uvicorn

from deploy.simulators.clock.app import create_app
from deploy.simulators.clock.time import MovableClock
from shared.clock import Clock, DemoClock
from shared.process import cancelled


class Stopped(Clock):
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(Stopped())


@pytest.fixture
def http(clock: MovableClock) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=create_app(clock)), base_url="http://clock"
    )


async def test_it_starts_in_the_present(http: httpx2.AsyncClient) -> None:
    told = (await http.get("/clock")).json()
    assert told == {"offset_seconds": 0.0, "now": "2026-11-22T09:00:00Z"}


async def test_advance_adds_up(http: httpx2.AsyncClient, clock: MovableClock) -> None:
    await http.post("/clock", json={"advance_seconds": 60})
    told = (await http.post("/clock", json={"advance_seconds": 30})).json()
    assert told["offset_seconds"] == 90
    assert clock.offset == timedelta(seconds=90)


async def test_move_to_a_moment_and_back_to_the_present(http: httpx2.AsyncClient) -> None:
    told = (await http.post("/clock", json={"now": "2027-11-22T10:00:00+01:00"})).json()
    assert told["now"] == "2027-11-22T09:00:00Z"
    assert (await http.delete("/clock")).json()["offset_seconds"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"now": "2020-01-01T00:00:00Z"}, 409),
        ({"now": "9999-01-01T00:00:00Z"}, 409),
        ({"advance_seconds": 1.9e9}, 409),
        ({"advance_seconds": -1}, 422),
        ({"now": "2027-01-01T00:00:00"}, 422),
        ({"now": "2027-01-01T00:00:00Z", "advance_seconds": 1}, 422),
        ({}, 422),
        ({"advance_seconds": "soon"}, 422),
    ],
)
async def test_what_makes_no_sense_is_refused(
    http: httpx2.AsyncClient, clock: MovableClock, body: dict[str, object], status: int
) -> None:
    assert (await http.post("/clock", json=body)).status_code == status
    assert clock.offset == timedelta()


class TestWaiting:
    async def test_a_question_is_kept_until_there_is_another_answer(
        self, http: httpx2.AsyncClient
    ) -> None:
        asking = asyncio.ensure_future(http.get("/clock?other_than=0&seconds=10"))
        await asyncio.sleep(0.1)
        assert not asking.done()
        await http.post("/clock", json={"advance_seconds": 60})
        assert (await asyncio.wait_for(asking, 2)).json()["offset_seconds"] == 60
        again = await asyncio.wait_for(http.get("/clock?other_than=0&seconds=10"), 2)
        assert again.json()["offset_seconds"] == 60

    async def test_it_is_answered_in_the_end(self, http: httpx2.AsyncClient) -> None:
        began = time.monotonic()
        assert (await http.get("/clock?other_than=0&seconds=0.2")).json()["offset_seconds"] == 0
        assert time.monotonic() - began >= 0.2


class Counting:
    """Where programs ask, and how often they did."""

    def __init__(self, clock: MovableClock) -> None:
        self.asked = 0
        self._app = create_app(clock)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += scope["type"] == "http"
        await self._app(scope, receive, send)


@pytest.fixture
async def served(clock: MovableClock) -> AsyncIterator[tuple[str, Counting]]:
    counting = Counting(clock)
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    config = uvicorn.Config(counting, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve(sockets=[door]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{door.getsockname()[1]}/clock", counting
    server.should_exit = True
    await running


async def test_a_program_asks_seldom_and_hears_at_once(
    served: tuple[str, Counting], clock: MovableClock
) -> None:
    url, counting = served
    follower = DemoClock(url)
    following = asyncio.ensure_future(follower.follow())
    await asyncio.sleep(1.2)
    assert counting.asked <= 2
    clock.advance(timedelta(days=1))
    until = time.monotonic() + 5
    while follower.now() < datetime.now(UTC) + timedelta(hours=23):
        assert time.monotonic() < until
        await asyncio.sleep(0.02)
    await cancelled(following)
