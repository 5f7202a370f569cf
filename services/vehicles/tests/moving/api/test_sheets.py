import csv
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_record, make_vehicle
from services.vehicles.tests.running.factories import euros
from services.vehicles.tests.sharing import as_person, share
from shared.contracts.base import Language
from shared.testing.client import Callers

PATH = "/api/maintenances/export"
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RUN = ['=HYPERLINK("http://evil.example","x")', "+1+1", "-1+1", "@SUM(A1)"]


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def cells_of(workbook: bytes) -> list[list[tuple[str, str]]]:
    """Kind and text of each cell that is there, row by row, as the file says them."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as bundle:
        assert bundle.testzip() is None
        sheet = ET.fromstring(bundle.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
        shared = ET.fromstring(bundle.read("xl/sharedStrings.xml"))  # noqa: S314 - our own
    texts = ["".join(each.itertext()) for each in shared.iter(f"{SPACE}si")]
    found = []
    for row in sheet.iter(f"{SPACE}row"):
        cells = []
        for cell in row.iter(f"{SPACE}c"):
            assert cell.find(f"{SPACE}f") is None, "a formula"
            value = cell.findtext(f"{SPACE}v") or ""
            kind = cell.get("t", "n")
            cells.append((kind, texts[int(value)] if kind == "s" else value))
        found.append(cells)
    return found


class TestCsv:
    async def test_headers_speak_the_callers_language(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, license_plate="AA-111-AA"))["id"]
        await make_record(call.standard, car, cost=euros("189.90"), garage="Chez nous", mileage=5)
        heads = {}
        for language in ("fr", "en", "es"):
            reader = call.as_user(call.user_id("standard"), language=Language(language))
            answer = await reader.get(f"{PATH}?format=csv")
            assert answer.headers["content-type"] == "text/csv; charset=utf-8"
            heads[language] = rows_of(answer.content)
        assert heads["fr"][0][:4] == ["Date", "Véhicule", "Immatriculation", "Travaux"]
        assert heads["en"][0][:4] == ["Date", "Vehicle", "Registration", "Work"]
        assert heads["es"][0][:4] == ["Fecha", "Vehículo", "Matrícula", "Trabajos"]
        row = dict(zip(heads["en"][0], heads["en"][1], strict=True))
        assert (row["Date"], row["Vehicle"], row["Amount with tax"]) == (
            "2026-01-15",
            "Peugeot 308",
            "189.90",
        )
        assert (row["Odometer"], row["Unit"], row["Status"]) == ("5", "km", "Done")

    async def test_is_a_file_nobody_keeps(self, call: Callers) -> None:
        answer = await call.standard.get(f"{PATH}?format=csv")
        said = answer.headers["content-disposition"]
        assert re.fullmatch(r'attachment; filename="autotrack-\w+-[\d-]+\.csv"; .*', said)
        assert answer.headers["cache-control"] == "private, no-store"
        assert len(rows_of(answer.content)) == 1, "no records: the headers alone"

    async def test_a_period_narrows_it_and_the_trash_is_not_in_it(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for day in ("2025-12-31", "2026-01-15", "2026-02-01"):
            await make_record(call.standard, car, service_date=day)
        gone = await make_record(call.standard, car, service_date="2026-01-20")
        await call.standard.delete(f"/api/maintenances/{gone['id']}")
        answer = await call.standard.get(f"{PATH}?format=csv&from=2026-01-01&to=2026-01-31")
        assert [row[0] for row in rows_of(answer.content)[1:]] == ["2026-01-15"]


@pytest.mark.parametrize("text", RUN)
class TestWhatBeginsAsAFormula:
    async def test_is_text_in_a_csv(self, call: Callers, text: str) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, car, garage=text, description=f"  {text}")
        answer = await call.standard.get(f"{PATH}?format=csv")
        cells = rows_of(answer.content)[1]
        assert f"'{text}" in cells
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]

    async def test_is_text_in_a_workbook(self, call: Callers, text: str) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, car, garage=text, cost=euros("12.30"))
        answer = await call.standard.get(f"{PATH}?format=xlsx")
        heads, cells = cells_of(answer.content)
        assert ("s", f"'{text}") in cells
        assert ("n", "12.3") in cells or ("n", "12.30") in cells, "money is a number"
        assert all(kind == "s" for kind, _ in heads)


async def test_any_words_are_written(call: Callers) -> None:
    car = (await make_vehicle(call.standard))["id"]
    words = "שלום 🚗 \u202egnp\n" + "ü" * 9_900
    await make_record(call.standard, car, description=words)
    rows = rows_of((await call.standard.get(f"{PATH}?format=csv")).content)
    assert words in rows[1]
    assert cells_of((await call.standard.get(PATH)).content)


async def test_a_refund_is_a_number_below_zero(call: Callers) -> None:
    car = (await make_vehicle(call.standard))["id"]
    await make_record(call.standard, car, kind="refund", cost=euros("-12.50"))
    rows = rows_of((await call.standard.get(f"{PATH}?format=csv")).content)
    assert "-12.50" in rows[1]


class TestWho:
    async def test_takes_of_shared_cars_what_their_role_may(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await make_record(call.standard, car)
        for role in (Role.MANAGER, Role.EDITOR, Role.DRIVER, Role.VIEWER):
            await share(open_work, car, role.value, role)
            member = as_person(call, role.value)
            rows = rows_of((await member.get(f"{PATH}?format=csv")).content)
            one = await member.get(f"{PATH}?format=csv&vehicle={car}")
            may = role in {Role.MANAGER, Role.EDITOR}
            assert (len(rows) == 2, one.status_code) == (may, 200 if may else 403), role
        assert (await call.other.get(f"{PATH}?vehicle={car}")).status_code == 404

    async def test_hostile_questions_are_refused(self, call: Callers) -> None:
        for query in ("format=exe", "vehicle=x", "from=2026-02-30", "to=1"):
            assert (await call.standard.get(f"{PATH}?{query}")).status_code == 422, query
