"""Deliveries that wait are done together: those that arrive while others are at work are the next transaction.

Nobody waits for company: a delivery that comes alone is done alone, at once. A transaction costs the same for one event as for
fifty, so the fuller the queue, the cheaper each. They are read through aio-pika itself: FastStream's chain around each delivery
costs more than the delivery's own part of its transaction.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from aio_pika.abc import AbstractIncomingMessage as Message
from aio_pika.abc import AbstractQueue, AbstractRobustConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from shared.bus.inbox import Inbox
from shared.bus.patience import SECONDS, Patience
from shared.bus.topology import declare_exchange, queue_arguments, queue_name
from shared.process import supervised

log = structlog.get_logger()
MOST = 50
"""In one transaction: its locks are kept for some 50 ms, and as much is done again when one of them fails."""
PREFETCH = 2 * MOST
"""The next company is here when one is done."""


class Together:
    """Of one queue."""

    def __init__(self, inbox: Inbox, *, patience: float = SECONDS) -> None:
        self._inbox = inbox
        self._patience = patience
        self._waiting: deque[Message] = deque()
        self.working: asyncio.Task[None] | None = None

    async def take(self, delivery: Message) -> None:
        """In the order in which they came off the queue. It is acknowledged when its fate is stored."""
        self._waiting.append(delivery)
        if self.working is None:
            self.working = supervised(self._work(), name="together")

    async def _work(self) -> None:
        """Until nothing waits."""
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                try:
                    await self._do(batch)
                except Exception:  # a mistake of ours must not keep them for ever
                    log.exception("together.failed", number=len(batch))
                    await _give_back(batch)
        finally:
            self.working = None

    async def _do(self, batch: Sequence[Message]) -> None:
        """While the database is out of reach it keeps them and tries again, each after the first time by itself."""
        patience = Patience(self._patience)
        while batch:
            outcomes = await self._inbox.receive_all([(one.body, headers_of(one)) for one in batch])
            done = [one for one, error in zip(batch, outcomes, strict=True) if error is None]
            await _acknowledge(done, is_all=len(done) == len(batch))
            batch = [one for one, error in zip(batch, outcomes, strict=True) if error is not None]
            if batch and patience.is_over:
                await _give_back(batch)
                return
            if batch:
                kinds = {type(error).__name__ for error in outcomes if error is not None}
                log.warning("inbox.database_unreachable", number=len(batch), errors=sorted(kinds))
                await patience.wait()


def headers_of(delivery: Message) -> dict[str, Any]:
    return {**delivery.headers, "type": delivery.type or delivery.routing_key or ""}


async def _acknowledge(done: Sequence[Message], *, is_all: bool) -> None:
    """One word for all of a company whose channel is one: what came before on it is settled. What a channel that is gone was
    not told comes again, and is known.
    """
    with contextlib.suppress(*CONNECTION_EXCEPTIONS):
        if is_all and len({id(one.channel) for one in done}) == 1:
            await done[-1].ack(multiple=True)
            return
    await _each(one.ack() for one in done)


async def _give_back(batch: Iterable[Message]) -> None:
    await _each(one.nack(requeue=True) for one in batch)


async def _each(words: Iterable[Any]) -> None:
    for word in words:
        with contextlib.suppress(*CONNECTION_EXCEPTIONS):
            await word


class Reading:
    """The queues of one service whose deliveries are done together, each on a channel of its own."""

    def __init__(self, service: str, inbox: Inbox) -> None:
        self._service = service
        self._companies = {
            topic: Together(inbox) for topic in inbox.topics if inbox.does_together(topic)
        }
        self._queues: list[tuple[AbstractQueue, str]] = []

    async def start(self, connection: AbstractRobustConnection) -> None:
        """The connection takes up again by itself what broke."""
        self._queues.clear()
        for topic, company in self._companies.items():
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            queue = await channel.declare_queue(
                queue_name(self._service, topic),
                durable=True,
                arguments=queue_arguments(self._service),
            )
            await queue.bind(await declare_exchange(channel), routing_key=topic)
            self._queues.append((queue, await queue.consume(company.take)))

    async def stop(self) -> None:
        """No more deliveries; those that are here are done. Raises when the broker is away."""
        try:
            while self._queues:
                queue, tag = self._queues.pop()
                await queue.cancel(tag)
        finally:
            working = [company.working for company in self._companies.values() if company.working]
            if working:
                await asyncio.wait(working)
