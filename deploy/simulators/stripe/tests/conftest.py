import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
import stripe
import uvicorn
from fastapi import FastAPI, Request

from deploy.simulators.stripe.app import create_app
from shared.clock import FixedClock

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


class House:
    """The simulator on a real socket, the library that talks to it, and somebody who receives its webhooks."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        self.url = url
        self.clock = clock
        self.received: list[tuple[str, bytes]] = []
        self.refuse = 0
        self.http = stripe.AIOHTTPClient()
        self.client = stripe.StripeClient(
            "sk_test_x", base_addresses={"api": url}, http_client=self.http, max_network_retries=0
        )

    async def customer(self) -> str:
        made = await self.client.v1.customers.create_async({"email": "a@example.org"})
        return made.id

    async def session(
        self, customer: str, price: str = "price_standard_monthly", **more: Any
    ) -> Any:
        fields: Any = {
            "mode": "subscription",
            "customer": customer,
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "http://shop.test/?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.test/no",
        }
        return await self.client.v1.checkout.sessions.create_async(fields | more)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest_asyncio.fixture(loop_scope="session")
async def house() -> AsyncIterator[House]:
    port, shop_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    clock = FixedClock(START)
    found = House(url, clock)
    shop = FastAPI()

    @shop.post("/hook")
    async def hook(request: Request) -> dict[str, str]:
        body = await request.body()
        if found.refuse:
            found.refuse -= 1
            raise RuntimeError("not now")
        found.received.append((request.headers["stripe-signature"], body))
        return {}

    app = create_app(
        clock=clock,
        seed="t",
        public_url=url,
        webhook_url=f"http://127.0.0.1:{shop_port}/hook",
        webhook_secret="whsec_test",
    )
    servers = [
        uvicorn.Server(uvicorn.Config(each, port=at, log_level="critical"))
        for each, at in ((app, port), (shop, shop_port))
    ]
    running = [asyncio.create_task(server.serve()) for server in servers]
    while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    yield found
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*running)
    await found.http.close_async()  # type: ignore[no-untyped-call]  # the library says nothing about it
