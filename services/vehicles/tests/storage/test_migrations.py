from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.vehicles.storage.base import Base
from shared.db.base import kernel
from shared.testing.postgres import create_database, drop_database, migrate, url_of

NAME = "test_vehicles_migrations"


def _differences(connection: Connection) -> list[Any]:
    """What `alembic check` would say."""
    context = MigrationContext.configure(
        connection, opts={"target_metadata": [Base.metadata, kernel], "compare_type": True}
    )
    return list(compare_metadata(context, context.opts["target_metadata"]))


NAMED = text(
    """
    SELECT conname, conrelid::regclass::text FROM pg_constraint
    WHERE contype IN ('p', 'u', 'f', 'c') AND connamespace = 'public'::regnamespace
    UNION SELECT indexrelid::regclass::text, indrelid::regclass::text
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace
    """
)


class TestMigrations:
    async def test_up_down_and_up_again_match_the_models(self, servers: dict[str, str]) -> None:
        dsn = servers["postgres_dsn"]
        await create_database(dsn, NAME)
        url = url_of(dsn, NAME)
        engine = create_async_engine(url)
        try:
            for revision in ("head", "base", "head"):
                await migrate("vehicles", url, revision)
            async with engine.connect() as connection:
                assert await connection.run_sync(_differences) == []
                for name, table in await connection.execute(NAMED):
                    assert name.partition("_")[2].startswith(table) or table == "alembic_version"
        finally:
            await engine.dispose()
            await drop_database(dsn, NAME)
