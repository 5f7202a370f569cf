"""Billing is tested against the real payment simulator, over a real socket; its webhooks go through billing's own door."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from deploy.simulators.stripe.app import create_app as create_stripe
from services.billing.main import create_app
from services.billing.settings import Settings
from services.billing.tests.stripe_house import SECRET, StripeHouse
from shared.clock import FixedClock
from shared.testing.client import Callers


@pytest.fixture(scope="session")
def service_name() -> str:
    return "billing"


@pytest.fixture(scope="session")
def make_app() -> Callable[..., Any]:
    def make(settings_env: dict[str, Any], clock: FixedClock) -> Any:
        return create_app(Settings(**settings_env), clock)

    return make


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stripe_server() -> AsyncIterator[tuple[str, Any]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    app = create_stripe(seed="t", public_url=url, webhook_secret=SECRET)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    yield url, app
    server.should_exit = True
    await serving


@pytest.fixture
def settings_env(settings_env: dict[str, Any], stripe_server: tuple[str, Any]) -> dict[str, Any]:
    return settings_env | {
        "stripe_api_base": stripe_server[0],
        "stripe_api_key": "sk_test_simulated",
        "stripe_webhook_secrets": f"{SECRET},whsec_previous",
        "stripe_timeout_seconds": 8.0,
        "return_origins": ("http://shop.test",),
    }


@pytest_asyncio.fixture(loop_scope="session")
async def stripe(
    stripe_server: tuple[str, Any], clock: FixedClock, call: Callers, run_jobs: Any
) -> AsyncIterator[StripeHouse]:
    """The simulator, empty, on the test's clock, delivering to this service."""
    url, app = stripe_server
    house = StripeHouse(url, app, call, run_jobs)
    await house.begin(clock)
    yield house
    await house.close()
