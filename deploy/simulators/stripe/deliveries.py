"""Webhooks on their way: signed at each attempt, retried, and on request doubled, shuffled, delayed or lost."""

import asyncio
import hashlib
import hmac
import itertools
from dataclasses import asdict, dataclass, field

import httpx2
import orjson
import structlog

from deploy.simulators.stripe.wire import Json
from deploy.simulators.stripe.world import World
from shared.http.client import tls

log = structlog.get_logger()

RETRY_SECONDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 60.0, 60.0)
ANSWER_WITHIN = 10.0
KEPT = 500
OK = range(200, 300)


def signature(secret: str, body: bytes, timestamp: int) -> str:
    """Stripe's scheme: `t=<time>,v1=<hex HMAC-SHA256 of "time.body">`."""
    mac = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"t={timestamp},v1={mac.hexdigest()}"


@dataclass
class Delivery:
    number: int
    event_id: str
    type: str
    due: float
    state: str = "waiting"  # waiting | delivered | failed | dropped
    attempts: int = 0
    status: int | None = None


@dataclass
class Mischief:
    """What the network does to the next deliveries."""

    duplicate: int = 0
    reorder: bool = False
    delay_seconds: float = 0.0
    drop: int = 0
    hold: bool = False


@dataclass
class Courier:
    world: World
    url: str | None
    secret: str
    http: httpx2.AsyncClient | None = None
    log: list[Delivery] = field(default_factory=list)
    mischief: Mischief = field(default_factory=Mischief)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._wake = asyncio.Event()
        self.world.listeners.append(self.take)

    def take(self, event: Json) -> None:
        if self.url is None:
            return
        copies = 1 + self.mischief.duplicate
        for _ in range(copies):
            delivery = self._new(event)
            if self.mischief.drop > 0:
                self.mischief.drop -= 1
                delivery.state = "dropped"
        self._wake.set()

    def _new(self, event: Json) -> Delivery:
        due = asyncio.get_running_loop().time() + self.mischief.delay_seconds
        delivery = Delivery(next(self._numbers), event["id"], event["type"], due)
        self.log.append(delivery)
        del self.log[:-KEPT]
        return delivery

    def replay(self, event_id: str) -> None:
        self._new(self.world.find("event", event_id))
        self._wake.set()

    def waiting(self) -> list[Delivery]:
        return [delivery for delivery in self.log if delivery.state == "waiting"]

    async def run(self) -> None:
        """Delivers for ever; several at a time would hide order, so one after the other."""
        async with httpx2.AsyncClient(timeout=ANSWER_WITHIN, verify=tls()) as own:
            while True:
                delivery = self._next()
                if delivery is None:
                    await self._pause()
                    continue
                await self._attempt(self.http or own, delivery)

    async def drain(self) -> None:
        while self.waiting() and not self.mischief.hold:  # noqa: ASYNC110 - deliveries end in many ways, none worth an event of its own
            await asyncio.sleep(0.01)

    def _next(self) -> Delivery | None:
        if self.mischief.hold:
            return None
        now = asyncio.get_running_loop().time()
        ready = [delivery for delivery in self.waiting() if delivery.due <= now]
        if not ready:
            return None
        return ready[-1] if self.mischief.reorder else ready[0]

    async def _pause(self) -> None:
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), 0.05)
        except TimeoutError:
            return

    async def _attempt(self, http: httpx2.AsyncClient, delivery: Delivery) -> None:
        body = orjson.dumps(self.world.find("event", delivery.event_id))
        stamp = int(self.world.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(self.secret, body, stamp),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        delivery.attempts += 1
        try:
            answer = await http.post(self.url or "", content=body, headers=headers)
            delivery.status = answer.status_code
        except httpx2.HTTPError:
            delivery.status = None
        if delivery.status in OK:
            delivery.state = "delivered"
        elif delivery.attempts > len(RETRY_SECONDS):
            delivery.state = "failed"
            log.warning("stripe_sim.delivery_given_up", event_id=delivery.event_id)
        else:
            pause = RETRY_SECONDS[delivery.attempts - 1]
            delivery.due = asyncio.get_running_loop().time() + pause

    def report(self) -> list[Json]:
        return [asdict(delivery) for delivery in reversed(self.log)]
