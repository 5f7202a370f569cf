from typing import Any

import pytest
from sqlalchemy import insert, text

from shared.ids import new_id
from shared.testing.postgres import LARGE, Database, empty_tables
from shared.tests.conftest import notes

FILE = "SELECT pg_relation_filenode('note')"
KEPT_BY_A_TRIGGER = """
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''it stays''; END';
CREATE TRIGGER keep BEFORE DELETE ON note FOR EACH ROW EXECUTE FUNCTION keep();
"""


async def write(database: Database, letters: int = 1) -> Any:
    """Gives the table's file."""
    async with database.engine.begin() as connection:
        await connection.execute(insert(notes).values(id=new_id(), text="a" * letters))
        return await connection.scalar(text(FILE))


async def look(database: Database) -> tuple[int, Any]:
    async with database.engine.connect() as connection:
        rows = await connection.scalar(text("SELECT count(*) FROM note"))
        return rows or 0, await connection.scalar(text(FILE))


@pytest.fixture(autouse=True)
async def _empty(database: Database) -> None:
    await empty_tables(database.engine, database.kept)


async def test_a_few_rows_are_deleted_and_the_file_stays(database: Database) -> None:
    file = await write(database)
    await empty_tables(database.engine, database.kept)
    assert await look(database) == (0, file)


async def test_a_large_table_is_cut_off(database: Database) -> None:
    file = 0
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE note ALTER text SET STORAGE PLAIN")
    for _ in range(LARGE // 8_000 + 10):
        file = await write(database, 8_000)
    await empty_tables(database.engine, database.kept)
    rows, after = await look(database)
    assert rows == 0
    assert after != file


async def test_what_a_trigger_keeps_goes_too(database: Database) -> None:
    async with database.engine.begin() as connection:
        for statement in KEPT_BY_A_TRIGGER.strip().splitlines():
            await connection.exec_driver_sql(statement)
    try:
        await write(database)
        await empty_tables(database.engine, database.kept)
        assert (await look(database))[0] == 0
    finally:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("DROP FUNCTION keep CASCADE")


async def test_numbers_begin_with_one_again_and_what_is_kept_stays(database: Database) -> None:
    number = text(
        "INSERT INTO outbox (event_id, topic, subject, body, headers) "
        "VALUES (gen_random_uuid(), 't', gen_random_uuid(), '{}', '{}') RETURNING id"
    )
    async with database.engine.begin() as connection:
        assert await connection.scalar(number) == 1
    await empty_tables(database.engine, frozenset({"outbox"}))
    async with database.engine.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM outbox")) == 1
    await empty_tables(database.engine, database.kept)
    async with database.engine.begin() as connection:
        assert await connection.scalar(number) == 1
