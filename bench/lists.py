"""How fast one web process lists, beside a list as the textbook has it: one process each, on the same rows of the same database."""

import statistics
from pathlib import Path

import httpx2

from bench.house import House, settle
from bench.load import Load, wrk
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row
from shared.security.tokens import public_pem

ROWS = 20
PAIRS = 5
SECONDS = 3
CONNECTIONS = 16
AIMS = {"vehicles": 800, "maintenances": 600}


def measure(house: House) -> list[Row]:
    cores = Cores.find()
    user_id, _ = house.new_person()
    cars = house.give_cars(user_id, ROWS)
    with httpx2.Client(base_url=house.url("vehicles"), timeout=30, trust_env=False) as client:
        for number, car in enumerate(cars):
            record = {
                "vehicle": car,
                "service_date": "2026-01-15",
                "service_type": "oil_change",
                "cost": {"amount": f"{100 + number}.90", "currency": "EUR"},
                "lines": [{"description": "Huile 5W30", "quantity": "4.5"}],
            }
            headers = house.identity("vehicles", user_id, ask="POST /api/maintenances")
            client.post("/api/maintenances", json=record, headers=headers).raise_for_status()
    settle()
    rows = []
    with folder() as home:
        ports = free_port(), free_port()
        env = environment_of(house, ports[0])
        naive = [PYTHON, "-m", "bench.naive_lists", str(ports[1]), env["AUTOTRACK_DATABASE_URL"]]
        ours = [PYTHON, "-m", "services.vehicles.main"]
        with (
            running(ours, core=cores.measured, log=Path(home) / "ours.log", env=env),
            running(naive, core=cores.measured, log=Path(home) / "naive.log"),
        ):
            for port in ports:
                wait_for(f"http://{LOOPBACK}:{port}/livez")
            for name in AIMS:
                target = f"/api/{name}?page_size={ROWS}"
                loads: dict[str, list[Load]] = {"ours": [], "naive": []}
                for _ in range(PAIRS):
                    headers = house.identity("vehicles", user_id, ask=f"GET {target}")
                    loads["ours"].append(_ask(ports[0], target, cores, headers))
                    loads["naive"].append(_ask(ports[1], f"{target}&owner={user_id}", cores, {}))
                rows.append(_row(name, loads))
    return rows


def environment_of(house: House, port: int) -> dict[str, str]:
    """Of a web process of vehicles by itself, with the house's database and keys."""
    pem = house.secrets["INTERNAL_PRIVATE_KEY"].replace("\\n", "\n")
    return {
        "AUTOTRACK_ENVIRONMENT": "development",
        "AUTOTRACK_ROLES": "web",
        "AUTOTRACK_PORT": str(port),
        "AUTOTRACK_CLOCK_URL": house.clock(),
        "AUTOTRACK_BROKER_URL": "",
        "AUTOTRACK_INTERNAL_PUBLIC_KEYS": public_pem(pem),
        "AUTOTRACK_DATABASE_URL": house.database("vehicles").replace(
            "postgresql:", "postgresql+asyncpg:"
        ),
    }


def _ask(port: int, target: str, cores: Cores, headers: dict[str, str]) -> Load:
    url = f"http://{LOOPBACK}:{port}{target}"
    return wrk(url, core=cores.other, seconds=SECONDS, connections=CONNECTIONS, headers=headers)


def _row(name: str, loads: dict[str, list[Load]]) -> Row:
    ours, naive = ([load.per_second for load in loads[each]] for each in ("ours", "naive"))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, naive, strict=True))
    failed = sum(load.failed for each in loads.values() for load in each)
    return Row(
        f"list of {ROWS} {name}, one web process, {PAIRS} pairs",
        f"{statistics.median(ours):,.0f}/s ({min(ours):,.0f}-{max(ours):,.0f})",
        f"FastAPI and SQLAlchemy by the book {statistics.median(naive):,.0f}/s"
        f" ({min(naive):,.0f}-{max(naive):,.0f})",
        f"{ratio:.2f} of it (aim {AIMS[name]}/s)" + (f", {failed} FAILED" if failed else ""),
    )
