"""Every program restarted, one after the other, under load: two gateways and two of each service, and nobody notices."""

import asyncio
import dataclasses
import itertools
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import aiohttp
import pytest

from deploy.local import programs
from deploy.local.databases import SERVICES
from deploy.local.machine import free_port
from deploy.local.programs import GATEWAY
from tests.flows.balancer import Balancer
from tests.flows.house import FOLDER, FlowHouse
from tests.flows.person import Person

pytestmark = pytest.mark.timeout(600)
PER_SECOND = 40
READS_AT_ONCE = 50
WRITES_AT_ONCE = 6
"""A slower machine gets fewer requests, not a longer queue; one person's writes take turns, and so queue first."""
SEEN_READY = 1.0
"""Seconds until the balancer, too, has seen that a program is back; Kubernetes calls it minReadySeconds."""
PATIENCE = aiohttp.ClientTimeout(total=30)


@pytest.fixture(scope="module")
def replicas(house: FlowHouse) -> Iterator[tuple[Balancer, list[str]]]:
    """A second replica of each service, and two gateways that find the services through the balancer; and whom to restart.

    One replica of each service and both gateways: the other replicas would be the same story at twice the time.
    """
    balancer = Balancer(FOLDER / "balancer", [*SERVICES, GATEWAY])
    names: list[str] = []
    behind: dict[str, list[int]] = {service: [house.plan.ports[service]] for service in SERVICES}
    for service in SERVICES:
        port = free_port()
        program = house.program(service, AUTOTRACK_PORT=str(port))
        names.append(house.launch(dataclasses.replace(program, port=port), f"{service}-second"))
        behind[service].append(port)
    behind[GATEWAY] = []
    for number in (1, 2):
        port = free_port()
        program = programs.gateway(house.plan)
        settings = program.settings | {
            "AUTOTRACK_PORT": str(port),
            "AUTOTRACK_DRAIN_SECONDS": "3",
            "AUTOTRACK_RATE_IP": "1000000",  # the load is one person at one address
            "AUTOTRACK_RATE_USER": "1000000",
            **{f"AUTOTRACK_{name.upper()}_URL": balancer.url(name) for name in SERVICES},
        }
        replica = dataclasses.replace(program, port=port, settings=settings)
        names.append(house.launch(replica, f"gateway-{number}"))
        behind[GATEWAY].append(port)
    balancer.start(behind)
    for name in names:
        house.wait(name)
    yield balancer, [*SERVICES, *(name for name in names if name.startswith(GATEWAY))]
    balancer.stop()
    for name in names:
        house.kill(name)  # how they end has been shown
        house.stop(name)


class TestRollingRestart:
    async def test_no_request_fails_while_every_program_is_restarted(
        self,
        house: FlowHouse,
        replicas: tuple[Balancer, list[str]],
        person: Callable[..., Person],
    ) -> None:
        balancer, names = replicas
        claire = await asyncio.to_thread(person)
        car = await asyncio.to_thread(claire.add_car, mileage=10_000)
        load = Load(balancer.url(GATEWAY), claire.token, str(car["id"]))
        going_on = asyncio.ensure_future(load.run())
        await asyncio.sleep(1)
        for name in names:
            await asyncio.to_thread(house.kill, name, signal.SIGTERM)
            await asyncio.to_thread(house.start, name)
            await asyncio.sleep(SEEN_READY)  # before the next one leaves
        load.is_over = True
        await going_on
        assert not load.failures, dict(load.failures)
        assert load.answered > 400, "too little load to show anything"
        written = claire.api.get("/api/reminders?page_size=1").json()["count"]
        assert written == load.written, "each accepted reminder once, none twice"


class Load:
    """Reads from every service and writes to one, at an even pace."""

    def __init__(self, url: str, token: str, car: str) -> None:
        self.is_over = False
        self.answered = self.written = 0
        self.failures: Counter[str] = Counter()
        self._url = url
        self._headers = {"authorization": f"Bearer {token}"}
        self._car = car
        self._numbers = itertools.count(1)

    async def run(self) -> None:
        calls = itertools.cycle(
            [
                "/api/auth/me",
                f"/api/vehicles/{self._car}",
                "/api/notifications/unread_count",
                None,
                "/api/subscriptions/current",
                "/api/documents",
                "/api/ai-assistant/conversations",
                f"/api/vehicles/{self._car}",
            ]
        )
        reads, writes = asyncio.Semaphore(READS_AT_ONCE), asyncio.Semaphore(WRITES_AT_ONCE)
        connector = aiohttp.TCPConnector(limit=READS_AT_ONCE + WRITES_AT_ONCE)
        async with (
            aiohttp.ClientSession(
                self._url, headers=self._headers, connector=connector, timeout=PATIENCE
            ) as client,
            asyncio.TaskGroup() as group,
        ):
            due = time.perf_counter()
            while not self.is_over:
                due = max(due + 1 / PER_SECOND, time.perf_counter() - 1)
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                path = next(calls)
                room = writes if path is None else reads
                await room.acquire()
                group.create_task(self._call(client, path, room))

    async def _call(
        self, client: aiohttp.ClientSession, path: str | None, room: asyncio.Semaphore
    ) -> None:
        try:
            if path is None:
                await self._write(client)
            else:
                async with client.get(path) as answer:
                    self._note(path, answer.status, 200)
        except (aiohttp.ClientError, TimeoutError) as broken:
            self.failures[f"{path}: {type(broken).__name__}"] += 1
        finally:
            room.release()

    async def _write(self, client: aiohttp.ClientSession) -> None:
        number = next(self._numbers)
        path, body = "/api/reminders", {"vehicle": self._car, "title": "n", "due_on": "2030-01-01"}
        headers = {"Idempotency-Key": f"reminder-{number}"}
        async with client.post(path, json=body, headers=headers) as answer:
            self.written += answer.status == 201
            self._note(path, answer.status, 201)

    def _note(self, path: str, status: int, expected: int) -> None:
        self.answered += 1
        if status != expected:
            self.failures[f"{path}: {status}"] += 1
