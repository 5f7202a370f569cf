"""Hearing events on a queue of this replica's own, which dies with it; the polls make up for gaps."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, get_type_hints

import structlog
from faststream import AckPolicy
from faststream.rabbit import QueueType, RabbitBroker, RabbitMessage, RabbitQueue
from pydantic import ValidationError

from gateway.usecases.work import Work
from shared.bus.broker import EXCHANGE, as_it_came, build_broker
from shared.bus.envelope import Poison, open_envelope
from shared.contracts.base import Event
from shared.observe import correlation
from shared.process import cancelled, supervised

log = structlog.get_logger()
LOOK_SECONDS = 1.0
Consumer = Callable[[Any, Work], Awaitable[None]]


def heard_event(consumer: Consumer) -> type[Event]:
    """The event a consumer is written for, from its first parameter."""
    event: type[Event] = get_type_hints(consumer)["event"]
    return event


@asynccontextmanager
async def listening(work: Work, consumers: Sequence[Consumer]) -> AsyncIterator[None]:
    """Listen while the process runs; a broker that is away is waited for, not needed."""
    broker = build_broker(work.settings.broker_url.get_secret_value())
    by_topic = {heard_event(consumer).topic: consumer for consumer in consumers}
    name = f"gateway.{os.getpid()}.{secrets.token_hex(4)}"
    for topic in by_topic:
        queue = RabbitQueue(
            f"{name}.{topic}",
            queue_type=QueueType.CLASSIC,
            durable=False,
            exclusive=False,
            auto_delete=True,
            routing_key=topic,
        )
        broker.subscriber(
            queue, EXCHANGE, ack_policy=AckPolicy.ACK_FIRST, no_reply=True, decoder=as_it_came
        )(_receiver(work, by_topic))
    task = supervised(_keep_listening(work, broker), name="listening")
    try:
        yield
    finally:
        await cancelled(task)
        await broker.stop()


async def _keep_listening(work: Work, broker: RabbitBroker) -> None:
    while True:
        try:
            await broker.start()
            break
        except Exception as error:  # noqa: BLE001 - whatever it is, the polls carry on meanwhile
            log.warning("broker.away", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)
    while True:
        work.news.broker_connected = await broker.ping(timeout=LOOK_SECONDS)
        await asyncio.sleep(LOOK_SECONDS)


def _receiver(work: Work, by_topic: dict[str, Consumer]) -> Callable[..., Any]:
    async def receive(message: RabbitMessage) -> None:
        await hear(work, by_topic, message.raw_message.body, dict(message.raw_message.headers))

    return receive


async def hear(
    work: Work, by_topic: dict[str, Consumer], raw: bytes, headers: dict[str, Any]
) -> None:
    """Hand an event to its consumer; what cannot be read is dropped, the poll knows better."""
    try:
        envelope = open_envelope(raw, headers)
        consumer = by_topic[envelope.topic]
        event = heard_event(consumer).model_validate(envelope.body["data"])
    except (Poison, KeyError, ValidationError) as error:
        log.warning("event.unreadable", reason=type(error).__name__)
        return
    correlation.begin(envelope.headers.get("x-request-id"), envelope.headers.get("traceparent"))
    await consumer(event, work)
