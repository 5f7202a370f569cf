import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from gateway.api.proxy import Gateway
from gateway.main import SERVER, create_app
from gateway.tests.house import TABLE, House, served, settings_for, token
from gateway.usecases.warm_up import why_not_ready
from gateway.usecases.work import Work
from shared.contracts.features import Plan
from shared.http.client import tls


@dataclass
class Running:
    """A gateway on a real port, with a house behind it."""

    gateway: Gateway
    port: int
    house: House

    @property
    def work(self) -> Work:
        work: Work = self.gateway.state.work
        return work

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, bearer: str | None = None, **headers: str) -> httpx2.AsyncClient:
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        return httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=20, verify=tls())

    def person(self, plan: Plan | None = None, **claims: Any) -> tuple[UUID, str]:
        """Somebody signed in, as billing and auth know them."""
        user_id = uuid4()
        if plan is not None:
            self.house.give(user_id, plan)
        return user_id, token(time.time(), sub=str(user_id), **claims)


StartGateway = Callable[..., Awaitable[Running]]


@pytest.fixture(scope="session")
async def common() -> AsyncIterator[Running]:
    """One gateway for all tests that change nothing in it."""
    house = House()
    async with served(house) as house.port:
        gateway = create_app(settings_for(house.port), routes=TABLE)
        async with served(gateway, **SERVER, lifespan="on") as port:
            running = Running(gateway, port, house)
            await _until_ready(running)
            yield running


async def _until_ready(running: Running) -> None:
    while why_not_ready(running.work) is not None:  # noqa: ASYNC110 - feeds tell nobody
        await asyncio.sleep(0.02)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    async with served(house) as port:
        house.port = port
        yield house


@pytest.fixture
async def start_gateway(house: House) -> AsyncIterator[StartGateway]:
    async with AsyncExitStack() as stack:

        async def start(*, ready: bool = True, **changes: Any) -> Running:
            settings = settings_for(house.port, **changes)
            gateway = create_app(settings, routes=TABLE)
            port = await stack.enter_async_context(served(gateway, **SERVER, lifespan="on"))
            running = Running(gateway, port, house)
            if ready:
                await _until_ready(running)
            return running

        yield start


@pytest.fixture
async def running(start_gateway: StartGateway) -> Running:
    return await start_gateway()
