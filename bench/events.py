"""How soon an event has its effect, and how fast a relay empties an outbox, beside RabbitMQ by itself."""

import asyncio
import json
import re
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import aiohttp
import asyncpg

from bench.house import House
from bench.table import Row
from shared.bus.outbox import outbox_row
from shared.bus.topology import EVENTS
from shared.contracts.documents import DocumentProgressed
from shared.ids import new_id

PER_SECOND = 100
SECONDS = 8
CARS = 100
BATCH = 4000
TOPIC = "vehicles.vehicle_changed.v1"
LISTENER = "ai"
FLOOD = 3_000
PAIRS = 5
PATIENCE = 60.0
SAY = "INSERT INTO outbox (event_id, topic, subject, body, headers) VALUES ($1, $2, $3, $4, $5)"


async def measure(house: House) -> list[Row]:
    """The row of the latency comes last: a house that has just been through a flood must be as quick as before."""
    return [await throughput(house), await end_to_end(house), await latency(house)]


async def latency(house: House) -> Row:
    """A hundred changed cars a second, each a commit of its own; each must reach ai's copy.

    The rows are committed by us, not by edits over HTTP: this row is about events, and the machine has two cores. So vehicles' relay
    is not woken by the commit, as where web and worker are programs of their own.
    """
    user_id, _ = await asyncio.to_thread(house.new_person)
    cars = await asyncio.to_thread(house.give_cars, user_id, CARS)
    await asyncio.sleep(2)
    speaker = await asyncpg.connect(house.database("vehicles"))
    listener = await asyncpg.connect(house.database(LISTENER))
    try:
        patterns = await _last_events(speaker, cars)
        handling = await _handling(house)
        (sent, seconds), raw = (await _commit(speaker, patterns), await _raw_latency(house))
        done = await _effects(speaker, listener, sent)
        handler = await _handling(house, handling)
    finally:
        await speaker.close()
        await listener.close()
    lags = [lag + handler for lag in done]
    return Row(
        f"event from commit to effect, {len(sent) / seconds:.0f} events/s",
        f"p50 {_part(lags, 0.5):.0f} ms p99 {_part(lags, 0.99):.0f} ms",
        f"RabbitMQ alone p50 {_part(raw, 0.5):.0f} ms p99 {_part(raw, 0.99):.0f} ms",
        f"{len(sent) - len(done)} lost (aim p50 <= 25, p99 <= 100)",
    )


async def end_to_end(house: House) -> Row:
    """Changed cars that wait in vehicles' outbox: the relay, RabbitMQ and one worker of ai, to the last copy; in pairs with
    RabbitMQ alone, which is asked to publish, deliver and acknowledge as many.
    """
    user_id, _ = await asyncio.to_thread(house.new_person)
    cars = await asyncio.to_thread(house.give_cars, user_id, CARS)
    await asyncio.sleep(2)
    speaker = await asyncpg.connect(house.database("vehicles"))
    listener = await asyncpg.connect(house.database(LISTENER))
    ours, theirs = [], []
    try:
        patterns = await _last_events(speaker, cars)
        for _ in range(PAIRS):
            ours.append(await _flood(speaker, listener, patterns))
            theirs.append(await _raw_flood(house))
    finally:
        await speaker.close()
        await listener.close()
    ratios = [mine / raw for mine, raw in zip(ours, theirs, strict=True)]
    return Row(
        f"events end to end, {FLOOD} waiting, vehicles to ai, {PAIRS} pairs",
        f"{statistics.median(ours):,.0f}/s ({min(ours):,.0f}-{max(ours):,.0f})",
        f"RabbitMQ alone {statistics.median(theirs):,.0f}/s ({min(theirs):,.0f}-{max(theirs):,.0f})",
        f"{statistics.median(ratios):.2f} of it (aim 700/s)",
    )


async def _flood(speaker: Any, listener: Any, patterns: Sequence[dict[str, Any]]) -> float:
    """Events per second from the commit of all to the effect of the last."""
    rows = []
    for number in range(FLOOD):
        pattern = patterns[number % len(patterns)]
        body, event_id = pattern["body"], new_id()
        body["id"], body["time"] = str(event_id), datetime.now(UTC).isoformat()
        body["data"]["version"] += 1
        rows.append((event_id, TOPIC, pattern["subject"], json.dumps(body), pattern["headers"]))
    said = [row[0] for row in rows]
    await speaker.executemany(SAY, rows)
    began = time.perf_counter()
    count = "SELECT count(*) FROM inbox WHERE state = 'done' AND event_id = ANY($1::uuid[])"
    while (done := await listener.fetchval(count, said)) < FLOOD:
        if time.perf_counter() - began > PATIENCE:
            raise ValueError(f"{FLOOD - done} of {FLOOD} events had no effect")
        await asyncio.sleep(0.1)
    return FLOOD / (time.perf_counter() - began)


async def _raw_flood(house: House) -> float:
    heard = asyncio.Semaphore(0)

    async def hear(message: Any) -> None:
        await message.ack()
        heard.release()

    async with (
        await aio_pika.connect(house.broker()) as said,
        await aio_pika.connect(house.broker()) as hears,
    ):
        channel, hearing = await said.channel(publisher_confirms=True), await hears.channel()
        await hearing.set_qos(prefetch_count=100)
        queue, name = await _quorum_queue(hearing)
        await queue.consume(hear)
        began = time.perf_counter()
        for _ in range(0, FLOOD, 500):
            await asyncio.gather(
                *(
                    channel.default_exchange.publish(
                        aio_pika.Message(b"x" * 900, delivery_mode=2), name
                    )
                    for _ in range(500)
                )
            )
        for _ in range(FLOOD):
            await asyncio.wait_for(heard.acquire(), PATIENCE)
        rate = FLOOD / (time.perf_counter() - began)
        await queue.delete(if_unused=False, if_empty=False)
    return rate


async def _last_events(speaker: Any, cars: Sequence[str]) -> list[dict[str, Any]]:
    """What vehicles said of these cars: the form of what we say next."""
    rows = await speaker.fetch(
        "SELECT DISTINCT ON (subject) subject, body::text AS body, headers::text AS headers FROM outbox"
        " WHERE topic = $1 AND subject = ANY($2::uuid[]) ORDER BY subject, id DESC",
        TOPIC,
        list(cars),
    )
    if len(rows) < len(cars):
        raise ValueError(f"{len(rows)} events of {len(cars)} cars")
    return [
        {"subject": row["subject"], "body": json.loads(row["body"]), "headers": row["headers"]}
        for row in rows
    ]


async def _commit(speaker: Any, patterns: Sequence[dict[str, Any]]) -> tuple[list[UUID], float]:
    """An even pace; the ids of what was said, in how many seconds."""
    said: list[UUID] = []
    began = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        wait = began + number / PER_SECOND - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        pattern = patterns[number % len(patterns)]
        body, event_id = pattern["body"], new_id()
        body["id"], body["time"] = str(event_id), datetime.now(UTC).isoformat()
        body["data"]["version"] += 1
        await speaker.execute(
            SAY,
            event_id,
            TOPIC,
            pattern["subject"],
            json.dumps(body),
            pattern["headers"],
        )
        said.append(event_id)
    return said, time.perf_counter() - began


async def _effects(speaker: Any, listener: Any, sent: Sequence[UUID]) -> list[float]:
    """Milliseconds from the outbox row to the listener's transaction, by the one clock of the database."""
    query = "SELECT event_id, created_at FROM outbox WHERE event_id = ANY($1::uuid[])"
    written = dict(await speaker.fetch(query, sent))
    deadline = time.monotonic() + PATIENCE
    while True:
        rows = await listener.fetch(
            "SELECT event_id, max(finished_at) FROM inbox WHERE state = 'done' AND event_id = ANY($1::uuid[])"
            " GROUP BY event_id",
            sent,
        )
        if len(rows) >= len(sent) or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    return [(at - written[event_id]).total_seconds() * 1000 for event_id, at in rows]


async def _handling(house: House, before: tuple[float, float] | None = None) -> Any:
    """Without `before`: the handler's seconds and count so far; with it: milliseconds per event since."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(house.operations(LISTENER) + "/metrics") as answer,
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
            SAY,
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
