"""A message is lost for good on the way, and the copy is right again within minutes; what even that missed, the night finds."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aio_pika
import httpx2
import pytest

from tests.flows.house import NOTICED_SECONDS, FlowHouse
from tests.flows.person import Person

pytestmark = pytest.mark.timeout(400)
NewPerson = Callable[..., Person]
MINUTE = timedelta(seconds=61)
NIGHT = time_of_day(2, 19)


async def until(look: Callable[[], Awaitable[Any]], what: str, seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := await look()):
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        await asyncio.sleep(0.1)
    return found


@asynccontextmanager
async def databases(house: FlowHouse, *services: str) -> AsyncIterator[list[Any]]:
    found = [await house.connect(service) for service in services]
    try:
        yield found
    finally:
        for one in found:
            await one.close()


async def all_sent(database: Any) -> bool:
    waiting = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    return bool(await database.fetchval(waiting) == 0)


async def lose(house: FlowHouse, queue: str) -> None:
    """Every message in this queue, for ever: a broker that lost its disk, or an operator's purge."""
    connection = await aio_pika.connect(house.servers.rabbitmq(house.state).url())
    async with connection:
        channel = await connection.channel()
        await (await channel.get_queue(queue, ensure=False)).purge()


async def test_a_lost_message_is_made_good_within_minutes(
    house: FlowHouse, person: NewPerson
) -> None:
    ana = person("Ana")
    car = ana.add_car(mileage=50_000)["id"]
    async with databases(house, "vehicles", "ai") as (vehicles, ai):
        mine = "SELECT model, version FROM car_copy WHERE id = $1::uuid"
        await until(lambda: ai.fetchrow(mine, car), "the first copy")
        house.kill("ai")
        changed = ana.api.patch(f"/api/vehicles/{car}", json={"model": "5008"})
        assert changed.status_code == 200
        await until(lambda: all_sent(vehicles), "the message is with the broker")
        await asyncio.sleep(1)
        await lose(house, "ai.vehicles.vehicle_changed.v1")
        house.start("ai")
        wanted = await vehicles.fetchval("SELECT version FROM vehicle WHERE id = $1::uuid", car)

        async def is_right() -> bool:
            row = await ai.fetchrow(mine, car)
            return bool((row["model"], row["version"]) == ("5008", wanted))

        await asyncio.sleep(2)
        assert not await is_right(), "it was not lost"
        house.advance(MINUTE)  # the owner says what it told lately

        async def is_noticed() -> bool:
            waiting = (
                "SELECT count(*) FROM job WHERE kind = 'copies.check' AND payload->>'subject' = $1"
            )
            return bool(await ai.fetchval(waiting, car))

        await until(is_noticed, "ai notices that it is behind")
        house.advance(MINUTE)  # and is still behind a minute later
        await until(is_right, "the copy is right")


async def test_the_night_finds_a_row_too_many_one_too_few_and_an_old_one(
    house: FlowHouse, person: NewPerson
) -> None:
    ana = person("Ana")
    ana.subscribe("PREMIUM")
    old, missing, right = (ana.add_car(mileage=50_000, license_plate=None)["id"] for _ in range(3))
    stray = uuid4()
    mine = "SELECT id::text, version, deleted FROM car_copy WHERE owner_id = $1::uuid"
    async with databases(house, "vehicles", "ai") as (vehicles, ai):
        rows = await vehicles.fetch(
            "SELECT id::text, version FROM vehicle WHERE owner_id = $1::uuid", ana.id
        )
        wanted = {(row["id"], row["version"]) for row in rows}

        async def is_right() -> bool:
            found = {
                (r["id"], r["version"]) for r in await ai.fetch(mine, ana.id) if not r["deleted"]
            }
            return found == wanted

        await until(is_right, "the first copies")
        house.advance_to(NIGHT, days=1)
        await ai.execute("UPDATE car_copy SET version = 0, model = '' WHERE id = $1::uuid", old)
        await ai.execute("DELETE FROM car_copy WHERE id = $1::uuid", missing)
        await ai.execute(
            "INSERT INTO car_copy (id, owner_id, version, heard_at) VALUES ($1, $2::uuid, 1, now())",
            stray,
            ana.id,
        )
        assert not await is_right()
        house.advance(timedelta(minutes=2))
        end = time.monotonic() + 90
        while not await is_right():
            assert time.monotonic() < end, [tuple(row) for row in await ai.fetch(mine, ana.id)]
            await asyncio.sleep(3 + NOTICED_SECONDS)
            house.advance(MINUTE)
        counted = httpx2.get(f"{house.running['ai'][0].operations}/metrics", trust_env=False).text
    for kind in ("old", "missing", "too_many"):
        of = f'autotrack_copies_wrong_total{{kind="{kind}",of="vehicles.vehicle_changed.v1"}}'
        assert of in counted, kind
    assert right
