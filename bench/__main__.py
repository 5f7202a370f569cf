"""`make bench`: one table, each row beside its peer in the same run. Arguments choose parts, by the names below; a folder of real
histories may be added for `forecast`: python -m bench forecast ../data/histories.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import asyncpg
import httpx2

from bench import (
    edge,
    events,
    forecast,
    garages,
    hop,
    importing,
    ledger,
    lists,
    logins,
    memory,
    ocr,
    plans,
    printing,
    scale,
    timeline,
)
from bench.house import House
from bench.programs import Missing
from bench.table import Row, render
from deploy.local.demo.story import StepFailedError

PARTS: dict[str, Callable[[], list[Row]]] = {
    "memory": lambda: memory.measure(House.find()),
    "edge": edge.measure,
    "hop": lambda: hop.measure(House.find()),
    "lists": lambda: lists.measure(House.find()),
    "scale": lambda: asyncio.run(scale.measure(House.find())),
    "timeline": lambda: asyncio.run(timeline.measure(House.find())),
    "garages": lambda: asyncio.run(garages.measure(House.find())),
    "ledger": lambda: asyncio.run(ledger.measure(House.find())),
    "importing": lambda: importing.measure(House.find()),
    "printing": lambda: printing.measure(House.find()),
    "logins": lambda: asyncio.run(logins.measure(House.find())),
    "events": lambda: asyncio.run(events.measure(House.find())),
    "ocr": lambda: asyncio.run(ocr.measure()),
    "plans": lambda: plans.measure(House.find()),
    "forecast": lambda: forecast.measure(None),
}
FAULTS = (
    Missing,
    StepFailedError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
    httpx2.HTTPError,
    aiohttp.ClientError,
    asyncpg.PostgresError,
    subprocess.SubprocessError,
)
"""A part that cannot be measured leaves a row that says so; the others go on."""


def main(words: list[str]) -> int:
    folders = [Path(word) for word in words if word not in PARTS and Path(word).is_dir()]
    chosen = [word for word in words if Path(word) not in folders]
    parts = PARTS | {"forecast": lambda: forecast.measure(folders[0])} if folders else PARTS
    unknown = set(chosen) - set(PARTS)
    if unknown:
        print(
            f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr
        )
        return 2
    rows: list[Row] = []
    failed = False
    for name in chosen or parts:
        began = time.perf_counter()
        print(f"measuring {name} …", end=" ", file=sys.stderr, flush=True)
        try:
            rows += parts[name]()
        except FAULTS as fault:
            failed = True
            rows.append(Row(name, "not measured", str(fault)[:80]))
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
    print(render(rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
