"""A passport that one house gave is brought into another: the same history, and no trace of it once it is taken back."""

import io
import zipfile
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from services.vehicles.tests.factories import make_record, make_vehicle, read_odometer
from services.vehicles.tests.moving.exported import exported
from services.vehicles.tests.moving.factories import applied, bring, undone
from services.vehicles.tests.moving.usecases.test_sameness import dump
from services.vehicles.tests.moving.usecases.test_whole_files import all_of
from services.vehicles.tests.running.factories import euros, fill_up, make_expense
from shared.clock import FixedClock
from shared.testing.client import Callers

FILL = ("day", "time", "energy", "quantity", "unit", "unit_price", "total", "full", "missed_before", "mileage", "station")  # fmt: skip
RECORD = ("service_date", "service_types", "title", "status", "cost", "mileage", "garage")


async def lived(client: Any, **said: Any) -> str:
    """A car with a bit of everything that a passport tells."""
    facts = {"license_plate": "AB-123-CD", "make": "Peugeot", "model": "308", "year": 2019} | said
    car: str = (await make_vehicle(client, **facts))["id"]
    await fill_up(client, car, day="2026-01-10", mileage=20_000, quantity="41.237", time="08:10")
    await fill_up(client, car, day="2026-01-24", mileage=20_640, quantity="38.5", full=False)
    await fill_up(client, car, day="2026-02-07", mileage=21_200, quantity="40", missed_before=True, station="Total")  # fmt: skip
    await fill_up(client, car, day="2026-02-21", quantity="40", total=None, unit_price="1.789", currency="EUR", mileage=21_900)  # fmt: skip
    await read_odometer(client, car, 21_950, "2026-02-22")
    await read_odometer(client, car, 2_195, "2026-02-24")
    lines = [
        {"kind": "part", "description": "Filtre à huile", "total": euros("19.90")},
        {"kind": "part", "description": "Bougies", "quantity": "4", "unit_price": euros("5.00")},
        {"kind": "labour", "description": "Main-d'œuvre", "total": euros("60.00")},
    ]
    await make_record(
        client, car, service_date="2026-02-23", mileage=21_960, service_type="oil_change", service_types=["oil_change", "oil_filter"],
        title="Révision", cost=euros("99.90"), prices_include_tax=True, lines=lines, garage="Garage du Lac",
    )  # fmt: skip
    await make_record(client, car, service_date="2026-09-01", status="SCHEDULED", cost=euros("120.00"))  # fmt: skip
    await make_record(client, car, service_date="2026-01-05", status="CANCELLED")
    await make_expense(client, car, amount=euros("12.40"), spent_on="2026-01-15")
    contract = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "every": "once", "spread": True}
    await make_expense(client, car, category="insurance", amount=euros("612.40"), contract=contract)  # fmt: skip
    return car


async def history(client: Any, car: str) -> dict[str, Any]:
    """What the lists say of it, without what is of a house: ids, moments, authors."""

    def of(row: dict[str, Any], *names: str) -> str:
        return str([row[name] for name in names])

    fills = await all_of(client, f"/api/vehicles/{car}/fills")
    records = await all_of(client, "/api/maintenances", vehicle=car)
    expenses = await all_of(client, "/api/expenses", vehicle=car)
    readings = await all_of(client, f"/api/vehicles/{car}/odometer")
    done = [each for each in records if each["status"] != "CANCELLED"]
    return {
        "fills": Counter(of(each, *FILL) for each in fills),
        "records": Counter(of(each, *RECORD) for each in done),
        "lines": Counter(of(line, "kind", "description", "amount") for each in records for line in each["lines"]),
        "expenses": Counter(of(each, "category", "amount", "spent_on", "contract") for each in expenses),
        "readings": Counter(of(each, "read_on", "mileage", "status") for each in readings),
        "mileage": (await client.get(f"/api/vehicles/{car}")).json()["mileage"],
    }  # fmt: skip


async def moved(call: Callers, run_jobs: Any, clock: FixedClock, **said: Any) -> tuple[str, bytes]:
    clock.set(datetime(2026, 6, 10, 9, tzinfo=UTC))
    car = await lived(call.standard, **said)
    return car, await exported(call.standard, run_jobs, "passport", vehicle=car)


class TestMoving:
    async def test_the_history_is_the_same(
        self, call: Callers, run_jobs: Any, clock: FixedClock, admin_engine: Any
    ) -> None:
        car, file = await moved(call, run_jobs, clock)
        before = await dump(admin_engine)
        ready = await bring(call.other, file, "passport.zip")
        assert (ready["format"], ready["state"]) == ("autotrack_passport", "ready"), ready
        assert ready["settled"]["signature"] == "valid"
        done = await applied(call.other, ready["id"], run_jobs)
        assert (done["state"], done["counts"]) == ("applied", ready["counts"]), done
        there = done["cars"][0]["vehicle"]
        mine, theirs = await history(call.standard, car), await history(call.other, there)
        for name, said in mine.items():
            assert theirs[name] == said, name
        again = await bring(call.other, file, "passport.zip")
        assert (again["counts"]["new"], again["counts"]["doubtful"]) == (0, 0), again["counts"]
        await undone(call.other, ready["id"], run_jobs)
        after = await dump(admin_engine)
        for table, rows in before.items():
            assert after[table] == rows, table

    async def test_in_miles(self, call: Callers, run_jobs: Any, clock: FixedClock) -> None:
        car, file = await moved(call, run_jobs, clock, distance_unit="mi")
        ready = await bring(call.other, file, "passport.zip")
        done = await applied(call.other, ready["id"], run_jobs)
        there = done["cars"][0]["vehicle"]
        assert await history(call.other, there) == await history(call.standard, car)

    async def test_a_changed_one_says_so(
        self, call: Callers, run_jobs: Any, clock: FixedClock
    ) -> None:
        _, file = await moved(call, run_jobs, clock)
        with zipfile.ZipFile(io.BytesIO(file)) as bundle:
            text = bundle.read("passport.json").decode().replace("41.237", "14.237")
        ready = await bring(call.other, text, "passport.json")
        assert ready["settled"]["signature"] == "broken"
