from typing import Any
from uuid import UUID

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


BEFORE_RECORDS = "0010"
NUMBERS = {code: UUID(int=number) for number, code in enumerate(("EUR", "TND", "UGX"))}
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


CARS = """
    INSERT INTO vehicle (id, owner_id, make, model, distance_unit, custom_fields, purchase_minor, purchase_currency)
    VALUES (:id, :id, 'a', 'b', 'km', '{}', 8575, :currency)
"""
RECORDS = """
    INSERT INTO maintenance_record (id, owner_id, vehicle_id, service_date, service_type, services, status, cost_minor, currency,
        lines, document_ids)
    VALUES (:id, :id, :id, '2026-01-15', 'wipers', '["wipers"]', 'COMPLETED', 8575, :currency,
        '[{"description": "1", "unit_price_minor": 8575, "total_minor": null}, {"description": "2", "unit_price_minor": 1,
           "total_minor": 100}]', '[]')
"""
KEPT = """
    SELECT purchase_currency, purchase_minor, cost_minor, lines -> 0 ->> 'unit_price_minor', lines -> 0 ->> 'total_minor',
        lines -> 1 ->> 'total_minor', lines -> 1 ->> 'description'
    FROM vehicle JOIN maintenance_record USING (id) ORDER BY purchase_currency
"""


async def test_money_kept_with_two_decimals_gets_those_of_its_currency(
    servers: dict[str, str],
) -> None:
    dsn = servers["postgres_dsn"]
    await create_database(dsn, NAME)
    url = url_of(dsn, NAME)
    engine = create_async_engine(url)
    try:
        await migrate("vehicles", url, BEFORE_RECORDS)
        async with engine.begin() as connection:
            for currency in ("EUR", "TND", "UGX"):
                for statement in (CARS, RECORDS):
                    said = {"id": NUMBERS[currency], "currency": currency}
                    await connection.execute(text(statement), said)
        await migrate("vehicles", url, "head")
        async with engine.connect() as connection:
            found = [tuple(row) for row in await connection.execute(text(KEPT))]
        assert found == [
            ("EUR", 8575, 8575, "8575", None, "100", "2"),
            ("TND", 85_750, 85_750, "85750", None, "1000", "2"),
            ("UGX", 86, 86, "86", None, "1", "2"),
        ]
    finally:
        await engine.dispose()
        await drop_database(dsn, NAME)
