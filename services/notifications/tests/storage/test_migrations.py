import asyncio

import pytest
from alembic import command
from alembic.config import Config

from shared.testing.postgres import (
    alembic_config,
    create_database,
    drop_database,
    migrate,
    url_of,
)

NAME = "test_notifications_migrations"


@pytest.fixture
async def config(servers: dict[str, str]) -> Config:
    dsn = servers["postgres_dsn"]
    await create_database(dsn, NAME)
    return alembic_config("notifications", url_of(dsn, NAME))


async def test_up_down_up_and_nothing_differs(config: Config, servers: dict[str, str]) -> None:
    url = config.attributes["url"]
    try:
        for revision in ("head", "base", "head"):
            await migrate("notifications", url, revision)
        await asyncio.to_thread(command.check, config)
    finally:
        await drop_database(servers["postgres_dsn"], NAME)
