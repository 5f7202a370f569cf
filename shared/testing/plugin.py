"""The pytest plugin every room's tests stand on: real servers, a service app on its own database, callers, a clock that stops.

A service's `tests/conftest.py` overrides `service_name` and `make_app`, and may override `settings_env`.
"""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from shared.bus.outbox import outbox_row
from shared.clock import FixedClock
from shared.contracts.base import Event
from shared.db.base import outbox
from shared.db.outside import guard
from shared.observe.correlation import begin
from shared.observe.logging import configure_logging
from shared.security.tokens import PrivateKey, load_private, new_private_pem, public_pem
from shared.testing.apps import Apps, fresh
from shared.testing.client import Callers
from shared.testing.events import event_class
from shared.testing.holding import PREPARED
from shared.testing.outside import KNOWN
from shared.testing.postgres import (
    ROOT,
    Database,
    create_database,
    database_name,
    empty_tables,
    migrate,
    seeded_tables,
    url_of,
)
from shared.testing.scheduling import WholeFiles, is_flow

pytest.register_assert_rewrite("shared.testing.hostile", "shared.testing.erasing")


# A busy machine is no reason to fail: neither an example's time nor the time to make one is judged.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", _PATIENT)
# The same examples each time: nobody's change is refused for what was there before.
settings.register_profile("house", _PATIENT, derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    configure_logging("tests", "WARNING")
    guard.refuses, guard.known = True, KNOWN
    settings.load_profile(config.getoption("hypothesis_profile", default=None) or "house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    return WholeFiles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The flow tests first: they take longest."""
    items.sort(key=lambda item: not is_flow(item.nodeid))


@pytest.fixture(scope="session")
def servers() -> dict[str, str]:
    """The private test servers: `postgres_dsn` (may create databases) and `broker_url`; started when they are not running."""
    if "AUTOTRACK_TEST_POSTGRES_DSN" in os.environ:
        return {
            "postgres_dsn": os.environ["AUTOTRACK_TEST_POSTGRES_DSN"],
            "broker_url": os.environ.get("AUTOTRACK_TEST_BROKER_URL", ""),
        }
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "servers", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.exit(f"the test servers do not start:\n{done.stderr}", returncode=3)
    found: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="session")
def gateway_pem() -> str:
    return new_private_pem()


@pytest.fixture(scope="session")
def gateway_key(gateway_pem: str) -> PrivateKey:
    """Signs internal tokens as the gateway does."""
    return load_private(gateway_pem)


@pytest.fixture(scope="session")
def service_name() -> str:
    raise NotImplementedError("override service_name in the service's tests/conftest.py")


@pytest.fixture(scope="session")
def make_app() -> Callable[[dict[str, Any]], Any]:
    raise NotImplementedError("override make_app in the service's tests/conftest.py")


@pytest.fixture(scope="session")
def prepare_database() -> Callable[[str, str], Awaitable[None]]:
    """What makes an empty database the service's: its migrations."""
    return migrate


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def databases() -> AsyncIterator[dict[str, Database]]:
    """The databases of this worker by service. A session-scoped `database_url` would be the first service's for all others."""
    known: dict[str, Database] = {}
    yield known
    for database in known.values():
        await database.engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def database(
    databases: dict[str, Database],
    servers: dict[str, str],
    service_name: str,
    prepare_database: Callable[[str, str], Awaitable[None]],
) -> Database:
    """This service's database, freshly migrated for this run."""
    if service_name not in databases:
        name = database_name(service_name)
        await create_database(servers["postgres_dsn"], name)
        url = url_of(servers["postgres_dsn"], name)
        await prepare_database(service_name, url)
        engine = create_async_engine(url, pool_size=2)
        databases[service_name] = Database(url, engine, await seeded_tables(engine))
    return databases[service_name]


@pytest.fixture
def database_url(database: Database) -> str:
    return database.url


@pytest.fixture
def admin_engine(database: Database) -> Any:
    return database.engine


@pytest.fixture
def clock() -> FixedClock:
    """Stands still at the real now unless moved."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def settings_env(servers: dict[str, str], database_url: str, gateway_pem: str) -> dict[str, Any]:
    """Arguments for the service's Settings in tests."""
    return {
        "environment": "test",
        "roles": "web",
        "database_url": database_url,
        "broker_url": servers["broker_url"],
        "internal_public_keys": public_pem(gateway_pem),
        "pool_size": 12,
        "log_level": "WARNING",
    }


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def apps() -> AsyncIterator[Apps]:
    known = Apps()
    yield known
    await known.close()


@pytest_asyncio.fixture(loop_scope="session")
async def app(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    apps: Apps,
    make_app: Callable[..., Any],
    settings_env: dict[str, Any],
    clock: FixedClock,
    database: Database,
) -> AsyncIterator[Any]:
    """The service, started, on an empty database; its clock is the `clock` fixture.

    The test before had the same one, unless it is of a worker or the test is marked `fresh_app`: what it remembers is tested.
    """
    begin()
    await empty_tables(database.engine, database.kept)
    guard.seen.clear()
    is_own = settings_env["roles"] != "web" or request.node.get_closest_marker("fresh_app")
    opened = fresh if is_own else apps.handed
    async with opened(make_app, settings_env, clock) as started:
        yield started
    assert not guard.seen, f"asked while a transaction was open: {guard.seen}"


@pytest_asyncio.fixture(loop_scope="session")
async def call(app: Any, gateway_key: PrivateKey, service_name: str) -> AsyncIterator[Callers]:
    callers = Callers(app, gateway_key, service_name)
    yield callers
    await callers.close()


@pytest.fixture
def open_work(app: Any) -> Callable[[], AbstractAsyncContextManager[Any]]:
    opener: Callable[[], AbstractAsyncContextManager[Any]] = app.state.open_work

    @asynccontextmanager
    async def prepared(*mode: Any) -> AsyncIterator[Any]:
        async with opener(*mode) as work:
            work.session.info[PREPARED] = True
            work.stand_in(None)
            yield work

    return prepared


@pytest.fixture
def emitted(admin_engine: Any) -> Callable[..., Awaitable[list[Any]]]:
    """Awaited with an event class, gives the events in the outbox, oldest first; of all types without an argument."""

    async def read(kind: type[Event] | None = None) -> list[Event]:
        async with admin_engine.connect() as connection:
            rows = await connection.execute(
                select(outbox.c.topic, outbox.c.body).order_by(outbox.c.id)
            )
            events = [event_class(topic).model_validate(body["data"]) for topic, body in rows]
        return [event for event in events if kind is None or isinstance(event, kind)]

    return read


@pytest.fixture
def hear(app: Any) -> Callable[..., Awaitable[None]]:
    """Awaited with an event (and `times=2`), delivers one event to this service's listeners, through its inbox."""

    async def deliver(event: Event, *, times: int = 1) -> None:
        row = outbox_row(event)
        for _ in range(times):
            await app.state.worker.inbox.receive(
                orjson.dumps(row["body"]), {**row["headers"], "type": event.topic}
            )

    return deliver


@pytest.fixture
def run_jobs(app: Any) -> Callable[..., Awaitable[int]]:
    """Awaited, runs the due jobs until none is left; returns how many ran."""

    async def run(*kinds: str) -> int:
        runner, ran = app.state.worker.jobs, 0
        worked = True
        while worked:
            worked = False
            due = await runner.kinds_due()
            for kind in (kind for kind in kinds or runner.kinds if kind in due):
                if await runner.run_one(kind):
                    worked, ran = True, ran + 1
        return ran

    return run


@pytest.fixture
def run_schedule(app: Any) -> Callable[..., Awaitable[bool]]:
    """Awaited with a name such as "vehicles.reminders", runs the slot that is due now; False if it ran before."""

    async def run(name: str) -> bool:
        worker = app.state.worker
        ran: bool = await worker.scheduler.run_due(worker.schedules[name])
        return ran

    return run
