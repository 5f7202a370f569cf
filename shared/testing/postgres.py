"""Real PostgreSQL for tests: one migrated database for each service and test worker, emptied after each test."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine

ROOT = Path(__file__).parents[2]
LARGE = 1 << 20
"""Bytes; a table that has grown beyond them is cut off, so that nobody reads what was deleted from it again and again."""


@dataclass(frozen=True)
class Database:
    """One service's database in one test worker; `kept` are the tables its migrations seeded."""

    url: str
    engine: AsyncEngine
    kept: frozenset[str]


def database_name(service: str) -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"test_{service}_{worker}"


def url_of(admin_dsn: str, name: str) -> str:
    """The SQLAlchemy URL of database `name` on the server of `admin_dsn`."""
    base = admin_dsn.rpartition("/")[0]
    return f"{base}/{name}".replace("postgresql://", "postgresql+asyncpg://")


async def create_database(admin_dsn: str, name: str) -> None:
    """A fresh, empty one in place of whatever was there."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


async def drop_database(admin_dsn: str, name: str) -> None:
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def alembic_config(service: str, url: str) -> Config:
    config = Config(ROOT / "alembic.ini", ini_section=service)
    config.attributes["url"] = url
    return config


async def migrate(service: str, url: str, revision: str = "head") -> None:
    """In a thread: Alembic starts an event loop of its own."""
    move = command.downgrade if revision == "base" else command.upgrade
    await asyncio.to_thread(move, alembic_config(service, url), revision)


async def empty_tables(engine: Any, kept: frozenset[str]) -> None:
    """Delete all rows of the tables a test has written, and count from one again; `kept` hold what migrations seeded.

    To ask costs less than to truncate, and to truncate six tables forty times what it costs to delete a few rows.
    """
    async with engine.begin() as connection:
        written = {
            name: size for name, size in (await _with_rows(connection)).items() if name not in kept
        }
        if not written:
            return
        listed = ", ".join(f'"{name}"' for name in sorted(written))
        # what still runs of the test before ends first, as it would before a TRUNCATE
        await connection.exec_driver_sql(f"LOCK TABLE {listed} IN SHARE ROW EXCLUSIVE MODE")
        # no trigger keeps a row, no foreign key asks for an order: a table with rows is on the list itself
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for name, size in sorted(written.items()):
            await connection.exec_driver_sql(
                f'TRUNCATE "{name}" CASCADE' if size > LARGE else f'DELETE FROM "{name}"'  # noqa: S608 - names PostgreSQL gave us
            )
        await connection.exec_driver_sql(
            "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
        )


async def seeded_tables(engine: Any) -> frozenset[str]:
    """Tables that hold rows right after the migrations."""
    async with engine.connect() as connection:
        return frozenset(await _with_rows(connection))


async def _with_rows(connection: Any) -> dict[str, int]:
    """Bytes by name."""
    found = await connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relname <> 'alembic_version'"
    )
    asked = [
        f"SELECT '{name}', pg_relation_size('\"{name}\"') WHERE EXISTS (SELECT 1 FROM \"{name}\")"  # noqa: S608 - names PostgreSQL gave us
        for (name,) in found
    ]
    if not asked:
        return {}
    return dict(tuple(row) for row in await connection.exec_driver_sql(" UNION ALL ".join(asked)))
