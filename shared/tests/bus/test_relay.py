"""From commit to effect over a real RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aio_pika
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from shared.bus import topology
from shared.bus.topology import EVENTS, queue_name
from shared.db.base import inbox, outbox
from shared.ids import new_id
from shared.tests.conftest import NoteWritten, behaviour, build

pytestmark = pytest.mark.bus
TOPIC = NoteWritten.topic


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(topology.LISTENERS, TOPIC, ("kernel",))


@pytest_asyncio.fixture(loop_scope="session")
async def channel(servers: dict[str, str]) -> AsyncIterator[Any]:
    connection = await aio_pika.connect(servers["broker_url"])
    async with connection:
        opened = await connection.channel()
        await opened.queue_delete(queue_name("kernel", TOPIC))
        await opened.queue_delete("kernel.dead")
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def start(
    app: Any, settings_env: dict[str, Any], channel: Any
) -> AsyncIterator[Callable[[], Any]]:
    """Start replicas with both roles."""
    running: list[Any] = []

    async def begin() -> Any:
        replica = build(settings_env | {"roles": "web,worker"})
        context = replica.router.lifespan_context(replica)
        await context.__aenter__()
        running.append(context)
        return replica

    yield begin
    for context in running:
        await context.__aexit__(None, None, None)


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the condition lives in a database
            await asyncio.sleep(0.05)


async def write(app: Any, number: int) -> None:
    for index in range(number):
        async with app.state.open_work() as work:
            work.emit(NoteWritten(note_id=new_id(), text=str(index)))


def handled(admin_engine: Any, number: int) -> Callable[[], Any]:
    async def enough() -> bool:
        async with admin_engine.connect() as connection:
            done = await connection.scalar(select(func.count()).where(inbox.c.state == "done"))
            return bool(done >= number)

    return enough


class TestRelay:
    async def test_events_written_before_anybody_listens_arrive_once(
        self, app: Any, start: Any, admin_engine: Any
    ) -> None:
        await write(app, 20)
        await start()
        await until(handled(admin_engine, 20))
        assert behaviour.runs.count("keep") == 20

        async def all_marked() -> bool:
            async with admin_engine.connect() as connection:
                waiting = select(func.count()).where(outbox.c.published_at.is_(None))
                return bool(await connection.scalar(waiting) == 0)

        await until(all_marked)  # the effect may come before the mark

    async def test_three_replicas_do_each_thing_once_and_the_leader_can_die(
        self, app: Any, start: Any, admin_engine: Any
    ) -> None:
        for _ in range(3):
            await start()
        await write(app, 30)
        await until(handled(admin_engine, 10))
        async with admin_engine.connect() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
                "WHERE locktype = 'advisory' AND application_name = 'relay-kernel'"
            )
        await write(app, 30)
        await until(handled(admin_engine, 60))
        assert behaviour.runs.count("keep") == 60

    async def test_every_loop_outlives_a_hundred_lost_connections(
        self, app: Any, start: Any, admin_engine: Any
    ) -> None:
        """Whatever a driver ends with: of six relays none was left after eighty."""
        replica = await start()
        await write(app, 5)
        await until(handled(admin_engine, 5))
        loops = replica.state.health.loops
        for round_ in range(100):
            async with admin_engine.connect() as connection:
                await connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await asyncio.sleep(0.01 * (round_ % 5))
        assert {loop.name for loop in loops if loop.task.done()} == set()
        await write(app, 20)
        await until(handled(admin_engine, 25))
        assert replica.state.health.is_live()

    async def test_poison_on_the_queue_does_not_stop_what_follows(
        self, app: Any, start: Any, channel: Any, admin_engine: Any
    ) -> None:
        await start()
        await write(app, 1)
        await until(handled(admin_engine, 1))
        exchange = await channel.get_exchange(EVENTS)
        for raw in (b"not json", b"{}", b"\x00" * 100):
            await exchange.publish(aio_pika.Message(raw), routing_key=TOPIC)
        await write(app, 5)
        await until(handled(admin_engine, 6))
        async with admin_engine.connect() as connection:
            assert await connection.scalar(select(func.count()).where(inbox.c.state == "dead")) == 3

    async def test_the_correlation_of_the_cause_reaches_the_effect(
        self, app: Any, start: Any, admin_engine: Any
    ) -> None:
        from shared.observe import correlation  # noqa: PLC0415

        correlation.begin("from-the-click")
        await write(app, 1)
        await start()
        await until(handled(admin_engine, 1))
        async with admin_engine.connect() as connection:
            headers = await connection.scalar(select(inbox.c.headers))
        assert headers["x-request-id"] == "from-the-click"
