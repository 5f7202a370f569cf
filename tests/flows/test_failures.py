"""What may break without anything being lost or done twice."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aio_pika
import pytest

from shared.bus.topology import EVENTS
from tests.flows.house import FlowHouse
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]


async def undelivered(house: FlowHouse) -> int:
    """Events not yet on the bus, over all services."""
    number = 0
    for service in ("auth", "vehicles", "billing", "documents", "ai", "notifications"):
        connection = await house.connect(service)
        number += await connection.fetchval(
            "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        )
        await connection.close()
    return number


async def everything_delivered(house: FlowHouse, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while await undelivered(house):
        assert time.monotonic() < until, "events still wait in an outbox"
        await asyncio.sleep(0.2)


async def copies(house: FlowHouse, owner: str) -> int:
    """Cars of this owner that ai knows of: the effect of VehicleChanged."""
    connection = await house.connect("ai")
    number: int = await connection.fetchval(
        "SELECT count(*) FROM car_copy WHERE owner_id = $1::uuid AND NOT deleted", owner
    )
    await connection.close()
    return number


async def known_cars(house: FlowHouse, owner: str, wanted: int, seconds: float = 60) -> int:
    until = time.monotonic() + seconds
    while (found := await copies(house, owner)) < wanted and time.monotonic() < until:
        await asyncio.sleep(0.2)
    return found


@contextmanager
def writing(person: Person, number: int) -> Iterator[list[int]]:
    """Adds and deletes cars in the background, one after the other; gives the statuses."""
    statuses: list[int] = []

    def write() -> None:
        for index in range(number):
            answer = person.api.post(
                "/api/vehicles", json={"make": "Dacia", "model": f"Spring {index}", "year": 2024}
            )
            statuses.append(answer.status_code)
            time.sleep(0.05)

    thread = threading.Thread(target=write)
    thread.start()
    yield statuses
    thread.join(120)


class TestKilled:
    async def test_a_consumer_killed_in_the_middle_loses_nothing_and_repeats_nothing(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        claire.subscribe("PREMIUM")
        with writing(claire, 40) as statuses:
            for _ in range(3):
                await asyncio.sleep(0.7)
                house.kill("ai", signal.SIGKILL)
                house.start("ai")
        assert statuses == [201] * 40
        await everything_delivered(house)
        assert await known_cars(house, claire.id, 40) == 40

    async def test_a_relay_killed_between_publish_and_mark_only_repeats_what_inboxes_absorb(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        claire.subscribe("PREMIUM")
        house.another("vehicles", 9, roles="web")
        with writing(claire, 40) as statuses:
            for _ in range(3):
                await asyncio.sleep(0.5)
                house.kill("vehicles-9")
                house.start("vehicles-9")
                connection = await house.connect("vehicles")
                await connection.execute(  # what a relay that died after its publish leaves behind
                    "UPDATE outbox SET published_at = NULL WHERE id IN "
                    "(SELECT id FROM outbox WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 20)"
                )
                await connection.close()
        house.stop("vehicles-9")
        assert statuses == [201] * 40
        await everything_delivered(house)
        assert await known_cars(house, claire.id, 40) == 40
        connection = await house.connect("ai")
        versions = await connection.fetchval(
            "SELECT max(version) FROM car_copy WHERE owner_id = $1::uuid", claire.id
        )
        await connection.close()
        assert versions == 1


class TestBroker:
    async def test_thirty_seconds_without_a_broker_stop_nobody(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        claire.subscribe("PREMIUM")
        house.stop_broker()
        stopped = time.monotonic()
        slowest = 0.0
        written = 0
        while time.monotonic() - stopped < 30:
            began = time.monotonic()
            answer = claire.api.post(
                "/api/vehicles", json={"make": "Fiat", "model": f"500 {written}", "year": 2020}
            )
            slowest = max(slowest, time.monotonic() - began)
            assert answer.status_code == 201, answer.text
            written += 1
            await asyncio.sleep(0.5)
        assert slowest < 5
        assert await undelivered(house) >= written
        house.start_broker()
        await everything_delivered(house)
        assert await known_cars(house, claire.id, written) == written

    async def test_poison_goes_to_the_dead_letters_and_the_queue_goes_on(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        claire.subscribe("PREMIUM")
        connection = await aio_pika.connect(house.servers.rabbitmq(house.state).url())
        async with connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(EVENTS)
            for raw in (b"not json", b'{"id": "1"}', b"\x00\xff" * 2000):
                await exchange.publish(
                    aio_pika.Message(raw), routing_key="vehicles.vehicle_changed.v1"
                )
        claire.add_car(license_plate=None)
        assert await known_cars(house, claire.id, 1) == 1
        database = await house.connect("ai")
        dead = await database.fetchval(
            "SELECT count(*) FROM inbox WHERE state = 'dead' AND handler = 'unknown'"
        )
        await database.execute("DELETE FROM inbox WHERE state = 'dead'")
        await database.close()
        assert dead == 3


class TestTwiceAndShuffled:
    async def test_every_message_again_in_another_order_changes_nothing(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        claire = person()
        car = claire.add_car(mileage=10_000)
        for mileage in (10_500, 11_000, 11_500):
            claire.api.post(f"/api/vehicles/{car['id']}/odometer", json={"mileage": mileage})
        claire.api.patch(f"/api/vehicles/{car['id']}", json={"color": "bleu"})
        await everything_delivered(house)
        eventually(lambda: claire.mails("code"), "the mail")
        await asyncio.sleep(2)
        before = await picture(house, claire)
        for service in ("auth", "vehicles"):
            database = await house.connect(service)
            rows = await database.fetch(
                "SELECT topic, body::text AS body, headers::text FROM outbox WHERE carries_secret = 0 ORDER BY random() LIMIT 400"
            )
            await database.close()
            await publish(house, [*rows, *reversed(rows)])
        await everything_delivered(house)
        await asyncio.sleep(3)
        assert await picture(house, claire) == before


async def publish(house: FlowHouse, rows: list[Any]) -> None:
    connection = await aio_pika.connect(house.servers.rabbitmq(house.state).url())
    async with connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(EVENTS)
        for row in rows:
            await exchange.publish(aio_pika.Message(row["body"].encode()), routing_key=row["topic"])


async def picture(house: FlowHouse, person: Person) -> dict[str, Any]:
    """What the listeners made of this person's events."""
    found: dict[str, Any] = {"mails": len(person.mailbox.mails(person.email))}
    for service, table, column in (
        ("ai", "car_copy", "owner_id"),
        ("notifications", "delivery", "owner_id"),
        ("notifications", "notification", "owner_id"),
    ):
        database = await house.connect(service)
        rows = await database.fetch(
            f"SELECT to_jsonb(t) - 'updated_at' - 'heard_at' AS row FROM {table} t WHERE {column} = $1::uuid ORDER BY 1",
            person.id,
        )
        found[table] = [row["row"] for row in rows]
        await database.close()
    return found
