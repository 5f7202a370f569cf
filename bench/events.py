"""How soon an event has its effect, and how fast a relay empties an outbox, beside RabbitMQ by itself."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import aio_pika
import aiohttp
import asyncpg

from bench.house import House
from bench.table import Row
from shared.bus.outbox import outbox_row
from shared.bus.topology import EVENTS
from shared.contracts.documents import DocumentProgressed

PER_SECOND = 100
SECONDS = 8
BATCH = 4000
TOPIC = "vehicles.vehicle_changed.v1"
LISTENER = "ai"
PATIENCE = 60.0


async def measure(house: House) -> list[Row]:
    return [await latency(house), await throughput(house)]


async def latency(house: House) -> Row:
    """Cars are edited a hundred times a second; each edit's event must reach ai's copy."""
    user_id, _ = await asyncio.to_thread(house.new_person)
    cars = await asyncio.to_thread(house.give_cars, user_id, PER_SECOND)
    await asyncio.sleep(2)
    speaker = await asyncpg.connect(house.database("vehicles"))
    listener = await asyncpg.connect(house.database(LISTENER))
    try:
        since = await speaker.fetchval("SELECT clock_timestamp()")
        handling = await _handling(house)
        (sent, seconds), raw = await asyncio.gather(
            _edit(house, user_id, cars), _raw_latency(house)
        )
        done = await _effects(speaker, listener, since, sent)
        handler = await _handling(house, handling)
    finally:
        await speaker.close()
        await listener.close()
    lags = [lag + handler for lag in done]
    return Row(
        f"event from commit to effect, {sent / seconds:.0f} events/s",
        f"p50 {_part(lags, 0.5):.0f} ms p99 {_part(lags, 0.99):.0f} ms",
        f"RabbitMQ alone p50 {_part(raw, 0.5):.0f} ms p99 {_part(raw, 0.99):.0f} ms",
        f"{sent - len(done)} lost, {PER_SECOND * SECONDS - sent} of the edits refused"
        " (aim p50 < 50, p99 < 250)",
    )


async def _edit(house: House, user_id: Any, cars: Sequence[str]) -> tuple[int, float]:
    """An even pace, whether answers come or not; how many edits were accepted, in how many seconds."""
    headers = house.identity("vehicles", user_id)
    accepted = 0

    async def edit(client: aiohttp.ClientSession, number: int) -> None:
        nonlocal accepted
        body = {"color": f"colour {number}"}
        path = f"/api/vehicles/{cars[number % len(cars)]}"
        async with client.patch(house.url("vehicles") + path, json=body, headers=headers) as answer:
            accepted += answer.status == 200

    began = time.perf_counter()
    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as group:
        for number in range(PER_SECOND * SECONDS):
            wait = began + number / PER_SECOND - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            group.create_task(edit(client, number))
    return accepted, time.perf_counter() - began


async def _effects(speaker: Any, listener: Any, since: datetime, sent: int) -> list[float]:
    """Milliseconds from the outbox row to the listener's transaction, by the one clock of the database."""
    query = "SELECT event_id, created_at FROM outbox WHERE topic = $1 AND created_at > $2"
    written = dict(await speaker.fetch(query, TOPIC, since))
    deadline = time.monotonic() + PATIENCE
    while True:
        rows = await listener.fetch(
            "SELECT event_id, max(finished_at) FROM inbox WHERE state = 'done' AND event_id = ANY($1::uuid[])"
            " GROUP BY event_id",
            list(written),
        )
        if len(rows) >= min(sent, len(written)) or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    return [(at - written[event_id]).total_seconds() * 1000 for event_id, at in rows]


async def _handling(house: House, before: tuple[float, float] | None = None) -> Any:
    """Without `before`: the handler's seconds and count so far; with it: milliseconds per event since."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(house.url(LISTENER) + "/metrics") as answer,
    ):
        text = await answer.text()
    found = [
        sum(
            map(
                float,
                re.findall(
                    rf'autotrack_event_handle_seconds_{name}{{handler="vehicles[^"]*"}} ([\d.e+-]+)',
                    text,
                ),
            )
        )
        for name in ("sum", "count")
    ]
    if before is None:
        return found[0], found[1]
    count = found[1] - before[1]
    return (found[0] - before[0]) / count * 1000 if count else 0.0


async def _raw_latency(house: House) -> list[float]:
    """A confirmed publish to a quorum queue and its delivery, at the same pace, without anything of ours."""
    lags: list[float] = []
    total = PER_SECOND * SECONDS

    async def heard(message: Any) -> None:
        lags.append((time.perf_counter() - float(message.body)) * 1000)
        await message.ack()

    async with (
        await aio_pika.connect(house.broker()) as said,
        await aio_pika.connect(house.broker()) as hears,
    ):
        channel = await said.channel(publisher_confirms=True)
        queue, name = await _quorum_queue(await hears.channel())
        await queue.consume(heard)
        began = time.perf_counter()
        publishing = []
        for number in range(total):
            wait = began + number / PER_SECOND - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            message = aio_pika.Message(repr(time.perf_counter()).encode(), delivery_mode=2)
            publishing.append(
                asyncio.ensure_future(channel.default_exchange.publish(message, name))
            )
        await asyncio.gather(*publishing)
        deadline = time.monotonic() + PATIENCE
        while len(lags) < total and time.monotonic() < deadline:  # noqa: ASYNC110 - bounded, and simple
            await asyncio.sleep(0.1)
        await queue.delete(if_unused=False, if_empty=False)
    return lags


async def _quorum_queue(channel: Any) -> tuple[Any, str]:
    name = f"bench.{uuid4().hex}"
    queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
    return queue, name


async def throughput(house: House) -> Row:
    """The same events to the same exchange and quorum queue: through documents' outbox, then by themselves."""
    events = [
        outbox_row(
            DocumentProgressed(document_id=uuid4(), owner_id=uuid4(), stage="bench", percent=1)
        )
        for _ in range(BATCH)
    ]
    topic = events[0]["topic"]
    async with await aio_pika.connect(house.broker()) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange(EVENTS)
        queue, _ = await _quorum_queue(channel)
        await queue.bind(exchange, topic)
        ours = await _relayed(house, events)
        began = time.perf_counter()
        for start in range(0, BATCH, 500):
            bodies = [json.dumps(row["body"]).encode() for row in events[start : start + 500]]
            await asyncio.gather(
                *(
                    exchange.publish(
                        aio_pika.Message(body, delivery_mode=2), topic, mandatory=False
                    )
                    for body in bodies
                )
            )
        theirs = BATCH / (time.perf_counter() - began)
        await queue.delete(if_unused=False, if_empty=False)
    return Row(
        f"relay, {BATCH} waiting events to a quorum queue",
        f"{ours:,.0f} events/s",
        f"raw confirmed publishes {theirs:,.0f}/s",
        f"{ours / theirs:.2f} of raw",
    )


async def _relayed(house: House, events: Sequence[dict[str, Any]]) -> float:
    """Events per second from the commit of all of them to the mark on the last."""
    connection = await asyncpg.connect(house.database("documents"))
    try:
        await connection.executemany(
            "INSERT INTO outbox (event_id, topic, subject, body, headers) VALUES ($1, $2, $3, $4, $5)",
            [
                (
                    row["event_id"],
                    row["topic"],
                    row["subject"],
                    json.dumps(row["body"]),
                    json.dumps(row["headers"]),
                )
                for row in events
            ],
        )
        began = await connection.fetchval("SELECT clock_timestamp()")
        deadline = time.monotonic() + PATIENCE
        ids = [row["event_id"] for row in events]
        count = "SELECT count(*), max(published_at) FROM outbox WHERE event_id = ANY($1::uuid[]) AND published_at IS NOT NULL"
        while True:
            done, last = await connection.fetchrow(count, ids)
            if done == len(ids) or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.2)
        await connection.execute("DELETE FROM outbox WHERE event_id = ANY($1::uuid[])", ids)
    finally:
        await connection.close()
    return float(done / (last - began).total_seconds())


def _part(values: Sequence[float], part: float) -> float:
    ranked = sorted(values)
    return ranked[min(int(len(ranked) * part), len(ranked) - 1)] if ranked else float("nan")
