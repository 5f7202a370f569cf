"""What an app asks of a car of twenty years: a page of its timeline anywhere, its dashboard, a search, and what changed."""

import statistics
import time
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx2

from bench.house import House
from bench.lists import environment_of
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row

YEARS = 20
READINGS, RECORDS, EXPENSES = 150, 30, 70
"""Of each year: 5,000 moments in all."""
ROUNDS, ASKED = 5, 10
AIM_MS = 20

READ = """
INSERT INTO odometer_reading SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', gen_random_uuid(), 'record_id', NULL, 'note', 'at the pump',
    'read_on', date '2026-10-01' - (n * 365.25 / $2::int)::int, 'metres', 400000000 - n * 100000))).*
FROM odometer_reading one, generate_series(1, $2::int * $3::int) AS n WHERE one.id = $1
"""
DONE = """
INSERT INTO maintenance_record SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', gen_random_uuid(), 'reading_id', NULL, 'title', 'Vidange et filtre à huile ' || n,
    'service_date', date '2026-10-01' - (n * 365.25 / $2::int)::int))).*
FROM maintenance_record one, generate_series(1, $2::int * $3::int) AS n WHERE one.id = $1
"""
PAID = """
INSERT INTO expense SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', gen_random_uuid(), 'title', 'Péage ' || n,
    'spent_on', date '2026-10-01' - (n * 365.25 / $2::int)::int))).*
FROM expense one, generate_series(1, $2::int * $3::int) AS n WHERE one.id = $1
"""


async def measure(house: House) -> list[Row]:
    connection = await asyncpg.connect(house.database("vehicles"))
    try:
        user_id, car = await _live(house, connection)
        rows = _ask(house, user_id, car)
        await connection.execute("DELETE FROM vehicle WHERE id = $1", UUID(car), timeout=600)
        return rows
    finally:
        await connection.close()


async def _live(house: House, connection: asyncpg.Connection) -> tuple[UUID, str]:
    user_id = uuid4()
    (car,) = house.give_cars(user_id, 1)
    cost = {"amount": "89.90", "currency": "EUR"}
    bodies = {
        f"/api/vehicles/{car}/odometer": {"mileage": 400_000, "read_on": "2026-10-01"},
        "/api/maintenances": {
            "vehicle": car,
            "service_date": "2026-10-01",
            "service_type": "oil_change",
            "cost": cost,
        },
        "/api/expenses": {
            "vehicle": car,
            "spent_on": "2026-10-01",
            "category": "toll",
            "amount": cost,
        },
    }
    with httpx2.Client(base_url=house.url("vehicles"), timeout=30, trust_env=False) as client:
        for (path, body), statement, count in zip(
            bodies.items(), (READ, DONE, PAID), (READINGS, RECORDS, EXPENSES), strict=True
        ):
            headers = house.identity("vehicles", user_id, ask=f"POST {path}")
            made = client.post(path, json=body, headers=headers)
            made.raise_for_status()
            await connection.execute(statement, UUID(made.json()["id"]), count, YEARS, timeout=600)
    await connection.execute("VACUUM ANALYZE odometer_reading, maintenance_record, expense")
    return user_id, car


def _ask(house: House, user_id: UUID, car: str) -> list[Row]:
    """Of one web process that nobody else asks."""
    cores, port = Cores.find(), free_port()
    timeline = f"/api/vehicles/{car}/timeline"
    with folder() as home:
        command, env = [PYTHON, "-m", "services.vehicles.main"], environment_of(house, port)
        with running(command, core=cores.measured, log=Path(home) / "timeline.log", env=env):
            wait_for(f"http://{LOOPBACK}:{port}/livez")
            with httpx2.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:
                asked = _Asked(house, client, user_id)
                middle = asked.json(f"{timeline}?cursor=&to=2016-10-01")["next"]
                return [
                    asked.row("first page", timeline),
                    asked.row("page 125 of 250", f"{timeline}?page=125"),
                    asked.row("by cursor, ten years back", middle),
                    asked.row("records alone", f"{timeline}?kind=maintenance"),
                    asked.row("dashboard", f"/api/vehicles/{car}/dashboard", aim=None),
                    asked.row("costs of 12 months", f"/api/vehicles/{car}/costs", aim=None),
                    asked.row("search", "/api/search?q=peage%20399", aim=None),
                    asked.row("everything, first page of sync", "/api/sync", aim=None),
                    asked.row("nothing new since", asked.drained(), aim=None),
                ]


class _Asked:
    def __init__(self, house: House, client: httpx2.Client, user_id: UUID) -> None:
        self._house, self._client, self._user_id = house, client, user_id

    def json(self, target: str) -> dict[str, str]:
        headers = self._house.identity("vehicles", self._user_id, ask=f"GET {target}")
        answer = self._client.get(target, headers=headers)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found

    def drained(self) -> str:
        """Where sync goes on once everything was told."""
        target = "/api/sync?limit=500"
        page = self.json(target)
        while page["has_more"]:
            page = self.json(f"{target}&changed_since={page['cursor']}")
        return f"/api/sync?changed_since={page['cursor']}"

    def row(self, name: str, target: str, *, aim: int | None = AIM_MS) -> Row:
        rounds = []
        for _ in range(ROUNDS + 1):
            headers = self._house.identity("vehicles", self._user_id, ask=f"GET {target}")
            times = []
            for _ in range(ASKED):
                began = time.perf_counter()
                self._client.get(target, headers=headers).raise_for_status()
                times.append((time.perf_counter() - began) * 1000)
            rounds.append(statistics.median(times))
        warm = rounds[1:]
        median = statistics.median(warm)
        verdict = "" if aim is None else f"aim {aim} ms: {'met' if median <= aim else 'MISSED'}"
        return Row(
            f"{name}, a car of {YEARS} years and 5,000 moments, ms",
            f"{median:.1f} ({min(warm):.1f}-{max(warm):.1f})",
            "none",
            verdict,
        )
