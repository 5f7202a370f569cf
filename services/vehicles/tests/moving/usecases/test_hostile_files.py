"""A file that cannot be taken is refused with one clear error in the caller's language, and nothing of it is kept."""

import io
import json
import zipfile
import zlib
from typing import Any

import pytest
from sqlalchemy import func, select, text

from services.vehicles.storage.moving.models import ImportPart, ImportRow, VehicleImport
from services.vehicles.tests.moving.factories import FILLS, bring, fuelio, send
from shared.contracts.base import Language
from shared.contracts.features import Plan
from shared.testing.client import Callers


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "bytes": (bytes(range(256)) * 40, "not_text"),
    "10,000 columns": (b",".join(b"c%d" % n for n in range(10_000)) + b"\n", "too_many_cells"),
    "a cell of a megabyte": (b'a,b\n"' + b"x" * 1_048_576 + b'",1\n', "cell_too_long"),
    "a zip bomb": (zipped(a=b"0" * 15_000_000), "zip_bomb"),
    "a zip that reaches outside": (
        zipped(**{"..__..__etc__passwd.csv": b"a,b\n1,2\n"}),
        "zip_path",
    ),
    "many files": (zipped(**{f"f{n}.csv": b"a,b\n" for n in range(30)}), "zip_too_many"),
    "half a zip": (zipped(a=b"a,b\n1,2\n" * 999)[:60], "zip_broken"),
    "a workbook": (zipped(**{"[Content_Types].xml": b"<x/>"}), "workbook"),
    "half a JSON": (b'{"version": "1", "data": {"vehicles": [', "json_broken"),
    "deep JSON": (b"[" * 200_000 + b"]" * 200_000, "json_too_deep"),
    "a wrong mark": (b"\xff\xfe" + b"Data,Odo (km)\n" * 3, "wrong_encoding"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_one_clear_error_and_nothing_kept(
    call: Callers, admin_engine: Any, name: str
) -> None:
    content, reason = HOSTILE[name]
    details = set()
    for language in Language:
        client = call.as_user(call.user_id("hostile"), Plan.FREE, language=language)
        answer = await send(client, content)
        problem = answer.json()
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert (problem["code"], problem["reason"]) == ("file_not_taken", reason)
        details.add(problem["detail"])
    assert len(details) == len(Language)
    assert await kept(admin_engine) == 0


async def kept(engine: Any) -> int:
    async with engine.connect() as connection:
        found = 0
        for model in (VehicleImport, ImportPart, ImportRow):
            found += (
                await connection.execute(select(func.count()).select_from(model))
            ).scalar_one()
        return found


class TestForms:
    async def test_more_than_twenty_megabytes(self, call: Callers) -> None:
        answer = await send(call.free, b"a,b\n" * 5_300_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"", "multipart/form-data; boundary=b"),
            (b"--b\r\nnonsense", "multipart/form-data; boundary=b"),
            (b"--b--\r\n", "multipart/form-data; boundary=b"),
            (b"a=b", "application/x-www-form-urlencoded"),
            (b"{}", "application/json"),
            (b"--b\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"),
        ],
    )
    async def test_no_form_with_a_file(self, call: Callers, body: bytes, kind: str) -> None:
        answer = await call.free.post("/api/imports", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (422, "upload_malformed")

    async def test_fields_nobody_knows(self, call: Callers) -> None:
        answer = await send(call.free, fuelio(), colour="red")
        assert (answer.status_code, answer.json()["code"]) == (422, "upload_malformed")
        answer = await send(call.free, fuelio(), encoding="ebcdic")
        assert (answer.status_code, answer.json()["code"]) == (422, "answer_unknown")
        answer = await send(call.free, fuelio(), vehicle="none")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    async def test_prose_is_no_format(self, call: Callers) -> None:
        answer = await send(call.free, "Dear friends\nI drove to Lyon.\n")
        assert (answer.status_code, answer.json()["code"]) == (422, "format_unknown")


class TestCells:
    async def test_formulas_stay_text_and_nuls_are_refused(self, call: Callers) -> None:
        row = '"2026-03-01","12000","30","1","50","","","","=1+1","@SUM(A1)","0","1","110","","0","0",""\n'
        found = await bring(call.free, fuelio(fills=(*FILLS, row)))
        rows = (await call.free.get(f"/api/imports/{found['id']}/rows")).json()["results"]
        assert (rows[-1]["found"]["station"], rows[-1]["found"]["note"]) == ("=1+1", "@SUM(A1)")
        answer = await send(call.free, fuelio().replace("Total", "To\x00tal"))
        assert answer.json()["reason"] == "not_text"

    async def test_huge_numbers_are_bad_rows(self, call: Callers) -> None:
        fills = (
            ("2026-03-01", "99999999999", "30", "50"),
            ("2026-03-02", "12000", "999999999", "50"),
            ("2026-03-03", "12000", "30", "99999999999999"),
            ("2026-03-04", "12000", "-30", "50"),
        )
        found = await bring(call.free, fuelio(fills=fills))
        assert found["counts"]["bad"] == 4


SECRETS = ("$2b$10$abcdefghijklmnopqrstuuu", "s3ss10n-t0k3n-of-somebody")


class TestSecrets:
    async def test_nothing_secret_of_a_backup_is_kept(
        self, call: Callers, admin_engine: Any
    ) -> None:
        """Tracktor's file holds password hashes and living sessions."""
        backup = {
            "version": "1.4.1",
            "timestamp": "2026-01-01T00:00:00Z",
            "encrypted": False,
            "data": {
                "vehicles": [{"id": "1", "make": "Renault", "model": "Clio", "year": 2015}],
                "fuelLogs": [],
                "maintenanceLogs": [],
                "insurances": [],
                "puccs": [],
                "configs": [{"key": "currency", "value": "EUR"}],
                "users": [{"id": "9", "username": "me", "passwordHash": SECRETS[0]}],
                "sessions": [{"id": SECRETS[1], "token": SECRETS[1], "userId": "9"}],
            },
        }
        answer = await send(call.free, json.dumps(backup), "backup.json")
        assert answer.status_code == 201, answer.text
        assert answer.json()["format"] == "tracktor"
        async with admin_engine.connect() as connection:
            whole = str(await everything(connection))
        for secret in SECRETS:
            assert secret not in whole

    async def test_nor_of_a_dump(self, call: Callers, admin_engine: Any) -> None:
        dump = (
            "CREATE TABLE `Users` (`id` char(36), `username` text, `password` text, `fuelUnits` text);\n"
            "INSERT INTO `Users` VALUES ('0b7a8a52-1111-4222-8333-444455556666','me@example.org','hunter2!x','litres');\n"
            f"INSERT INTO `Sessions` VALUES ('{SECRETS[1]}');\n"
            "INSERT INTO `Vehicles` VALUES ('1b7a8a52-1111-4222-8333-444455556666','0b7a8a52-1111-4222-8333-444455556666',"
            "'Clio','AB-123-CD','Renault','Clio',NULL,2015,NULL,1200,'petrol');\n"
        )
        await send(call.free, dump, "dump.sql")
        async with admin_engine.connect() as connection:
            whole = str(await everything(connection))
        for secret in ("hunter2!x", "me@example.org", SECRETS[1]):
            assert secret not in whole


async def everything(connection: Any) -> list[str]:
    parts = (await connection.execute(select(ImportPart.content))).scalars().all()
    rows = (
        await connection.execute(text("SELECT to_jsonb(r)::text FROM import_row AS r"))
    ).scalars()
    whole = (
        await connection.execute(text("SELECT to_jsonb(i)::text FROM vehicle_import AS i"))
    ).scalars()
    return [*(zlib.decompress(each).decode() for each in parts), *rows, *whole]
