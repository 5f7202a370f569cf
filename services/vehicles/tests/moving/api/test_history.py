"""A printed history, opened by a real reader of PDFs."""

import io
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
        description="<b>fett</b> & co\nשלום 🚗",
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
    ):
        assert word in text, word
    with pikepdf.open(io.BytesIO(file)) as pdf:
        assert str(pdf.Root.Lang) == language.value
        assert pdf.Root.MarkInfo.Marked
        assert pdf.docinfo["/Title"] == f"{FACES[language][0]} – Peugeot 308"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
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
    for word in ("189.90", "Costs", "€", "Gare de Lyon"):
        assert word not in text, word


async def test_of_a_car_of_which_nothing_is_known(call: Callers, run_jobs: Any) -> None:
    car = (await make_vehicle(call.standard, make="=X" * 40, model="ش" * 60))["id"]
    text = text_of(await exported(call.standard, run_jobs, "pdf", vehicle=car, language="en"))
    assert "Nothing has been written down" in text
