"""The consuming side of RabbitMQ: the only place that sets its options.

Each setting closes a trap that was found by running it: unbounded prefetch, dropped messages on error, a ping that lies.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import structlog
from faststream import AckPolicy
from faststream.rabbit import (
    Channel,
    ExchangeType,
    QueueType,
    RabbitBroker,
    RabbitExchange,
    RabbitMessage,
    RabbitQueue,
)

from shared.bus.inbox import Inbox, Receive
from shared.bus.patience import SECONDS, Patience
from shared.bus.relay import with_heartbeat
from shared.bus.topology import EVENTS, queue_arguments, queue_name

log = structlog.get_logger()
PREFETCH = 10
EXCHANGE = RabbitExchange(EVENTS, type=ExchangeType.TOPIC, durable=True)


def build_broker(url: str, *, graceful_seconds: float = 20.0) -> RabbitBroker:
    """A consume-only connection: acknowledgements stall on a connection that publishes during a memory alarm."""
    return RabbitBroker(
        with_heartbeat(url),
        graceful_timeout=graceful_seconds,
        logger=None,
        apply_types=False,  # its injection sends each message through a thread
    )


async def as_it_came(message: Any) -> Any:
    """The inbox reads the bytes itself: what is no event of ours must be kept, too."""
    return message


def subscribe(broker: RabbitBroker, service: str, inbox: Inbox) -> None:
    """One quorum queue for each topic somebody here listens to, each with its own small prefetch; but not what is done together,
    see `together.py`.
    """
    for topic in inbox.topics:
        if inbox.does_together(topic):
            continue
        arguments = queue_arguments(service)
        arguments.pop("x-queue-type")
        queue = RabbitQueue(
            queue_name(service, topic),
            queue_type=QueueType.QUORUM,
            durable=True,
            routing_key=topic,
            arguments=cast("Any", arguments),  # its TypedDict lacks x-dead-letter-strategy
        )
        broker.subscriber(
            queue,
            EXCHANGE,
            ack_policy=AckPolicy.MANUAL,
            channel=Channel(prefetch_count=PREFETCH),
            no_reply=True,
            decoder=as_it_came,
        )(_receiver(inbox.receive))


def _receiver(handle: Receive) -> Callable[..., Any]:
    async def receive(message: RabbitMessage) -> None:
        raw = message.raw_message
        headers = {**dict(raw.headers), "type": raw.type or raw.routing_key or ""}
        try:
            await hold(handle, raw.body, headers)
        except Exception:
            await message.nack(requeue=True)
            raise
        await message.ack()

    return receive


async def hold(
    receive: Receive,
    raw: bytes,
    headers: Mapping[str, Any],
    *,
    seconds: float = SECONDS,
) -> None:
    """Receive; while the database is out of reach keep the message and try again, up to so many seconds."""
    patience = Patience(seconds)
    while True:
        try:
            await receive(raw, headers)
        except Exception as error:
            if patience.is_over:
                raise
            log.warning("inbox.database_unreachable", error=type(error).__name__)
            await patience.wait()
        else:
            return
