"""Whether a list stays as quick as it was when the house has a hundred times the rows: one owner's pages among everybody's."""

import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx2

from bench.house import House
from bench.lists import environment_of
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row

TOTALS = (10_000, 100_000, 1_000_000)
"""Maintenance records in the database, this owner's among them."""
OWN = 5_000
CARS = 20
EACH = 25
"""Records of each car of the others."""
TABLES = ("vehicle", "maintenance_record")
ROUNDS, ASKED = 5, 40
AIM = 1.30
"""Flat within thirty per cent."""
PAGES = {
    "20 vehicles": "/api/vehicles?page_size=20",
    "20 maintenances": "/api/maintenances?page_size=20",
    "20 maintenances, by cursor": "/api/maintenances?page_size=20&cursor=",
}

NEW_CAR = {"id": "gen_random_uuid()", "owner_id": "gen_random_uuid()", "vin": "NULL", "color": "$2"}
NEW_RECORD = {
    "id": "gen_random_uuid()",
    "owner_id": "car.owner_id",
    "vehicle_id": "car.id",
    "reading_id": "NULL",
    "service_date": "date '2026-10-01' - (random() * 7000)::int",
}
OTHERS = """
INSERT INTO vehicle ({names}) SELECT {values}
FROM vehicle was, generate_series(1, $3::int) WHERE was.id = $1
"""
RECORDS = """
INSERT INTO maintenance_record ({names}) SELECT {values}
FROM maintenance_record was, vehicle car, generate_series(1, $3::int) WHERE was.id = $1 AND car.{whose} = $2
"""
COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


async def _copying(
    connection: asyncpg.Connection, table: str, new: dict[str, str], statement: str, **more: str
) -> str:
    """A row again and again, but for what is new of each: as JSON it takes five times as long."""
    names = [row["attname"] for row in await connection.fetch(COLUMNS, table)]
    values = ", ".join(new.get(name, f"was.{name}") for name in names)
    return statement.format(names=", ".join(names), values=values, **more)


async def measure(house: House) -> list[Row]:
    """Fills the house with rows of nobody, measures, and takes them out again."""
    connection = await asyncpg.connect(house.database("vehicles"))
    mark = f"bench-{time.time_ns()}"
    try:
        user_id, car, record = _person(house)
        await _own(connection, user_id, record)
        times: dict[str, list[list[float]]] = {name: [] for name in PAGES}
        for total in TOTALS:
            await _fill(connection, mark, car, record, upto=total)
            for name, figures in _ask(house, user_id).items():
                times[name].append(figures)
        return [_row(name, figures) for name, figures in times.items()]
    finally:
        async with _untold(connection):
            await connection.execute("DELETE FROM vehicle WHERE color = $1", mark, timeout=1200)
        await connection.close()


@asynccontextmanager
async def _untold(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Rows of nobody are told to no client: the triggers of the sync would take most of the time."""
    async with connection.transaction():
        for table in TABLES:
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in TABLES:
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _person(house: House) -> tuple[UUID, UUID, UUID]:
    user_id, _ = house.new_person()
    cars = house.give_cars(user_id, CARS)
    body = {"vehicle": cars[0], "service_date": "2026-01-15", "service_type": "oil_change"}
    headers = house.identity("vehicles", user_id, ask="POST /api/maintenances")
    with httpx2.Client(base_url=house.url("vehicles"), timeout=30, trust_env=False) as client:
        made = client.post("/api/maintenances", json=body, headers=headers)
        made.raise_for_status()
    return user_id, UUID(cars[0]), UUID(made.json()["id"])


async def _own(connection: asyncpg.Connection, user_id: UUID, record: UUID) -> None:
    statement = await _copying(
        connection, "maintenance_record", NEW_RECORD, RECORDS, whose="owner_id"
    )
    await connection.execute(statement, record, user_id, OWN // CARS, timeout=600)


async def _fill(
    connection: asyncpg.Connection, mark: str, car: UUID, record: UUID, *, upto: int
) -> None:
    there = await connection.fetchval("SELECT count(*) FROM maintenance_record")
    cars = max((upto - there) // EACH, 0)
    fresh = f"{mark}-{upto}"
    others = await _copying(connection, "vehicle", NEW_CAR, OTHERS)
    records = await _copying(connection, "maintenance_record", NEW_RECORD, RECORDS, whose="color")
    async with _untold(connection):
        await connection.execute(others, car, fresh, cars, timeout=600)
        await connection.execute(records, record, fresh, EACH, timeout=1200)
        await connection.execute("UPDATE vehicle SET color = $2 WHERE color = $1", fresh, mark)
    await connection.execute("VACUUM ANALYZE vehicle, maintenance_record", timeout=600)


def _ask(house: House, user_id: UUID) -> dict[str, list[float]]:
    """Medians of a round each, in milliseconds, of one web process that nobody else asks."""
    cores, port = Cores.find(), free_port()
    with folder() as home:
        command, env = [PYTHON, "-m", "services.vehicles.main"], environment_of(house, port)
        with running(command, core=cores.measured, log=Path(home) / "scale.log", env=env):
            wait_for(f"http://{LOOPBACK}:{port}/livez")
            with httpx2.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:
                return {
                    name: _rounds(_asking(house, client, user_id, target))
                    for name, target in PAGES.items()
                }


def _asking(house: House, client: httpx2.Client, user_id: UUID, target: str) -> Callable[[], float]:
    headers = house.identity("vehicles", user_id, ask=f"GET {target}")

    def ask() -> float:
        began = time.perf_counter()
        client.get(target, headers=headers).raise_for_status()
        return (time.perf_counter() - began) * 1000

    return ask


def _rounds(ask: Callable[[], float]) -> list[float]:
    for _ in range(ASKED):
        ask()
    return [statistics.median(ask() for _ in range(ASKED)) for _ in range(ROUNDS)]


def _row(name: str, figures: list[list[float]]) -> Row:
    told = [f"{statistics.median(each):.1f} ({min(each):.1f}-{max(each):.1f})" for each in figures]
    few, *_, many = (statistics.median(each) for each in figures)
    verdict = "flat" if many <= few * AIM else "NOT FLAT"
    return Row(
        f"{name} of an owner with {OWN:,} records, ms at {' and '.join(f'{t:,}' for t in TOTALS)} rows",
        " · ".join(told),
        f"{TOTALS[0]:,} rows: {few:.1f} ms",
        f"{many / few:.2f} of it, {verdict} (aim {AIM:.2f})",
    )
