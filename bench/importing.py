"""Fifty thousand rows of another program's file, one in a hundred of them bad: from the upload to the last one applied, by the
house's own vehicles service and its worker; and what its process takes of memory meanwhile, beside a fifth of the rows.
"""

import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
import psutil

from bench.house import House
from bench.table import Row

ROWS, FEWER = 50_000, 10_000
BAD_EACH = 100
AIM_SECONDS = 60.0
AIM_GROWTH = 1.5
"""Of memory: five times the rows may take half as much again."""
LONGEST = 300.0
HEAD = (
    '"## Vehicle"\n"Name","DistUnit","FuelUnit","ImportCSVDateFormat","Make","Model","Year","Tank1Type"\n'
    '"Bench","0","0","yyyy-MM-dd","Renault","Clio","1989","100"\n"## Log"\n'
    '"Data","Odo (km)","Fuel (litres)","Full","Price (optional)","Missed","TankNumber","FuelType","UniqueId"\n'
)


def measure(house: House) -> list[Row]:
    few = _import(house, FEWER)
    many = _import(house, ROWS)
    seconds, growth = many[0], many[1] / max(few[1], 1)
    verdict = "quick" if seconds <= AIM_SECONDS else "TOO SLOW"
    flat = "flat" if growth <= AIM_GROWTH else "GROWS"
    return [
        Row(
            f"import of {ROWS:,} rows, 1 % bad",
            f"{seconds:.1f} s",
            f"{FEWER:,} rows: {few[0]:.1f} s",
            f"{verdict} (aim {AIM_SECONDS:.0f} s)",
        ),
        Row(
            "most memory of the vehicles process meanwhile",
            f"{many[1]} MiB",
            f"{FEWER:,} rows: {few[1]} MiB",
            f"{growth:.2f} of it, {flat}",
        ),
    ]


def long_file(rows: int) -> str:
    lines = [HEAD]
    for n in range(rows):
        day = date(1990, 1, 1) + timedelta(days=n * 13_000 // rows)
        moment = f"{day.isoformat()} {n % 24:02}:{n % 60:02}" if n % BAD_EACH else "2026-02-30"
        lines.append(
            f'"{moment}","{1000 + n * 12}","{30 + n % 20}.5","1","{60 + n % 9}.25","0","1","110","{n}"\n'
        )
    return "".join(lines)


def _import(house: House, rows: int) -> tuple[float, int]:
    """Seconds, and the most mebibytes."""
    user_id, _ = house.new_person()
    files = {"file": ("long.csv", long_file(rows).encode(), "text/csv")}
    began, most = time.monotonic(), _mebibytes()
    with httpx2.Client(base_url=house.url("vehicles"), timeout=60, trust_env=False) as client:

        def ask(method: str, path: str, **said: Any) -> Any:
            headers = house.identity("vehicles", user_id, ask=f"{method} {path}")
            answer = client.request(method, path, headers=headers, **said)
            answer.raise_for_status()
            return answer.json()

        path = f"/api/imports/{_id(ask('POST', '/api/imports', files=files))}"
        ask("PATCH", path, json={"answers": {"currency": "EUR"}})
        for wanted in ("ready", "applied"):
            while (state := ask("GET", path)["state"]) != wanted:
                most = max(most, _mebibytes())
                if time.monotonic() - began > LONGEST:
                    raise RuntimeError(f"the import is still {state}")
                time.sleep(0.5)
            if wanted == "ready":
                ask("POST", f"{path}/apply")
        return time.monotonic() - began, max(most, _mebibytes())


def _id(made: dict[str, Any]) -> UUID:
    return UUID(made["id"])


def _mebibytes() -> int:
    """Of the house's vehicles process, the largest where there are several."""
    found = [
        process.memory_info().rss
        for process in psutil.process_iter(["cmdline"])
        if "services.vehicles.main" in (process.info["cmdline"] or ())
    ]
    return max(found, default=0) // (1024 * 1024)
