import asyncio
import json
import time
from uuid import uuid4

import aio_pika
import pytest

from gateway.tests.conftest import Running, StartGateway
from shared.bus.outbox import outbox_row
from shared.bus.topology import declare_exchange
from shared.clock import SystemClock
from shared.contracts.base import Event
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.features import ALLOWS, OPENS, Plan


def changed(user_id: object, plan: Plan, version: int) -> EntitlementsChanged:
    return EntitlementsChanged(
        user_id=user_id,
        version=version,
        plan=plan,
        status="active",
        features=tuple(OPENS[plan]),
        limits=ALLOWS[plan],
        effective_at=SystemClock().now(),
    )


async def say(broker_url: str, *events: Event | bytes) -> None:
    """As a relay would."""
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await declare_exchange(channel)
        for event in events:
            raw = (
                event
                if isinstance(event, bytes)
                else json.dumps(outbox_row(event)["body"]).encode()
            )
            key = "billing.entitlements_changed.v1" if isinstance(event, bytes) else event.topic
            await exchange.publish(aio_pika.Message(raw), routing_key=key, mandatory=False)


async def until(truth: object, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not truth():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)


@pytest.fixture
async def listening(start_gateway: StartGateway, servers: dict[str, str]) -> Running:
    """Polls so seldom that only the bus can have brought the news."""
    running = await start_gateway(broker_url=servers["broker_url"], poll_seconds=5)
    await until(lambda: running.work.news.broker_connected)
    await asyncio.sleep(0.3)
    return running


@pytest.mark.bus
class TestEntitlementsChanged:
    async def test_the_same_token_passes_within_a_second(
        self, listening: Running, servers: dict[str, str]
    ) -> None:
        user_id, bearer = listening.person(Plan.FREE)
        path = f"/api/documents/{uuid4()}/analyze"
        async with listening.client(bearer) as client:
            assert (await client.post(path)).status_code == 403
            began = time.monotonic()
            await say(servers["broker_url"], changed(user_id, Plan.STANDARD, 2))
            while (await client.post(path)).status_code != 200:
                assert time.monotonic() - began < 3
                await asyncio.sleep(0.02)

    async def test_versions_never_go_backwards(
        self, listening: Running, servers: dict[str, str]
    ) -> None:
        user_id = uuid4()
        versions = [(3, Plan.PREMIUM), (1, Plan.FREE), (3, Plan.PREMIUM), (2, Plan.STANDARD)]
        marker = uuid4()
        await say(
            servers["broker_url"],
            *(changed(user_id, plan, version) for version, plan in versions),
            changed(marker, Plan.FREE, 1),
        )
        await until(lambda: listening.work.entitlements.get(str(marker)))
        kept = listening.work.entitlements.get(str(user_id))
        assert kept is not None
        assert (kept.version, kept.plan) == (3, Plan.PREMIUM)

    async def test_what_cannot_be_read_does_not_stop_the_rest(
        self, listening: Running, servers: dict[str, str]
    ) -> None:
        user_id = uuid4()
        await say(servers["broker_url"], b"not json", b"{}", changed(user_id, Plan.STANDARD, 1))
        await until(lambda: listening.work.entitlements.get(str(user_id)))


@pytest.mark.bus
async def test_each_replica_hears_and_its_queues_die_with_it(
    start_gateway: StartGateway, servers: dict[str, str]
) -> None:
    replicas = [
        await start_gateway(broker_url=servers["broker_url"], poll_seconds=5) for _ in range(2)
    ]
    for replica in replicas:
        await until(lambda replica=replica: replica.work.news.broker_connected)
    await asyncio.sleep(0.3)
    user_id = uuid4()
    await say(servers["broker_url"], changed(user_id, Plan.STANDARD, 1))
    for replica in replicas:
        await until(lambda replica=replica: replica.work.entitlements.get(str(user_id)))


async def test_a_broker_that_is_away_keeps_nobody_from_starting(
    start_gateway: StartGateway,
) -> None:
    running = await start_gateway(broker_url="amqp://guest:guest@127.0.0.1:1/")
    async with running.client() as client:
        assert (await client.get("/readyz")).status_code == 200
        health = await client.get("/api/health/broker")
        assert (health.status_code, health.json()["status"]) == (503, "down")
