"""What a test does at Stripe: pay, decline, let time pass, disturb the deliveries."""

from typing import Any

import httpx2
import orjson

from deploy.simulators.stripe.deliveries import Mischief, signature
from shared.clock import FixedClock
from shared.http.client import tls
from shared.testing.client import Callers

SECRET = "whsec_simulated"
WEBHOOK = "/api/webhooks/stripe"


class StripeHouse:
    def __init__(self, url: str, app: Any, call: Callers, run_jobs: Any) -> None:
        self.url = url
        self.world = app.state.world
        self.courier = app.state.courier
        self.call = call
        self.run_jobs = run_jobs
        self.page = httpx2.AsyncClient(base_url=url, verify=tls())

    async def begin(self, clock: FixedClock) -> None:
        self.clock = clock
        self.world.clock = clock
        self.world.seed = "t"
        self.courier.http = self.call.anonymous
        self.courier.url = WEBHOOK
        self.courier.secret = SECRET
        await self.control("reset")

    async def close(self) -> None:
        self.courier.url = None
        self.courier.log.clear()
        self.courier.mischief = Mischief()
        await self.page.aclose()

    async def control(self, path: str, /, **body: Any) -> Any:
        answer = await self.page.post(f"/_sim/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def settled(self) -> None:
        """Every webhook delivered, every job done."""
        await self.courier.drain()
        await self.run_jobs()

    async def later(self, **delta: float) -> None:
        """Time passes, at Stripe and here."""
        self.clock.move(**delta)
        await self.control("tick")
        await self.settled()

    async def answer(self, url: str, action: str = "pay", card: str = "4242") -> httpx2.Response:
        """What a person clicks on the payment page."""
        return await self.page.post(url, data={"action": action, "card": card})

    async def subscribe(
        self, client: httpx2.AsyncClient, plan: str = "STANDARD", interval: str = "month"
    ) -> dict[str, Any]:
        """From the click on a plan to the open plan."""
        asked = await client.post(
            "/api/subscriptions/checkout", json={"plan": plan, "interval": interval}
        )
        assert asked.status_code == 201, asked.text
        answer = await self.answer(asked.json()["url"])
        assert answer.status_code == 303
        await self.settled()
        return (await self.active(client))["subscription"]  # type: ignore[no-any-return]

    async def active(self, client: httpx2.AsyncClient) -> dict[str, Any]:
        found: dict[str, Any] = (await client.get("/api/subscriptions/active")).json()
        return found

    def subscriptions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.all("subscription")
        return found

    def the_subscription(self) -> dict[str, Any]:
        (only,) = self.subscriptions()
        return only

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the service asked of Stripe."""
        return [
            seen
            for seen in self.world.calls
            if seen["method"] == method and seen["path"].startswith(path)
        ]

    async def deliver(self, event: Any, *, secret: str = SECRET, age: float = 0) -> httpx2.Response:
        """A webhook by hand, signed as Stripe would."""
        body = event if isinstance(event, bytes) else orjson.dumps(event)
        stamp = int(self.clock.now().timestamp() - age)
        headers = {"Stripe-Signature": signature(secret, body, stamp)}
        return await self.call.anonymous.post(WEBHOOK, content=body, headers=headers)
