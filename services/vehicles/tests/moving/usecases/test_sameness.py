"""The same facts typed one by one and imported give the same car; import and undo give what was there before, byte for byte."""

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.vehicles.storage.base import Base
from services.vehicles.tests.factories import make_plan, make_record, make_vehicle, read_odometer
from services.vehicles.tests.moving.factories import (
    applied,
    bring,
    car_line,
    cost_line,
    fuelio,
    undone,
)
from shared.testing.client import Callers

START = date(2025, 1, 3)
ANY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIGURES = ("mileage", "mileage_on", "annual_mileage")
OF_IMPORTS = {"vehicle_import", "import_row", "import_part", "imported_source", "tombstone"}
TOLD = {"version", "updated_at", "changed_in", "shown_in", "sequence", "modified_at"}
"""What a change must tell to sync and to the other services; no fact."""


def fills_of(rows: list[tuple[int, int, int]]) -> list[dict[str, Any]]:
    """Of (days since the one before, kilometres, decilitres)."""
    found, day, odometer = [], START, 20_000
    for days, distance, litres in rows:
        day, odometer = day + timedelta(days=days), odometer + distance
        total = f"{litres * 17 / 100:.2f}"
        found.append(
            {
                "day": day.isoformat(),
                "odometer": odometer,
                "litres": f"{litres / 10:.2f}",
                "total": total,
            }
        )
    return found


async def typed(client: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    car = await make_vehicle(client, make="Renault", model="Clio", year=2015, fuel_type="gasoline")
    for row in rows:
        body = {
            "vehicle": car["id"],
            "day": row["day"],
            "quantity": row["litres"],
            "total": {"amount": row["total"], "currency": "EUR"},
            "mileage": row["odometer"],
            "energy": "petrol",
            "station": "Total",
        }
        answer = await client.post("/api/fills", json=body)
        assert answer.status_code == 201, answer.text
    return await figures(client, car["id"])


async def imported(client: Any, rows: list[dict[str, Any]], run_jobs: Any) -> dict[str, Any]:
    lines = tuple((r["day"], str(r["odometer"]), r["litres"], r["total"]) for r in rows)
    ready = await bring(client, fuelio(fills=lines))
    done = await applied(client, ready["id"], run_jobs)
    assert done["state"] == "applied", done
    return await figures(client, done["cars"][0]["vehicle"])


async def figures(client: Any, car: str) -> dict[str, Any]:
    whole = (await client.get(f"/api/vehicles/{car}")).json()
    found = {name: whole.get(name) for name in FIGURES}
    readings = (await client.get(f"/api/vehicles/{car}/odometer?page_size=100")).json()["results"]
    found["readings"] = sorted(
        (r["read_on"], r["mileage"], r["status"], r["doubts"]) for r in readings
    )
    fills = (await client.get(f"/api/vehicles/{car}/fills?page_size=100")).json()["results"]
    own = {"id", "vehicle", "created_at", "updated_at", "reading", "made_by"}
    found["fills"] = sorted(
        ANY_ID.sub("", str({name: said for name, said in fill.items() if name not in own}))
        for fill in fills
    )
    answer = await client.get(f"/api/vehicles/{car}/consumption")
    found["consumption"] = str(answer.json()).replace(car, "")
    return found


async def dump(engine: Any, *, without: set[str] = OF_IMPORTS) -> dict[str, list[str]]:
    """Every row of every table, as PostgreSQL writes it."""
    found = {}
    async with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in without:
                continue
            rows = await connection.execute(text(f"SELECT to_jsonb(t) FROM {table.name} AS t"))  # noqa: S608
            found[table.name] = sorted(
                str({name: value for name, value in sorted(row[0].items()) if name not in TOLD})
                for row in rows
            )
    return found


class TestTheSameCar:
    async def test_good_rows(self, call: Callers, run_jobs: Any) -> None:
        rows = fills_of([(9, 540, 361), (12, 610, 402), (7, 480, 330), (14, 655, 415)])
        assert await imported(call.free, rows, run_jobs) == await typed(call.standard, rows)

    async def test_with_typing_errors_in_the_odometer(self, call: Callers, run_jobs: Any) -> None:
        rows = fills_of([(9, 540, 361)] * 12)
        rows[3]["odometer"] = rows[3]["odometer"] // 10
        rows[7]["odometer"] = rows[7]["odometer"] * 10
        assert await imported(call.free, rows, run_jobs) == await typed(call.standard, rows)

    async def test_a_first_reading_that_was_wrong(self, call: Callers, run_jobs: Any) -> None:
        rows = fills_of([(9, 540, 361)] * 5)
        rows[0]["odometer"] = 205_400
        assert await imported(call.free, rows, run_jobs) == await typed(call.standard, rows)

    async def test_whatever_was_typed(self, call: Callers, run_jobs: Any) -> None:
        """A property; each example costs a car typed row by row, so they are few."""
        row = st.tuples(st.integers(1, 40), st.integers(-3_000, 3_000), st.integers(1, 900))

        @settings(
            max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(st.lists(row, min_size=1, max_size=6))
        def holds(rows: list[tuple[int, int, int]]) -> None:
            examples.append(rows)

        examples: list[list[tuple[int, int, int]]] = []
        holds()
        for number, each in enumerate(examples):
            one = call.as_user(call.user_id(f"typist-{number}"))
            other = call.as_user(call.user_id(f"importer-{number}"))
            rows = fills_of(each)
            assert await imported(one, rows, run_jobs) == await typed(other, rows), each


class TestUndo:
    async def test_a_new_car_leaves_nothing(
        self, call: Callers, run_jobs: Any, admin_engine: Any
    ) -> None:
        before = await dump(admin_engine)
        costs = cost_line("Vidange", "2026-02-01", "11100", "1", "89.90", every="15000")
        costs += cost_line("MAIF", "2026-01-01", "", "4", "420.00")
        ready = await bring(call.free, fuelio(costs=costs))
        await applied(call.free, ready["id"], run_jobs)
        assert await dump(admin_engine) != before
        found = await undone(call.free, ready["id"], run_jobs)
        assert found["state"] == "undone", found
        after = await dump(admin_engine)
        assert after == before
        assert (await call.free.delete(f"/api/imports/{ready['id']}")).status_code == 204
        assert await dump(admin_engine, without={"tombstone"}) == before | {
            name: [] for name in OF_IMPORTS - {"tombstone"}
        }

    async def test_a_car_that_was_there_is_as_before(
        self, call: Callers, run_jobs: Any, admin_engine: Any
    ) -> None:
        """Also its own readings that the import made doubtful, its plans and what falls due of them."""
        car = (await make_vehicle(call.free, license_plate="AB-123-CD"))["id"]
        await read_odometer(call.free, car, 10_100, "2026-01-10")
        await read_odometer(call.free, car, 99_000, "2026-01-25")
        await make_plan(call.free, car)
        await make_record(call.free, car, mileage=10_050)
        before = await dump(admin_engine)
        costs = cost_line("Vidange", "2026-02-10", "11300", "1", "89.90")
        costs += cost_line("Filtre", "2026-01-01", "", "1", "0", every="40000")
        text_ = fuelio(car=car_line("Mine", plate="AB123CD"), costs=costs)
        ready = await bring(call.free, text_)
        assert ready["cars"][0]["vehicle"] == car
        await applied(call.free, ready["id"], run_jobs)
        changed = (await call.free.get(f"/api/vehicles/{car}")).json()
        assert changed["mileage"] == 11_790
        await undone(call.free, ready["id"], run_jobs)
        after = await dump(admin_engine)
        for table in before:
            assert after[table] == before[table], table

    async def test_what_is_gone_is_told_to_sync(self, call: Callers, run_jobs: Any) -> None:
        car = (await make_vehicle(call.free, license_plate="AB-123-CD"))["id"]
        ready = await bring(call.free, fuelio(car=car_line("Mine", plate="AB123CD")))
        await applied(call.free, ready["id"], run_jobs)
        cursor = (await call.free.get("/api/sync")).json()
        fills = (await call.free.get(f"/api/vehicles/{car}/fills")).json()["results"]
        await undone(call.free, ready["id"], run_jobs)
        told = await call.free.get("/api/sync", params={"changed_since": cursor["cursor"]})
        gone = {each["id"] for each in told.json()["changes"] if each["change"] == "deleted"}
        assert {fill["id"] for fill in fills} <= gone

    async def test_what_was_added_to_its_car_since_stays(
        self, call: Callers, run_jobs: Any
    ) -> None:
        ready = await bring(call.free, fuelio())
        done = await applied(call.free, ready["id"], run_jobs)
        car = done["cars"][0]["vehicle"]
        await make_record(call.free, car, service_date="2026-03-01")
        await undone(call.free, ready["id"], run_jobs)
        assert (await call.free.get(f"/api/vehicles/{car}")).status_code == 200
        assert (await call.free.get("/api/fills")).json()["count"] == 0
        assert (await call.free.get("/api/maintenances")).json()["count"] == 1

    async def test_for_thirty_days(self, call: Callers, run_jobs: Any, clock: Any) -> None:
        ready = await bring(call.free, fuelio())
        await applied(call.free, ready["id"], run_jobs)
        clock.move(days=30, seconds=1)
        answer = await call.free.post(f"/api/imports/{ready['id']}/undo")
        assert (answer.status_code, answer.json()["code"]) == (409, "undo_too_late")

    async def test_undone_it_can_be_brought_again(self, call: Callers, run_jobs: Any) -> None:
        ready = await bring(call.free, fuelio())
        await applied(call.free, ready["id"], run_jobs)
        await undone(call.free, ready["id"], run_jobs)
        again = await bring(call.free, fuelio())
        assert again["counts"]["new"] == 4
