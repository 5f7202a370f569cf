"""The thin ends of imports: what a car runs on is asked, dumps and several cars go all the way, edited rows go with the rest, and what
no reader should ever see is refused.
"""

import asyncio
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.factories import (
    applied,
    bring,
    car_line,
    change,
    cost_line,
    fuelio,
    send,
    undone,
)
from services.vehicles.tests.moving.usecases.test_hostile_files import kept
from services.vehicles.tests.moving.usecases.test_sameness import dump
from services.vehicles.tests.moving.usecases.test_whole_files import OWN, all_of, paid
from services.vehicles.tests.running.factories import euros
from shared.contracts.features import Plan
from shared.testing.client import Callers

FUELLY = (
    "car_name, model, mpg, odometer, km, litres, price, fuelup_date, notes, missed_fuelup, partial_fuelup\n"
    '"Kei","L7",0,15000.0,300,30.5,1.5,2024-01-02,"",0,0\n"Kei","L7",0,15400.0,400,28.1,1.5,2024-01-12,"",0,1\n'
)
ACAR = (
    'Fill-Up Records\n"Vehicle","Date","Odometer Reading","Distance Unit","Volume","Volume Unit","Total Cost","Fuel Type"\n'
    '"Civic","2024-01-15","12,345","km","40.5","L","60.75","Regular"\n"Jazz","2024-01-16","8,000","km","31.0","L","46.50","Diesel"\n'
    '"Civic","2024-01-25","12,945","km","41.0","L","61.50","Regular"\n'
)


class TestEnergy:
    async def test_is_asked_where_neither_file_nor_car_says_it(
        self, call: Callers, run_jobs: Any
    ) -> None:
        found = await bring(call.free, FUELLY)
        [question] = found["questions"]
        assert (found["state"], question["name"], question["proposed"]) == ("asking", "energy", "petrol")  # fmt: skip
        answer = await call.free.post(f"/api/imports/{found['id']}/apply")
        assert (answer.status_code, answer.json()["code"]) == (409, "import_open")
        answer = await call.free.patch(f"/api/imports/{found['id']}", json={"answers": {"energy": "hay"}})  # fmt: skip
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/answers/energy")  # fmt: skip
        ready = await change(call.free, found["id"], answers={"energy": "diesel"})
        assert (ready["state"], ready["questions"], ready["counts"]["new"]) == ("ready", [], 2)
        await applied(call.free, ready["id"], run_jobs)
        fills = await all_of(call.free, "/api/fills")
        assert {fill["energy"] for fill in fills} == {"diesel"}
        [car] = await all_of(call.free, "/api/vehicles")
        assert car["fuel_type"] == "diesel"

    async def test_said_of_the_car_nothing_is_asked(self, call: Callers) -> None:
        found = await bring(call.free, FUELLY)
        cars = [{"key": "Kei", "new": {"energies": ["lpg"]}}]
        ready = await change(call.free, found["id"], cars=cars)
        assert (ready["state"], ready["questions"], ready["counts"]["bad"]) == ("ready", [], 0)
        known = (await make_vehicle(call.free, fuel_type="diesel"))["id"]
        again = await bring(call.free, FUELLY, vehicle=known)
        assert (again["state"], again["counts"]["new"]) == ("ready", 2)


class TestSeveralCars:
    async def test_each_goes_where_it_is_told(
        self, call: Callers, run_jobs: Any, admin_engine: Any
    ) -> None:
        mine = (await make_vehicle(call.free, make="Honda", model="Civic"))["id"]
        before = await dump(admin_engine)
        found = await bring(call.free, ACAR, "acar.csv")
        cars = [{"key": "Civic", "vehicle": mine}, {"key": "Jazz", "new": {"make": "Honda"}}]
        ready = await change(call.free, found["id"], cars=cars)
        assert [(car["key"], car["rows"], car["goes"]) for car in ready["cars"]] == [
            ("Civic", 2, "existing"),
            ("Jazz", 1, "new"),
        ]
        done = await applied(call.free, ready["id"], run_jobs)
        new = next(car["vehicle"] for car in done["cars"] if car["key"] == "Jazz")
        for car, count, total in ((mine, 2, "122.25"), (new, 1, "46.50")):
            fills = await all_of(call.free, f"/api/vehicles/{car}/fills")
            assert (len(fills), paid(fills, "total")) == (count, Decimal(total))
        await undone(call.free, ready["id"], run_jobs)
        after = await dump(admin_engine)
        for table, rows in before.items():
            assert after[table] == rows, table

    async def test_of_an_archive(self, call: Callers, run_jobs: Any) -> None:
        """As the app backs up: a file a car, with its pictures beside."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            archive.writestr("vehicle-1-sync.csv", fuelio(car=car_line("Clio")))
            archive.writestr("vehicle-2-sync.csv", fuelio(car=car_line("Golf", make="VW", model="Golf")))  # fmt: skip
            archive.writestr("pictures/p1.jpg", b"\xff\xd8\xff")
            archive.writestr("pictures.data", b"PK\x03\x04")
        client = call.as_user(call.user_id("archive"), Plan.STANDARD)
        ready = await bring(client, whole.getvalue(), "fuelio.zip")
        assert [(car["key"], car["rows"]) for car in ready["cars"]] == [("Clio", 4), ("Golf", 4)]
        await applied(client, ready["id"], run_jobs)
        assert (await client.get("/api/vehicles")).json()["count"] == 2
        assert (await client.get("/api/fills")).json()["count"] == 8


class TestDumps:
    async def test_sql_goes_all_the_way(
        self, call: Callers, run_jobs: Any, admin_engine: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = await dump(admin_engine)
        ready = await bring(call.free, (OWN / "clarkson/own_dump.sql").read_bytes(), "dump.sql")
        assert (ready["format"], ready["state"]) == ("clarkson", "ready"), ready
        await applied(call.free, ready["id"], run_jobs)
        fills = await all_of(call.free, "/api/fills")
        assert (len(fills), paid(fills, "total")) == (2, Decimal("85.58"))
        assert sorted(fill["mileage"] for fill in fills) == [30_120, 30_690]
        [record] = await all_of(call.free, "/api/maintenances")
        assert record["cost"]["amount"] == "189.90"
        [car] = await all_of(call.free, "/api/vehicles")
        assert (car["distance_unit"], car["license_plate"]) == ("mi", "AA00 AAA")
        await undone(call.free, ready["id"], run_jobs)
        after = await dump(admin_engine)
        for table, rows in before.items():
            assert after[table] == rows, table
        for secret in ("not-a-hash", "someone@example.org"):
            assert secret not in caplog.text

    async def test_a_backup_on_one_line_of_thousands_of_commas(self, call: Callers) -> None:
        """Its size is bounded by objects, not by what a table's row may hold."""
        backup = json.loads((OWN / "tracktor/own_backup.json").read_text())
        one = backup["data"]["fuelLogs"][0]
        backup["data"]["fuelLogs"] = [{**one, "id": f"f{n}"} for n in range(400)]
        answer = await send(call.free, json.dumps(backup), "backup.json")
        assert (answer.status_code, answer.json()["format"]) == (201, "tracktor")


class TestUndo:
    async def test_rows_that_were_edited_go_with_the_others(
        self, call: Callers, run_jobs: Any, admin_engine: Any
    ) -> None:
        """Taken back is taken back: what somebody corrected of the file came from the file."""
        before = await dump(admin_engine)
        costs = cost_line("Vidange", "2026-02-01", "11100", "1", "89.90")
        costs += cost_line("MAIF", "2026-01-01", "", "4", "420.00")
        costs += cost_line("Filtre", "2026-01-01", "", "1", "0", every="40000")
        ready = await bring(call.free, fuelio(costs=costs))
        await applied(call.free, ready["id"], run_jobs)
        for path, said in (
            ("fills", {"quantity": "39.5", "mileage": 10_020, "note": "corrected"}),
            ("maintenances", {"mileage": 11_120, "cost": euros("99.90")}),
            ("expenses", {"amount": euros("430.00")}),
        ):
            row = (await all_of(call.free, f"/api/{path}"))[-1]
            answer = await call.free.patch(f"/api/{path}/{row['id']}", json=said)
            assert answer.status_code == 200, answer.text
        await undone(call.free, ready["id"], run_jobs)
        after = await dump(admin_engine)
        for table, rows in before.items():
            assert after[table] == rows, table

    async def test_rows_that_were_deleted_are_no_hindrance(
        self, call: Callers, run_jobs: Any, admin_engine: Any
    ) -> None:
        before = await dump(admin_engine)
        costs = cost_line("Vidange", "2026-02-01", "11100", "1", "89.90")
        ready = await bring(call.free, fuelio(costs=costs))
        await applied(call.free, ready["id"], run_jobs)
        for path in ("fills", "maintenances"):
            row = (await all_of(call.free, f"/api/{path}"))[0]
            assert (await call.free.delete(f"/api/{path}/{row['id']}")).is_success
        found = await undone(call.free, ready["id"], run_jobs)
        assert found["state"] == "undone", found
        after = await dump(admin_engine)
        for table, rows in before.items():
            assert after[table] == rows, table


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
OWN_FILES = sorted(OWN.glob("*/own_*"))
HOSTILE: dict[str, tuple[bytes, str]] = {
    "an entity": (ENTITY, "markup"),
    "an archive of XML": (zipped(**{"vehicles.xml": ENTITY}), "zip_nothing_readable"),
    "a database": (b"SQLite format 3\x00" + bytes(80), "not_text"),
    "an archive in an archive": (zipped(**{"in.zip": zipped(a=b"x")}), "zip_nothing_readable"),
    "a path of Windows": (zipped(**{"C:\\a.csv": b"a,b\n1,2\n"}), "zip_path"),
    "an absolute path": (zipped(**{"__etc__passwd.csv": b"a,b\n1,2\n"}), "zip_path"),
    "a text of a megabyte in SQL": (
        b"INSERT INTO Vehicles VALUES ('" + b"x" * 1_048_576 + b"');\nINSERT INTO Fuel VALUES (1);\n",
        "cell_too_long",
    ),
    "a row of thousands in SQL": (
        b"INSERT INTO Vehicles VALUES (" + b"1," * 10_000 + b"1);\n",
        "too_many_cells",
    ),
}  # fmt: skip


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    async def test_one_clear_error_and_nothing_kept(
        self, call: Callers, admin_engine: Any, name: str
    ) -> None:
        content, reason = HOSTILE[name]
        answer = await send(call.free, content)
        problem = answer.json()
        assert answer.status_code == 422, answer.text
        assert reason in {problem["code"], problem.get("reason")}
        assert await kept(admin_engine) == 0

    @pytest.mark.parametrize("path", OWN_FILES, ids=lambda each: each.parent.name + each.stem)
    async def test_cut_in_the_middle_or_under_a_wrong_mark(self, call: Callers, path: Path) -> None:
        """Read as far as it goes, or refused with one reason; never a fault of ours, whatever is answered."""
        whole = await asyncio.to_thread(path.read_bytes)
        client = call.as_user(call.user_id(path.name), Plan.PREMIUM)
        cuts = (whole[: len(whole) // 2], whole[: len(whole) * 9 // 10], b"\xff\xfe" + whole)
        for content in (*cuts, b"\xfe\xff" + whole, whole.replace(b"\n", b"\r\r\n")):
            answer = await send(client, content, path.name)
            assert answer.status_code in {201, 422}, answer.text
            if answer.status_code == 422:
                assert answer.json()["code"] in {"file_not_taken", "format_unknown"}
                continue
            found = answer.json()
            assert (await client.delete(f"/api/imports/{found['id']}")).status_code == 204
