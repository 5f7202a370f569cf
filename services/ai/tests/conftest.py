import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI

from deploy.simulators.openai.app import create_app as create_model
from deploy.simulators.openai.behaviour import State
from services.ai.main import create_app
from services.ai.settings import Settings
from shared.clock import Clock


@pytest.fixture(scope="session")
def service_name() -> str:
    return "ai"


@pytest.fixture(scope="session")
def make_app() -> Callable[[dict[str, Any], Clock], FastAPI]:
    return lambda settings_env, clock: create_app(Settings(**settings_env), clock=clock)


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app on a real socket of this machine; its address."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = asyncio.get_running_loop().create_task(server.serve(sockets=[door]))
    while not server.started:  # noqa: ASYNC110  (uvicorn offers no event)
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    await running


@dataclass
class Model:
    """The simulated provider: where it listens, what it does next, what it was sent."""

    url: str
    state: State

    def will(self, *steps: dict[str, Any]) -> None:
        self.state.script.extend(steps)

    @property
    def sent(self) -> str:
        return "\n".join(str(request["messages"]) for request in self.state.requests)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def provider() -> AsyncIterator[Model]:
    app = create_model()
    async with served(app) as url:
        yield Model(f"{url}/v1", app.state.fake)


@pytest.fixture
def model(provider: Model) -> Model:
    provider.state.clear()
    return provider


@pytest.fixture
def with_model(settings_env: dict[str, Any], provider: Model) -> dict[str, Any]:
    """Settings of a service that has a model; short patience, so that slow ones are found out quickly."""
    return {
        **settings_env,
        "openai_base_url": provider.url,
        "openai_api_key": "test-key",
        "openai_model": "demo",
        "first_byte_seconds": 2.0,
        "idle_seconds": 1.2,
        "answer_seconds": 3.0,
        "stream_seconds": 8.0,
        "heartbeat_seconds": 0.2,
    }
