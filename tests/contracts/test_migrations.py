"""Each service's migrations go up, down and up again, and leave exactly the tables its models describe."""

import asyncio
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.testing.postgres import (
    alembic_config,
    create_database,
    database_name,
    drop_database,
    migrate,
    url_of,
)

SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")


async def tables(url: str) -> set[str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        names = {name for (name,) in found}
    await engine.dispose()
    return names - {"alembic_version"}


@pytest.mark.parametrize("service", SERVICES)
async def test_up_down_and_up_again(service: str, servers: dict[str, Any]) -> None:
    name = database_name(f"{service}_migrations")
    dsn = servers["postgres_dsn"]
    await create_database(dsn, name)
    url = url_of(dsn, name)
    await migrate(service, url)
    first = await tables(url)
    assert {"outbox", "inbox", "job", "job_run", "idempotency"} < first
    await migrate(service, url, "base")
    assert await tables(url) == set()
    await migrate(service, url)
    assert await tables(url) == first
    await asyncio.to_thread(command.check, alembic_config(service, url))
    await drop_database(dsn, name)
