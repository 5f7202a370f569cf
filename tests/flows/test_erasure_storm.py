"""Many people are erased while everything that was said about them is still on the bus, in any order and more than once."""

import asyncio
import importlib
import random
import time
from collections import Counter
from typing import Any
from uuid import UUID

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractExchange

from deploy.local.databases import SERVICES
from shared.bus.outbox import CONTENT_TYPE, outbox_row
from shared.bus.topology import LISTENERS, declare_listeners
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.base import Event
from shared.contracts.erasure import AccountErased
from shared.db.persons import NAMES
from shared.ids import new_id
from shared.testing.erasing import about, deletion
from shared.testing.examples import EXAMPLES
from tests.flows.house import FlowHouse

pytestmark = pytest.mark.timeout(400)
PEOPLE = 16
SECONDS = 180
HEARD = [
    one
    for one in EXAMPLES
    if one.topic in LISTENERS
    and not isinstance(one, AccountDeletionStarted | AccountErased)
    and set(NAMES) & set(type(one).model_fields)  # one that names many is asked for each
]
ERASING = LISTENERS[AccountDeletionStarted.topic]


def fresh(example: Event, person: UUID) -> Event:
    """About this person, and about things nobody else has."""
    field = example.subject_field
    given = about(example, person)
    return given if field in NAMES else given.model_copy(update={field: new_id()})


def said_about(person: UUID, dice: random.Random) -> list[dict[str, Any]]:
    """Every event anybody listens to, each twice, and the deletion somewhere between; the same message twice is one event."""
    rows = [outbox_row(fresh(one, person)) for one in HEARD]
    rows = [*rows, *rows, outbox_row(deletion(person))]
    dice.shuffle(rows)
    return rows


async def publish(exchange: AbstractExchange, row: dict[str, Any]) -> None:
    message = aio_pika.Message(
        orjson.dumps(row["body"]),
        message_id=str(row["event_id"]),
        content_type=CONTENT_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        type=row["topic"],
        headers=row["headers"],
    )
    await exchange.publish(message, routing_key=row["topic"], mandatory=True)


async def left(house: FlowHouse, people: list[UUID]) -> Counter[str]:
    """Rows of these people in every table of every service that names a person, the tombstones not counted."""
    found: Counter[str] = Counter()
    for service in SERVICES:
        declared = importlib.import_module(f"services.{service}.storage.belongings").BELONGINGS
        tables = declared.theirs[0].table.metadata.tables
        connection = await house.connect(service)
        for name, table in tables.items():
            for column in set(NAMES) & set(table.c.keys()):
                query = f'SELECT count(*) FROM "{name}" WHERE "{column}" = ANY($1::uuid[])'
                found[f"{service}.{name}"] += await connection.fetchval(query, people)
        waiting = "SELECT count(*) FROM inbox WHERE state IN ('retry', 'dead') AND body::text ~ $1"
        ids = "|".join(map(str, people))
        found[f"{service}.inbox"] += await connection.fetchval(waiting, ids)
        await connection.close()
    return +found


async def confirmed(house: FlowHouse, people: list[UUID]) -> int:
    """How many erasures the services have told of."""
    total = 0
    for service in ERASING:
        connection = await house.connect(service)
        query = "SELECT count(*) FROM outbox WHERE topic = $1 AND subject = ANY($2::uuid[])"
        total += await connection.fetchval(query, AccountErased.topic, people)
        await connection.close()
    return total


async def test_a_storm_of_events_and_erasures_leaves_nothing(house: FlowHouse) -> None:
    dice = random.Random(29)
    people = [new_id() for _ in range(PEOPLE)]
    rows = [row for person in people for row in said_about(person, dice)]
    dice.shuffle(rows)
    broker = await aio_pika.connect(house.servers.rabbitmq(house.state).url())
    async with broker:
        channel = await broker.channel(publisher_confirms=True)
        exchange = await declare_listeners(channel, LISTENERS)
        for start in range(0, len(rows), 200):
            await asyncio.gather(*(publish(exchange, row) for row in rows[start : start + 200]))
    until = time.monotonic() + SECONDS
    remaining: Counter[str] = Counter({"not confirmed": 1})
    while remaining and time.monotonic() < until:
        await asyncio.sleep(0.5)
        told = await confirmed(house, people)
        remaining = await left(house, people)
        if told < PEOPLE * len(ERASING):
            remaining["not confirmed"] = PEOPLE * len(ERASING) - told
    assert not remaining
    await asyncio.sleep(2)
    assert not await left(house, people), "something came after"
