"""Other programs' files, read and compared with what an independent reader counted in them; and how fast a long one is read.

    python -m bench.imports ../shared/data/imports

The folder holds `expected_*.json` and the files it names. Nothing of them is kept. Questions are answered with what is proposed; where
nothing is, with euros, litres and kilometres: sums are in the file's own units, whatever they are called.
"""

import json
import sys
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.vehicles.domain.moving.found import (
    Bad,
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundPlan,
    FoundReading,
    FoundRecord,
    Item,
    Part,
    Reader,
    Settled,
)
from services.vehicles.domain.moving.intake import take_in
from services.vehicles.domain.moving.readers import recognise

USUAL = {
    "currency": "EUR",
    "quantity_unit": "l",
    "distance_unit": "km",
    "time_zone": "Europe/Paris",
    "date_order": "mdy",
    "record_kind": "service",
}
UNITS = {"gal_us": "us_gal", "gal_uk": "uk_gal"}
ROWS = 50_000
BAD_EVERY = 100


def answered(reader: Reader, parts: Sequence[Part]) -> Settled:
    """Asked again until nothing is: an answer may lead to another question."""
    answers: dict[str, str] = {}
    settled = reader.settle(parts, answers)
    while settled.questions:
        for question in settled.questions:
            usual = USUAL[question.name.partition(":")[0]]
            answers[question.name] = question.proposed or usual
        settled = reader.settle(parts, answers)
    return settled


def items_of(path: Path) -> tuple[str, list[Item]]:
    parts = take_in(path.name, path.read_bytes())
    readers = recognise(parts)
    reader = readers[0]
    settled = answered(reader, parts)
    return ", ".join(each.name for each in readers), list(reader.read(parts, settled))


def figures(items: Sequence[Item]) -> dict[str, Any]:
    """In the words of the expected file; numbers as decimals."""
    fills = [item for item in items if isinstance(item, FoundFill)]
    records = [item for item in items if isinstance(item, FoundRecord)]
    expenses = [item for item in items if isinstance(item, FoundExpense)]
    cars = [item for item in items if isinstance(item, FoundCar)]
    bad = [item for item in items if isinstance(item, Bad)]
    volumes: dict[str, Decimal] = {}
    for fill in fills:
        if fill.quantity is not None:
            unit = UNITS.get(str(fill.unit), str(fill.unit))
            volumes[unit] = volumes.get(unit, Decimal()) + fill.quantity
    meters = [fill.odometer for fill in fills if fill.odometer is not None]
    return {
        "vehicles": len({item.car for item in items if not isinstance(item, Bad)}),
        "fills": {
            "rows": len(fills) + len(bad),
            "bad_rows": len(bad),
            "imported": len(fills),
            "full": sum(fill.is_full for fill in fills),
            "partial": sum(not fill.is_full for fill in fills),
            "missed": sum(fill.missed_before for fill in fills),
            "cost_sum": total(fills),
            "volume_sum": volumes,
            "odometer_min": min(meters, default=None),
            "odometer_max": max(meters, default=None),
            "without_odometer": len(fills) - len(meters),
        },
        "maintenance": {"rows": sum(rows_of(each) for each in records), "cost_sum": total(records)},
        "expense": {"rows": len(expenses), "cost_sum": total(expenses)},
        "costs": {
            "rows": len(records) + len(expenses),
            "cost_sum": total(records) + total(expenses),
        },
        "purchase": {
            "rows": sum(car.purchase_price is not None for car in cars),
            "cost_sum": sum((car.purchase_price or Decimal() for car in cars), Decimal()),
        },
        "excluded_distance": sum(
            (each.distance_on_other or Decimal() for each in fills), Decimal()
        ),
        "plans": sum(isinstance(item, FoundPlan) for item in items),
        "checkpoints": sum(isinstance(item, FoundReading) for item in items),
        "policies": sum(each.ends_on is not None for each in expenses),
    }


def total(items: Sequence[FoundFill] | Sequence[FoundRecord] | Sequence[FoundExpense]) -> Decimal:
    return sum((item.total or Decimal() for item in items), Decimal())


def rows_of(record: FoundRecord) -> int:
    """Of the file: a visit has as many as it has priced lines."""
    return max(1, sum(line.amount is not None for line in record.lines))


def differences(
    found: Mapping[str, Any], expected: Mapping[str, Any], under: str = ""
) -> Iterator[str]:
    """Of what both sides name."""
    for name, value in expected.items():
        mine = found.get(name)
        if mine is None:
            continue
        if isinstance(value, dict) and name == "volume_sum":
            said = sorted(Decimal(each) for each in value.values())
            if said != sorted(mine.values()):
                yield f"{under}{name}: {mine} for {value}"
        elif isinstance(value, dict):
            yield from differences(mine, value, f"{under}{name}.")
        elif isinstance(value, str | int) and str(value) != "" and Decimal(str(value)) != mine:
            yield f"{under}{name}: {mine} for {value}"


def compare(folder: Path) -> int:
    """Prints a line a file; how many differ."""
    wrong = 0
    for listed in sorted(folder.glob("expected*.json")):
        for name, expected in json.loads(listed.read_text()).items():
            readers, items = items_of(folder / name)
            found = list(
                differences(figures(items), {k: v for k, v in expected.items() if k != "note"})
            )
            wrong += bool(found)
            print(f"{name:36} {readers:14} {len(items):5} items  {'; '.join(found) or 'equal'}")
    return wrong


def long_file(rows: int) -> bytes:
    """Of LubeLogger's fuel, one row in a hundred with a day that does not exist."""
    lines = ["Date,Odometer,FuelConsumed,Cost,FuelEconomy,IsFillToFull,MissedFuelUp,Notes,Tags"]
    for row in range(rows):
        day = "30/02/2024" if row % BAD_EVERY == 0 else f"{row % 28 + 1:02}/{row % 12 + 1:02}/2024"
        lines.append(f'{day},{1000 + row},"{30 + row % 20},5","{60 + row % 9},25",0,True,False,,')
    return "\r\n".join(lines).encode()


def measure() -> None:
    data = long_file(ROWS)
    begun = time.process_time()
    parts = take_in("long.csv", data)
    reader = recognise(parts)[0]
    settled = answered(reader, parts)
    bad = sum(isinstance(item, Bad) for item in reader.read(parts, settled))
    seconds = time.process_time() - begun
    tracemalloc.start()
    for _ in reader.read(parts, settled):
        pass
    _, peak = tracemalloc.get_traced_memory()
    print(
        f"{ROWS} rows, {bad} bad: {seconds:.1f} s of processor; {peak / 1024:.0f} KiB at most while reading"
    )


if __name__ == "__main__":
    count = compare(Path(sys.argv[1]))
    measure()
    sys.exit(bool(count))
