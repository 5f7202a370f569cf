"""The straight way and the long one let the same people through, to the same answers."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.api.proxy import Gateway
from gateway.tests.conftest import Running, StartGateway
from shared.contracts.features import Plan

STATS = "/api/vehicles/stats"
ANEW = {"x-autotrack-exchange", "x-request-id", "traceparent", "ratelimit"}
"""What is another's at each request."""


@pytest.fixture
def long_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of requests that a task was made for at their beginning."""
    asked: list[str] = []
    whole = Gateway.__call__

    async def counted(self: Gateway, scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope.get("path", ""))
        await whole(self, scope, receive, send)

    monkeypatch.setattr(Gateway, "__call__", counted)
    return asked


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


async def test_only_the_first_read_of_a_person_takes_the_long_way(
    running: Running, long_ways: list[str]
) -> None:
    _, bearer = running.person(Plan.STANDARD)
    async with running.client(bearer) as client:
        long_ways.clear()
        answers = [await client.get(f"{STATS}?n=%C3%A9") for _ in range(5)]
        assert long_ways == [STATS]
        assert (await client.head(STATS)).status_code == 200
        assert (await client.post("/api/vehicles", json={})).status_code == 200
        assert long_ways == [STATS, STATS, "/api/vehicles"]
    seen = []
    for answer in answers:
        asked = answer.json()
        asked["headers"] = {n: v for n, v in asked["headers"].items() if n not in ANEW}
        said = [(n, v) for n, v in answer.headers.multi_items() if n not in ANEW]
        seen.append(
            (answer.status_code, [one for one in said if one[0] != "content-length"], asked)
        )
    assert seen == [seen[0]] * 5
    assert len({answer.headers["x-request-id"] for answer in answers}) == 5


async def test_a_request_over_a_limit_is_counted_once(start_gateway: StartGateway) -> None:
    running = await start_gateway(rate_ip=7, rate_user=3)
    _, bearer = running.person()
    async with running.client(bearer) as client:
        answers = [await client.get(STATS) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 5
    said = [answer.headers["ratelimit-policy"].partition(";")[0] for answer in answers]
    assert said == ['"user"'] * 7 + ['"ip"']


async def test_a_failure_is_tried_once_more_and_then_told(running: Running) -> None:
    _, bearer = running.person()
    async with running.client(bearer) as client:
        assert (await client.get(STATS)).status_code == 200
        attempts = running.work.upstreams["vehicles"].attempts
        running.house.fails = 1
        assert (await client.get(STATS)).status_code == 200
        running.house.fails = 2
        assert (await client.get(STATS)).status_code == 503
        assert running.work.upstreams["vehicles"].attempts == attempts + 4


async def test_a_caller_who_hangs_up_is_noticed_by_the_service_and_counted(
    running: Running, long_ways: list[str]
) -> None:
    async def slow(scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        running.house.gone.append(scope["path"])

    _, bearer = running.person()
    async with running.client(bearer) as client:
        assert (await client.get("/api/vehicles")).status_code == 200
    running.house._api_vehicles_stats = slow  # type: ignore[attr-defined]
    long_ways.clear()
    _, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(
        b"GET %b HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer %b\r\n\r\n"
        % (STATS.encode(), bearer.encode())
    )
    await until(lambda: running.house.count(STATS) == 1)
    assert (long_ways, running.work.upstreams["vehicles"].in_flight) == ([], 1)
    writer.close()
    await until(lambda: running.house.gone == [STATS])
    assert running.work.upstreams["vehicles"].in_flight == 0
    assert running.work.metrics.requests._statuses[499] == 1


async def test_an_answer_in_pieces_arrives_as_it_comes(
    running: Running, long_ways: list[str]
) -> None:
    _, bearer = running.person()
    async with running.client(bearer) as client:
        assert (await client.get("/api/vehicles")).status_code == 200
        long_ways.clear()
        async with client.stream("GET", "/api/garages/chat") as answer:
            words = (line async for line in answer.aiter_lines() if line)
            assert await anext(words) == "data: one"
            running.house.slow.set()
            assert [word async for word in words] == ["data: two"]
    assert long_ways == []


async def test_who_asks_behind_another_on_one_connection_is_answered_in_turn(
    running: Running,
) -> None:
    _, bearer = running.person()
    async with running.client(bearer) as client:
        assert (await client.get("/api/vehicles")).status_code == 200
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    for path in (b"/api/vehicles", b"/api/vehicles/stats", b"/api/nowhere", b"/api/vehicles"):
        writer.write(
            b"GET %b HTTP/1.1\r\nHost: g\r\nX-Request-Id: r%b\r\nAuthorization: Bearer %b\r\n\r\n"
            % (path, path.replace(b"/", b"."), bearer.encode())
        )
    writer.write(b"GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
    said = await asyncio.wait_for(reader.read(), 10)
    ids = [line for line in said.split(b"\r\n") if line.startswith(b"x-request-id: r")]
    assert [one[15:] for one in ids] == [
        b".api.vehicles",
        b".api.vehicles.stats",
        b".api.nowhere",
        b".api.vehicles",
    ]
    writer.close()
