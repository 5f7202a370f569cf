import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.domain.routes import RouteTable
from gateway.main import create_app
from gateway.settings import SERVICES
from gateway.storage.route_table import read_route_table
from gateway.tests.conftest import Running, StartGateway
from gateway.tests.house import GATEWAY_PEM, House, free_port, served, settings_for
from shared.http.access import OpenTo
from shared.observe.exposition import PIECE, Exposition
from shared.observe.requests import MOST_ROUTES

ROOT = Path(__file__).parents[3]
INNER = ("/livez", "/readyz", "/backlog", "/version", "/metrics")
MOST_SERIES = 3000


def series_of(text: str) -> int:
    return sum(len(family.samples) for family in text_string_to_metric_families(text))


def inside(running: Running) -> httpx2.AsyncClient:
    """Somebody on our own network, at the inner port."""
    transport = httpx2.ASGITransport(app=running.gateway.state.operations)
    return httpx2.AsyncClient(transport=transport, base_url="http://inner")


class TestProbes:
    async def test_alive_ready_and_which_version(self, running: Running) -> None:
        async with running.client() as client, inside(running) as neighbour:
            for asker in (client, neighbour):
                assert (await asker.get("/livez")).json() == {"live": True}
                assert (await asker.get("/readyz")).json() == {"ready": True, "reason": None}
            assert (await neighbour.get("/version")).json()["service"] == "gateway"
            assert (await neighbour.get("/backlog")).json()["waiting"] == 0
            assert (await neighbour.get("/nothing")).status_code == 404
            assert (await neighbour.post("/metrics")).status_code == 405

    async def test_not_alive_when_a_background_task_has_died(self, running: Running) -> None:
        running.work.background[0].task.cancel()
        async with running.client() as client:
            assert (await client.get("/livez")).status_code == 503

    async def test_not_ready_from_the_moment_it_is_told_to_stop(self, running: Running) -> None:
        running.gateway.state.readiness.is_stopping = True
        async with running.client() as client:
            assert (await client.get("/readyz")).json()["reason"] == "stopping"
            assert (await client.get("/api/garages")).status_code == 200

    async def test_they_are_counted_and_on_nobody_elses_account(
        self, start_gateway: StartGateway
    ) -> None:
        running = await start_gateway(rate_probe=3, rate_ip=5)
        async with running.client() as client:
            probes = [(await client.get("/livez")).status_code for _ in range(5)]
            others = [(await client.get("/api/garages")).status_code for _ in range(6)]
        assert probes == [200, 200, 200, 429, 429]
        assert others == [200] * 5 + [429]


class TestMetrics:
    async def test_count_requests_by_template_and_show_the_feeds(self, running: Running) -> None:
        _, bearer = running.person()
        async with running.client(bearer) as client:
            await client.get("/api/vehicles/0190c8e2-7b5e-7000-8000-000000000000")
            await client.get("/api/nothing/secret")
        async with inside(running) as neighbour:
            text = (await neighbour.get("/metrics")).text
        labels = 'method="GET",route="/api/vehicles/{vehicle_id}",status="2xx"'
        assert f"autotrack_http_requests_total{{{labels}}} 1.0" in text
        assert 'route="unmatched",status="4xx"' in text
        assert "secret" not in text
        assert 'autotrack_gateway_feed_age_seconds{feed="entitlements"}' in text
        assert 'autotrack_gateway_breaker_open{upstream="ai"} 0.0' in text

    async def test_every_route_and_any_hostility_make_fewer_than_three_thousand_series(
        self, house: House
    ) -> None:
        """Every route of the real table with several statuses; then what nobody should send."""
        table = read_route_table()
        assert len(table.routes) > 200
        gateway = create_app(settings_for(house.port, rate_probe=10**6), routes=table)
        async with served(gateway, lifespan="on") as port:  # without the guard: any method arrives
            running = Running(gateway, port, house)
            await _ask_everything(running, table)
            await _ask_nonsense(running)
        for name, rate in running.work.rates.items():
            running.work.metrics.rate_refusals.labels(rate.name.value or name).inc()
        async with inside(running) as neighbour:
            text = (await neighbour.get("/metrics")).text
        assert series_of(text) < MOST_SERIES
        assert len({(route.method, route.template) for route in table.routes}) + 10 < MOST_ROUTES, (
            "a route would be counted as `other`"
        )

    async def test_the_bound_holds_whatever_is_counted(self, running: Running) -> None:
        tallies = running.work.metrics.requests
        for number in range(3000):
            for status in (*range(100, 600, 7), 999, -1):
                tallies.add(f"M{number}", f"/route/{number}", status, 0.1)
                tallies.add("POST", f"/route/{number}", status, 0.1)
        async with inside(running) as neighbour:
            text = (await neighbour.get("/metrics")).text
        assert series_of(text) < MOST_SERIES

    async def test_eight_scrapers_share_one_text_and_others_take_their_turns(
        self, running: Running
    ) -> None:
        """Counted, not timed: between two pieces of the text the event loop serves everybody else."""
        tallies = running.work.metrics.requests
        for number in range(300):
            for status in (200, 302, 404, 503):
                tallies.add("GET", f"/route/{number}", status, 0.1)
        exposition: Exposition = running.gateway.state.operations.exposition
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        watching = asyncio.ensure_future(others())
        text = await exposition.text()
        watching.cancel()
        assert turns >= series_of(text.decode()) / PIECE
        async with inside(running) as neighbour, running.client() as client:
            before = exposition.made
            scrapes = [asyncio.ensure_future(_scrape(neighbour, 25)) for _ in range(8)]
            answers = [(await client.get("/api/garages")).status_code for _ in range(50)]
            assert sum(await asyncio.gather(*scrapes)) == 8 * 25
        assert answers == [200] * 50
        assert exposition.made - before < 8 * 25 / 10


async def _scrape(neighbour: httpx2.AsyncClient, times: int) -> int:
    answers = [await neighbour.get("/metrics") for _ in range(times)]
    return sum(answer.status_code == 200 for answer in answers)


async def _ask_everything(running: Running, table: RouteTable) -> None:
    """Signed in, not signed in, through a service that fails, with HEAD and OPTIONS beside the route's own method."""
    _, admin = running.person(roles=["admin"])
    seen: Counter[int] = Counter()
    async with running.client() as stranger, running.client(admin) as known:
        for route in table.routes:
            if route.template == "/api/events/stream":
                continue
            path = route.template.replace("{", "x").replace("}", "").replace(":path", "")
            seen[(await stranger.request(route.method, path)).status_code] += 1
            for method in (route.method, "HEAD", "OPTIONS"):
                seen[(await known.request(method, path)).status_code] += 1
            running.house.fails, running.house.fail_status = 2, 500
            seen[(await known.request(route.method, path)).status_code] += 1
            running.house.fails = 0
    assert {200, 204, 401, 404} <= set(seen), seen


async def _ask_nonsense(running: Running) -> None:
    async with running.client() as client:
        for number in range(100):
            await client.request(f"X{number}", f"/api/vehicles/{number}")
            await client.get(f"/{number}/%22,le=%22{number}", headers={"user-agent": f'"{number}'})


class TestProgram:
    @pytest.fixture
    async def ports(self, house: House) -> AsyncIterator[tuple[int, int]]:
        """The gateway as the program that ships, with the committed route table: its port and its inner one."""
        port, inner = free_port(), free_port()
        env = {
            **os.environ,
            "AUTOTRACK_ENVIRONMENT": "test",
            "AUTOTRACK_PORT": str(port),
            "AUTOTRACK_OPERATIONS_PORT": str(inner),
            "AUTOTRACK_INTERNAL_PRIVATE_KEY": GATEWAY_PEM,
            "AUTOTRACK_LOG_LEVEL": "WARNING",
            **{
                f"AUTOTRACK_{name.upper()}_URL": f"http://127.0.0.1:{house.port}"
                for name in SERVICES
            },
        }
        program = subprocess.Popen(  # noqa: ASYNC220 - started once, before anything runs
            [sys.executable, "-m", "gateway.main"], cwd=ROOT, env=env
        )
        try:
            async with httpx2.AsyncClient() as client, asyncio.timeout(60):
                while not await _answers(client, f"http://127.0.0.1:{inner}/readyz"):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.1)
            yield port, inner
        finally:
            program.terminate()
            assert await asyncio.to_thread(program.wait, 20) == 0

    async def test_the_public_port_knows_none_of_it_and_the_inner_port_all(
        self, ports: tuple[int, int]
    ) -> None:
        port, inner = ports
        async with httpx2.AsyncClient() as client:
            for path in INNER:
                outside = await client.get(f"http://127.0.0.1:{port}{path}")
                is_probe = path in {"/livez", "/readyz"}
                assert outside.status_code == (200 if is_probe else 404), path
                assert (await client.get(f"http://127.0.0.1:{inner}{path}")).status_code == 200


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx2.HTTPError:
        return False


def test_nothing_of_the_inner_port_is_in_the_table() -> None:
    outside = {route.template for route in read_route_table().routes}
    assert outside.isdisjoint({"/metrics", "/backlog", "/version", "/internal/backlog"})
    assert all(route.access is not OpenTo.INTERNAL for route in read_route_table().routes)
