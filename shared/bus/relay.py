"""Outbox rows become messages: in order, with publisher confirms, by one relay at a time.

Leadership is an advisory lock on a connection of its own, asked about before each batch; a brief double leader only makes
duplicates, which inboxes absorb. Rows are found by `published_at IS NULL`, never by an id cursor: a transaction that took its
id early may commit late.
"""

import asyncio
import contextlib
import zlib
from collections.abc import Sequence
from typing import Any

import aio_pika
import asyncpg
import orjson
import structlog
from aio_pika.abc import AbstractExchange

from shared.bus.outbox import CONTENT_TYPE
from shared.bus.topology import LISTENERS, declare_listeners, is_heard
from shared.observe.metrics import Metrics
from shared.settings import ServiceSettings

log = structlog.get_logger()
BATCH = 500
SMALLEST_BATCH = 10
POLL_SECONDS = 0.1
SHORTEST_POLL_SECONDS = 0.002
PART_OF_QUIET = 0.25
"""Rows come in runs, and a web role in another process cannot wake us: look again after a quarter of the time in which nothing has
come. So a row waits an eighth of the gap before it, and a quiet outbox is asked thirty times in its first second, then ten."""
CONFIRM_SECONDS = 5.0
ELECTION_SECONDS = 2.0
ALERT_AFTER = 10
LOOK_EVERY = 2.0

WAITING = """SELECT id, event_id, topic, subject, body::text AS body, headers::text AS headers FROM outbox
             WHERE published_at IS NULL ORDER BY id LIMIT $1"""
MARK = """UPDATE outbox SET published_at = clock_timestamp(), last_error = NULL,
          body = CASE WHEN carries_secret = 1 THEN body - 'data' ELSE body END WHERE id = ANY($1::bigint[])"""
FAILED = "UPDATE outbox SET attempts = attempts + 1, last_error = $2 WHERE id = ANY($1::bigint[]) RETURNING attempts"
DEPTH = """SELECT count(*) AS depth, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS age
           FROM outbox WHERE published_at IS NULL"""


class Relay:
    def __init__(self, settings: ServiceSettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._lock = zlib.crc32(f"autotrack-relay-{settings.service}".encode())
        self._batch = BATCH

    def wake(self) -> None:
        """A commit in this process left rows: do not wait for the next poll."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Until `stop()`: be elected, publish, and start over when either connection breaks."""
        while not self._stopping.is_set():
            try:
                await self._lead()
            except Exception as error:  # noqa: BLE001 - drivers end with more kinds of errors than they name
                log.warning(
                    "relay.interrupted", error=type(error).__name__, reason=str(error)[:200]
                )
                await self._pause(1.0)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _lead(self) -> None:
        url = self._settings.database_url.get_secret_value().replace(
            "postgresql+asyncpg", "postgresql"
        )
        connection = await asyncpg.connect(
            url,
            timeout=5,
            command_timeout=15,
            server_settings={
                "application_name": f"relay-{self._settings.service}",
                "synchronous_commit": "off",  # a mark lost in a crash is a duplicate, which inboxes absorb
            },
        )
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock):
                await self._pause(ELECTION_SECONDS)
                if self._stopping.is_set():
                    return
            await self._publish_while_leading(connection)
        finally:
            await connection.close(timeout=2)

    async def _publish_while_leading(self, connection: Any) -> None:
        broker = await aio_pika.connect(
            with_heartbeat(self._settings.broker_url.get_secret_value()), timeout=5
        )
        async with broker:
            channel = await broker.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await declare_listeners(channel, LISTENERS)
            log.info("relay.leading")
            clock = asyncio.get_running_loop().time
            look_at, published_at = 0.0, clock()
            while not self._stopping.is_set():
                self._wake.clear()
                published = await self.publish_batch(connection, exchange)
                now = clock()
                if published:
                    published_at = now
                if published < SMALLEST_BATCH:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), poll_seconds(now - published_at))
                if now > look_at:
                    look_at = now + LOOK_EVERY
                    await self._look(connection)

    async def publish_batch(self, connection: Any, exchange: AbstractExchange) -> int:
        """Publish a batch of waiting rows and mark those confirmed; returns how many were.

        A broker too slow to confirm in time gets a quarter of the batch next time, a quick one twice as much.
        """
        rows = await connection.fetch(WAITING, self._batch)
        if not rows:
            return 0
        outcomes = await asyncio.gather(
            *(self._publish(exchange, row) for row in rows), return_exceptions=True
        )
        confirmed, failed, reason = _sort(rows, outcomes)
        if confirmed:
            await connection.execute(MARK, confirmed)
        if failed:
            self._batch = max(SMALLEST_BATCH, self._batch // 4)
            self._metrics.publish_failures.inc(len(failed))
            attempts = await connection.fetch(FAILED, failed, reason)
            if max(row["attempts"] for row in attempts) >= ALERT_AFTER:
                log.error("relay.stuck", rows=len(failed), reason=reason)
            raise ConnectionError(reason)
        self._batch = min(BATCH, self._batch * 2)
        return len(confirmed)

    async def _publish(self, exchange: AbstractExchange, row: Any) -> None:
        headers = orjson.loads(row["headers"])
        message = aio_pika.Message(
            row["body"].encode(),
            message_id=str(row["event_id"]),
            content_type=CONTENT_TYPE,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            type=row["topic"],
            headers=headers,
        )
        await exchange.publish(
            message,
            routing_key=row["topic"],
            mandatory=is_heard(row["topic"]),
            timeout=CONFIRM_SECONDS,
        )
        self._metrics.published.labels(row["topic"]).inc()

    async def _look(self, connection: Any) -> None:
        row = await connection.fetchrow(DEPTH)
        self._metrics.outbox_depth.set(row["depth"])
        self._metrics.outbox_age.set(row["age"])


def _sort(
    rows: Sequence[Any], outcomes: Sequence[BaseException | None]
) -> tuple[list[int], list[int], str]:
    """Rows confirmed, rows not; after a failure later rows of the same subject count as not, to keep their order."""
    held: set[Any] = set()
    confirmed: list[int] = []
    failed: list[int] = []
    reason = ""
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, asyncio.CancelledError):
            raise outcome
        if outcome is not None:
            held.add(row["subject"])
            reason = f"{type(outcome).__name__}: {outcome}"[:200]
        (failed if row["subject"] in held else confirmed).append(row["id"])
    return confirmed, failed, reason


def poll_seconds(quiet: float) -> float:
    """How long to wait after so many seconds without a row."""
    return min(max(quiet * PART_OF_QUIET, SHORTEST_POLL_SECONDS), POLL_SECONDS)


def with_heartbeat(url: str) -> str:
    return url if "heartbeat=" in url else url + ("&" if "?" in url else "?") + "heartbeat=10"
