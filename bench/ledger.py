"""Whether a car with fifty thousand readings takes another as quickly as one with none: a good one, and one that contradicts it."""

import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx2

from bench.house import House
from bench.lists import environment_of
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row

READINGS = 50_000
YEARS = (20, 3)
"""As somebody writes them down for a life, and as a car reports them every half hour."""
ROUNDS, ASKED = 5, 20
AIM = 2.0
LAST = date(2026, 10, 1)
TYPO_EACH = 1_000
"""One reading in so many is a typo, and doubted."""

FILL = """
INSERT INTO odometer_reading (
    id, owner_id, vehicle_id, read_on, read_time, metres, status, source, doubts, created_at, updated_at
)
SELECT
    gen_random_uuid(), $1, $2, $3::date - ($4::int - n) * $5::int / $4::int,
    time '00:00' + (n * $6::int % 1440) * interval '1 minute',
    CASE WHEN n % $7::int = 0 THEN n * 4000::bigint + 900000000 ELSE n * 4000::bigint END,
    CASE WHEN n % $7::int = 0 THEN 'QUARANTINED' ELSE 'ACCEPTED' END,
    'telematics', CASE WHEN n % $7::int = 0 THEN '["higher_than_later"]' ELSE '[]' END::jsonb, now(), now()
FROM generate_series(1, $4::int) AS n
"""
"""By day and within a day by time, four kilometres each."""


async def measure(house: House) -> list[Row]:
    connection = await asyncpg.connect(house.database("vehicles"))
    try:
        user_id, _ = house.new_person()
        rows = []
        for years in YEARS:
            empty, long = (UUID(car) for car in house.give_cars(user_id, 2))
            await _fill(connection, user_id, long, years)
            for kind, pairs in _pairs(house, user_id, (empty, long)).items():
                rows.append(_row(f"{kind}, {years} years", pairs))
        return rows
    finally:
        await connection.close()


async def _fill(connection: asyncpg.Connection, user_id: UUID, car: UUID, years: int) -> None:
    days = years * 365
    minutes = max(1440 * days // READINGS, 1)
    await connection.execute(
        FILL, user_id, car, LAST, READINGS, days, minutes, TYPO_EACH, timeout=600
    )
    await connection.execute("VACUUM ANALYZE odometer_reading", timeout=600)


def _pairs(
    house: House, user_id: UUID, cars: tuple[UUID, UUID]
) -> dict[str, list[tuple[float, float]]]:
    """Medians of a round each, in milliseconds: of the empty car and of the long one, in turn."""
    cores, port = Cores.find(), free_port()
    with folder() as home:
        command, env = [PYTHON, "-m", "services.vehicles.main"], environment_of(house, port)
        with running(command, core=cores.measured, log=Path(home) / "ledger.log", env=env):
            wait_for(f"http://{LOOPBACK}:{port}/livez")
            with httpx2.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:
                ask = [
                    (car, house.identity("vehicles", user_id, ask=f"POST {_path(car)}"))
                    for car in cars
                ]
                return {
                    "a reading": [_round(client, ask, _good(number)) for number in range(ROUNDS)],
                    "a typo": [_round(client, ask, _typos(number)) for number in range(ROUNDS)],
                }


def _good(number: int) -> Iterator[dict[str, object]]:
    """Rising, on the last day and after."""
    for each in range(ASKED):
        place = number * ASKED + each
        yield {"mileage": 200_100 + place, "read_on": str(LAST + timedelta(days=1 + place // 4))}


def _typos(number: int) -> Iterator[dict[str, object]]:
    for each in range(ASKED):
        yield {"mileage": 20_010 + number * ASKED + each, "read_on": str(LAST + timedelta(days=26))}


def _round(
    client: httpx2.Client,
    ask: Sequence[tuple[UUID, dict[str, str]]],
    bodies: Iterator[dict[str, object]],
) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for body in bodies:
        for (car, headers), times in zip(ask, taken, strict=True):
            began = time.perf_counter()
            client.post(_path(car), json=body, headers=headers).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _path(car: UUID) -> str:
    return f"/api/vehicles/{car}/odometer"


def _row(kind: str, pairs: Sequence[tuple[float, float]]) -> Row:
    empty, long = ([pair[which] for pair in pairs] for which in (0, 1))
    ratio = statistics.median(after / before for before, after in pairs)
    verdict = "as quick" if ratio <= AIM else "TOO SLOW"
    return Row(
        f"POST of {kind}, car with {READINGS:,} readings, {len(pairs)} pairs",
        f"{statistics.median(long):.1f} ms ({min(long):.1f}-{max(long):.1f})",
        f"car with none: {statistics.median(empty):.1f} ms ({min(empty):.1f}-{max(empty):.1f})",
        f"{ratio:.2f} of it, {verdict} (aim {AIM:.0f})",
    )
