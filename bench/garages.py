"""Whether the nearest of a hundred thousand garages are found at once."""

import statistics
import time
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2

from bench.house import House
from bench.lists import environment_of
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row

GARAGES = 100_000
"""As many as a large country has, spread over its square; a tenth of them in a city."""
ROUNDS, ASKED = 5, 40
AIM_MS = 5
MARK = "bench"
FILL = """
INSERT INTO garage (id, name, name_key, city, city_key, country, timezone, latitude, longitude, description)
SELECT gen_random_uuid(), 'Garage ' || n, 'garage ' || n, 'Nowhere', 'nowhere', 'FR', 'Europe/Paris',
    CASE WHEN n % 10 = 0 THEN 48.80 + random() * 0.12 ELSE 42.5 + random() * 8.5 END,
    CASE WHEN n % 10 = 0 THEN 2.22 + random() * 0.25 ELSE -4.5 + random() * 12.5 END, $1
FROM generate_series(1, $2::int) AS n
"""
WEEK = """
INSERT INTO opening_span (id, garage_id, weekday, opens, closes)
SELECT gen_random_uuid(), id, day, 480, 1080 FROM garage, generate_series(1, 6) AS day WHERE description = $1
"""
COUNTRY = "/api/garages/search_nearby?lat=45.75&lng=4.85&radius=10"
PAGES = {
    "in the country, 10 km": COUNTRY,
    "in the country, 10 km, open now": f"{COUNTRY}&open_now=true",
    "in a city of 10,000, 1 km": "/api/garages/search_nearby?lat=48.85&lng=2.35&radius=1",
}


async def measure(house: House) -> list[Row]:
    connection = await asyncpg.connect(house.database("vehicles"))
    try:
        await connection.execute(FILL, MARK, GARAGES, timeout=600)
        await connection.execute(WEEK, MARK, timeout=600)
        await connection.execute("VACUUM ANALYZE garage, opening_span", timeout=600)
        return _ask(house)
    finally:
        await connection.execute("DELETE FROM garage WHERE description = $1", MARK, timeout=600)
        await connection.close()


def _ask(house: House) -> list[Row]:
    """Of one web process that nobody else asks."""
    cores, port = Cores.find(), free_port()
    with folder() as home:
        command, env = [PYTHON, "-m", "services.vehicles.main"], environment_of(house, port)
        with running(command, core=cores.measured, log=Path(home) / "garages.log", env=env):
            wait_for(f"http://{LOOPBACK}:{port}/livez")
            with httpx2.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:
                return [_row(house, client, name, path) for name, path in PAGES.items()]


def _row(house: House, client: httpx2.Client, name: str, target: str) -> Row:
    rounds = []
    for _ in range(ROUNDS + 1):
        headers = house.identity("vehicles", uuid4(), ask=f"GET {target}")
        times = []
        for _ in range(ASKED):
            began = time.perf_counter()
            client.get(target, headers=headers).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
        rounds.append(statistics.median(times))
    warm = rounds[1:]
    median = statistics.median(warm)
    return Row(
        f"garages nearby {name}, of {GARAGES:,}, ms",
        f"{median:.1f} ({min(warm):.1f}-{max(warm):.1f})",
        "none",
        f"aim {AIM_MS} ms: {'met' if median <= AIM_MS else 'MISSED'}",
    )
