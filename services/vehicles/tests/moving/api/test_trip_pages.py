"""A year's trips on pages, opened by a real reader of PDFs, beside the table of the same year."""

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pikepdf
import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_vehicle, read_odometer
from services.vehicles.tests.moving.api.test_history import elements_of, text_of
from services.vehicles.tests.moving.exported import exported, make_export
from services.vehicles.tests.running.api.test_trips import drive
from services.vehicles.tests.sharing import as_person, share
from shared.contracts.base import Language
from shared.testing.client import Callers

PATH = "/api/car-exports"
FACES = {
    Language.FR: ("Relevé des trajets 2025", "Trajet par trajet", "1 310,7 km", "833,61 €"),
    Language.EN: ("Statement of trips 2025", "Trip by trip", "1,310.7 km", "€833.61"),
    Language.ES: ("Relación de trayectos 2025", "Trayecto a trayecto", "1.310,7 km", "833,61 €"),
}
SOURCES = {
    Language.FR: "Source vérifiée le 30 nov. 2026",
    Language.EN: "Source checked on 30 Nov 2026",
    Language.ES: "Fuente comprobada el 30 nov 2026",
}


async def a_year(call: Callers) -> str:
    car: str = (await make_vehicle(call.standard, country="FR", license_plate="AA-111-AA"))["id"]
    await read_odometer(call.standard, car, 10_000, "2025-01-01")
    await read_odometer(call.standard, car, 14_000, "2025-12-20")
    for month in range(1, 11):
        await drive(call.standard, car, day=f"2025-{month:02}-03", distance=131 - month % 2 * 2)
    await drive(call.standard, car, day="2025-12-01", distance=10.7)
    ends = {"start_mileage": 12_000, "end_mileage": 12_040, "from_place": "Lyon"}
    await drive(call.standard, car, day="2025-07-01", business=False, purpose="Vacances 🏖", **ends)
    await drive(call.standard, car, day="2024-12-31", purpose="Avant", distance=999)
    return car


class TestPages:
    @pytest.mark.slow
    @pytest.mark.parametrize("language", Language)
    async def test_speak_their_readers_language_and_say_each_source(
        self, call: Callers, run_jobs: Any, language: Language
    ) -> None:
        car = await a_year(call)
        said = {"vehicle": car, "year": 2025, "fiscal_power": 5, "language": language.value}
        file = await exported(call.standard, run_jobs, "trips", **said)
        text = text_of(file)
        words = (*FACES[language], SOURCES[language], "Arrêté du 27 mars 2023", "Client à Lyon")
        for word in (*words, "service-public.fr", "AA-111-AA", "Vacances"):
            assert word in text, (word, text)
        for word in ("Avant", "🏖", "999"):
            assert word not in text
        with pikepdf.open(io.BytesIO(file)) as pdf:
            assert str(pdf.Root.Lang) == language.value
            assert pdf.Root.MarkInfo.Marked
            assert pdf.docinfo["/Title"] == f"{FACES[language][0]} – Peugeot 308"
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
        assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD"} <= {
            kind for kind, _ in elements_of(file)
        }

    @pytest.mark.slow
    async def test_sum_up_as_the_table_does_to_the_cent(self, call: Callers, run_jobs: Any) -> None:
        car = await a_year(call)
        said = {"vehicle": car, "year": 2025, "fiscal_power": 5, "language": "en"}
        text = text_of(await exported(call.standard, run_jobs, "trips", **said))
        query = f"/api/trips/statement?vehicle={car}&year=2025&fiscal_power=5&format=csv"
        rows = list(csv.reader(io.StringIO((await call.standard.get(query)).text)))
        total, _ = rows[-1][5].split()
        assert f"€{Decimal(total):,.2f}" in text
        business, private = rows[-3], rows[-2]
        for row in (business, private):
            assert f"{Decimal(row[3]):,.1f} km" in text
        months = re.findall(r"Total ([\d,.]+) km", text)
        whole = sum(Decimal(each.replace(",", "")) for each in months)
        assert whole == Decimal(business[3]) + Decimal(private[3])
        assert rows[-1][6:9] == [
            "Arrêté du 27 mars 2023 (barème kilométrique); BOI-BAREME-000001",
            "2023-01-01",
            "2026-12-31",
        ]
        assert "service-public.fr" in rows[-1][9]
        assert "2026-11-30" in rows[-1][9]

    @pytest.mark.slow
    async def test_say_what_they_do_not_know(self, call: Callers, run_jobs: Any) -> None:
        car = await a_year(call)
        said = {"vehicle": car, "year": 2025, "language": "en"}
        text = text_of(await exported(call.standard, run_jobs, "trips", **said))
        assert "no amount is worked out" in text
        assert "€" not in text
        assert "What no trip explains" in text
        text = text_of(await exported(call.standard, run_jobs, "trips", country="GB", **said))
        assert "covered by no scale that AutoTrack knows: 1,310.7 km" in text
        text = text_of(await exported(call.standard, run_jobs, "trips", **said | {"year": 2020}))
        assert "No trip was written down" in text

    @pytest.mark.slow
    async def test_without_costs_they_count_for_nothing(self, call: Callers, run_jobs: Any) -> None:
        car = await a_year(call)
        said = {"vehicle": car, "year": 2025, "fiscal_power": 5, "costs": False, "language": "en"}
        text = text_of(await exported(call.standard, run_jobs, "trips", **said))
        assert "1,310.7 km" in text
        assert "€" not in text

    @pytest.mark.slow
    async def test_a_driver_states_their_own(
        self, call: Callers, run_jobs: Any, open_work: Any
    ) -> None:
        car = await a_year(call)
        await share(open_work, car, "driver", Role.DRIVER)
        driver = as_person(call, "driver")
        await drive(driver, car, distance=12, purpose="Course")
        said = {"vehicle": car, "year": 2025, "fiscal_power": 5, "language": "en"}
        text = text_of(await exported(driver, run_jobs, "trips", **said))
        assert "Course" in text
        assert "Only trips written down by the person" in text
        for word in ("Client", "Vacances", "What no trip explains"):
            assert word not in text, word


class TestAsking:
    async def test_needs_a_car_and_a_year(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for said, code in (
            ({"year": 2025}, "export_needs_car"),
            ({"vehicle": car}, "export_needs_year"),
            ({"vehicle": car, "year": 1}, "invalid_input"),
            ({"vehicle": car, "year": 2025, "country": "fr"}, "invalid_input"),
            ({"vehicle": car, "year": 2025, "fiscal_power": 0}, "invalid_input"),
        ):
            refused = await call.standard.post(PATH, json={"format": "trips"} | said)
            assert (refused.status_code, refused.json()["code"]) == (422, code), said

    async def test_says_what_was_asked(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        asked = {"vehicle": car, "year": 2025, "country": "ES", "fiscal_power": 5}
        made = await make_export(call.standard, "trips", **asked)
        assert [made[name] for name in asked] == list(asked.values())
        assert made["receipts"] is False
        other = await make_export(call.standard, "pdf", **asked)
        assert (other["year"], other["country"], other["fiscal_power"]) == (None, None, None)

    async def test_of_nobody_elses_car(self, call: Callers) -> None:
        car = (await make_vehicle(call.other))["id"]
        body = {"format": "trips", "vehicle": car, "year": 2025}
        assert (await call.standard.post(PATH, json=body)).status_code == 404
