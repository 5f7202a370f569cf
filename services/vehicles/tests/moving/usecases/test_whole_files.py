"""Whole files of other programs, from the upload to undoing: what the lists then hold is what an independent reader counted in the file.

Our own specimens lie here; the real excerpts, which may not, are read where somebody has them beside the checkout.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bench.imports import UNITS, USUAL
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.factories import applied, change, send, undone
from services.vehicles.tests.moving.usecases.test_sameness import dump
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.testing.client import Callers
from shared.testing.postgres import ROOT

OWN = Path(__file__).parents[1] / "samples"
REAL = ROOT.parent / "shared/data/imports"
BESIDE_FILLS = {"motorbike_en.csv"}
"""A workshop's reading contradicts a fill's; the expected file counts fills among themselves."""
AGAINST_THE_CHAIN = {"lower_than_before", "higher_than_later"}
CENT = Decimal("0.01")
LATER = datetime(2027, 6, 1, 9, tzinfo=UTC)
"""When every row of them lies behind."""


def cases() -> Iterator[Any]:
    own: dict[str, Any] = json.loads((OWN / "expected.json").read_text())
    for name, expected in own.items():
        yield pytest.param(OWN / name, expected, id=name)
    listed = REAL / "expected_dev.json"
    if not listed.exists():
        yield pytest.param(
            REAL, {}, id="real", marks=pytest.mark.skip(reason="the real excerpts are not here")
        )
        return
    for name, expected in json.loads(listed.read_text()).items():
        if name not in own:
            yield pytest.param(REAL / name, expected, id=name)


async def ready(client: httpx2.AsyncClient, path: Path) -> dict[str, Any]:
    """Asked as long as anything is, answered as somebody does who knows the file; into the car there is where it names none."""
    answer = await send(client, await asyncio.to_thread(path.read_bytes), path.name)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    while found["questions"]:
        said = {
            each["name"]: each["proposed"] or USUAL[each["name"].partition(":")[0]]
            for each in found["questions"]
        }
        found = await change(client, found["id"], answers=said)
    if found["state"] == "asking":
        [car] = found["cars"]
        unit = found["settled"].get("distance_unit", "km")
        made = await make_vehicle(client, year=None, distance_unit=unit)
        found = await change(client, found["id"], cars=[{"key": car["key"], "vehicle": made["id"]}])
    assert found["state"] == "ready", found
    return found


async def all_of(client: httpx2.AsyncClient, path: str, **said: str) -> list[dict[str, Any]]:
    page: dict[str, Any] = (await client.get(path, params={"page_size": 100, **said})).json()
    rows: list[dict[str, Any]] = page["results"]
    while page["next"]:
        page = (await client.get(page["next"])).json()
        rows += page["results"]
    assert len(rows) == page["count"]
    return rows


async def lists(client: httpx2.AsyncClient) -> dict[str, Any]:
    """In the words of the expected file."""
    fills = await all_of(client, "/api/fills")
    records = await all_of(client, "/api/maintenances")
    expenses = await all_of(client, "/api/expenses")
    cars = await all_of(client, "/api/vehicles")
    volumes: Counter[str] = Counter()
    for fill in fills:
        volumes[UNITS.get(fill["unit"], fill["unit"])] += Decimal(fill["quantity"])  # type: ignore[assignment]  # exact
    meters = [fill["mileage"] for fill in fills if fill["mileage"] is not None]
    work, spent = paid(records, "cost"), paid(expenses, "amount")
    bought = [car["purchase_price"] for car in cars if car.get("purchase_price")]
    return {
        "fills": {
            "imported": len(fills),
            "full": sum(fill["full"] for fill in fills),
            "partial": sum(not fill["full"] for fill in fills),
            "missed": sum(fill["missed_before"] for fill in fills),
            "cost_sum": paid(fills, "total"),
            "volume_sum": {unit: said for unit, said in volumes.items() if said},
            "odometer_min": min(meters, default=None),
            "odometer_max": max(meters, default=None),
            "without_odometer": len(fills) - len(meters),
        },
        "maintenance": {"rows": sum(map(rows_of, records)), "cost_sum": work},
        "expense": {"rows": len(expenses), "cost_sum": spent},
        "costs": {"rows": len(records) + len(expenses), "cost_sum": work + spent},
        "purchase": {
            "rows": len(bought),
            "cost_sum": sum((Decimal(each["amount"]) for each in bought), Decimal()),
        },
        "excluded_distance": sum(
            (Decimal(fill["distance_on_other"] or 0) for fill in fills), Decimal()
        ),
    }


def paid(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]["amount"]) for row in rows if row[name]), Decimal())


def rows_of(record: Mapping[str, Any]) -> int:
    """Of the file: a visit has as many as it has priced lines."""
    return max(1, sum(line["total"] is not None for line in record["lines"]))


def in_coins(expected: dict[str, Any]) -> dict[str, Any]:
    """Of a sum with amounts of less than a coin: each is kept to the nearest one, and says so."""
    fills = expected.get("fills", {})
    said = Decimal(fills.get("cost_sum", "0"))
    if said == said.quantize(CENT):
        return expected
    return expected | {"fills": fills | {"cost_sum": str(said.quantize(CENT))}}


def differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        mine = found.get(name)
        if mine is None:
            continue
        if name == "volume_sum":
            if sorted(map(Decimal, value.values())) != sorted(mine.values()):
                yield f"{name}: {mine} for {value}"
        elif isinstance(value, dict):
            yield from (f"{name}.{each}" for each in differences(mine, value))
        elif isinstance(value, str | int) and Decimal(str(value)) != mine:
            yield f"{name}: {mine} for {value}"


@pytest.mark.parametrize(("path", "expected"), list(cases()))
async def test_what_the_file_holds_is_in_the_lists_and_goes_again(
    call: Callers,
    run_jobs: Any,
    admin_engine: Any,
    clock: FixedClock,
    path: Path,
    expected: dict[str, Any],
) -> None:
    clock.set(LATER)
    client = call.as_user(call.user_id(path.name), Plan.PREMIUM)
    found = await ready(client, path)
    before = await dump(admin_engine)
    done = await applied(client, found["id"], run_jobs)
    assert done["state"] == "applied", done
    assert done["counts"] == found["counts"]
    assert list(differences(await lists(client), in_coins(expected))) == []
    conflicts = expected.get("fills", {}).get("odometer_conflicts")
    if conflicts is not None and path.name not in BESIDE_FILLS:
        fills = await all_of(client, "/api/fills")
        doubted = [fill["odometer"]["doubts"] for fill in fills if fill["odometer"]]
        assert sum(bool(AGAINST_THE_CHAIN & set(each)) for each in doubted) == conflicts, doubted
    again = await ready_again(client, path)
    assert (again["counts"]["new"], again["counts"]["doubtful"]) == (0, 0), again["counts"]
    await undone(client, found["id"], run_jobs)
    after = await dump(admin_engine)
    for table, rows in before.items():
        assert after[table] == rows, table


async def ready_again(client: httpx2.AsyncClient, path: Path) -> dict[str, Any]:
    found = await ready(client, path)
    assert (await client.delete(f"/api/imports/{found['id']}")).status_code == 204
    return found
