"""A printed history, opened by a real reader of PDFs."""

import io
from itertools import takewhile
from typing import Any

import pikepdf
import pypdfium2
import pytest

from services.vehicles.tests.factories import make_record, make_vehicle, read_odometer
from services.vehicles.tests.moving.exported import exported
from services.vehicles.tests.running.factories import euros, fill_up, make_expense
from shared.contracts.base import Language
from shared.testing.client import Callers

pytestmark = pytest.mark.slow
FACES = {
    Language.FR: ("Historique du véhicule", "Chronologie", "Coûts", "189,90 €"),
    Language.EN: ("Vehicle history", "Timeline", "Costs", "€189.90"),
    Language.ES: ("Historial del vehículo", "Cronología", "Costes", "189,90 €"),
}


def text_of(file: bytes) -> str:
    pages = pypdfium2.PdfDocument(file)
    whole = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return " ".join(whole.replace("\u202f", " ").replace("\xa0", " ").split())


def elements_of(file: bytes) -> list[Any]:
    """Of the structure that a screen reader follows."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        found = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
        return [
            (str(each.S), str(each.get("/Alt", "")))
            for each in found
            if each.get("/Type") == "/StructElem"
            or ("/S" in each and "/P" in each and "/K" in each)
        ]


async def a_long_life(call: Callers) -> str:
    car: str = (
        await make_vehicle(call.standard, license_plate="AA-111-AA", vin="VF3LBHZTXHS123456")
    )["id"]
    await read_odometer(call.standard, car, 1_000, "2024-01-01")
    for month in range(1, 7):
        await fill_up(
            call.standard, car, day=f"2025-0{month}-10", mileage=10_000 + month * 600, quantity="36"
        )
    await make_record(
        call.standard,
        car,
        cost=euros("189.90"),
        garage="Garage du Parc",
        description="<b>fett</b> & co\nשלום 🚗, Anticonstitutionnellementdysfonctionnel",
        mileage=20_000,
    )
    await make_expense(call.standard, car, title="Gare de Lyon")
    return car


@pytest.mark.parametrize("language", Language)
async def test_speaks_its_readers_language(
    call: Callers, run_jobs: Any, language: Language
) -> None:
    car = await a_long_life(call)
    file = await exported(call.standard, run_jobs, "pdf", vehicle=car, language=language.value)
    text = text_of(file)
    for word in (
        *FACES[language],
        "Peugeot 308",
        "AA-111-AA",
        "Garage du Parc",
        "<b>fett</b> & co",
        "Anticonstitutionnellementdysfonctionnel",
    ):
        assert word in text, word
    assert "🚗" not in text
    if language is not Language.FR:
        assert " : " not in text
    with pikepdf.open(io.BytesIO(file)) as pdf:
        assert str(pdf.Root.Lang) == language.value
        assert pdf.Root.MarkInfo.Marked
        assert pdf.docinfo["/Title"] == f"{FACES[language][0]} – Peugeot 308"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        links = [each for page in pdf.pages for each in page.get("/Annots", [])]
        assert {str(each.Contents) for each in links} >= set(FACES[language][1:3])
    contents = pypdfium2.PdfDocument(file)[1].get_textpage().get_text_bounded().splitlines()
    told = list(takewhile(str.isdigit, contents))  # what stands at the right is drawn first
    assert len(told) == len({str(each.Contents) for each in links}), (
        "the page of each chapter, one with an accent too"
    )
    elements = elements_of(file)
    kinds = {kind for kind, _ in elements}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    pictures = [alt for kind, alt in elements if kind == "/Figure"]
    assert pictures
    assert all(pictures), "each chart says what it shows"


async def test_without_costs_it_tells_none(call: Callers, run_jobs: Any) -> None:
    car = await a_long_life(call)
    file = await exported(call.standard, run_jobs, "pdf", vehicle=car, costs=False, language="en")
    text = text_of(file)
    assert "Timeline" in text
    assert "Maintenance, mileage and consumption, written" in text
    for word in ("189.90", "Costs", "€", "Gare de Lyon"):
        assert word not in text, word


async def test_of_a_car_of_which_nothing_is_known(call: Callers, run_jobs: Any) -> None:
    car = (await make_vehicle(call.standard, make="=X" * 40, model="ش" * 60))["id"]
    text = text_of(await exported(call.standard, run_jobs, "pdf", vehicle=car, language="en"))
    assert "Nothing has been written down" in text


async def test_a_table_that_goes_on_repeats_its_heads_and_a_heading_never_stands_alone(
    call: Callers, run_jobs: Any
) -> None:
    car = (await make_vehicle(call.standard))["id"]
    for month in range(1, 13):
        for day in range(10, 28, 3):
            said = {"service_date": f"2024-{month:02}-{day}", "garage": "Garage du Parc"}
            await make_record(call.standard, car, description="Contrôle\nde tout\nle reste", **said)
    file = await exported(call.standard, run_jobs, "pdf", vehicle=car, language="en")
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file)]
    rows = [page for page in pages if page.count("Garage du Parc") > 1]
    assert len(rows) > 3
    for page in rows:
        assert "What was done" in page
    for page in pages:
        body = [line.strip() for line in page.splitlines() if line.strip()]
        foot = [line for line in body if "/" in line or "Peugeot" in line]
        last = next(line for line in reversed(body) if line not in foot)
        assert last not in {"Timeline", "Costs", "Mileage", "2024"}, last
