"""Receipts on their real way: filed with documents, asked for by vehicles, merged into the buyer's PDF and held by the passport."""

import io
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from services.documents.tests import hostile
from services.vehicles.domain.moving.bundles import verdict_of
from services.vehicles.domain.moving.passport import bytes_of
from tests.flows.house import NOTICED_SECONDS, FlowHouse
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]


def photo(shade: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1800, 2600), 20 + shade).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def attached(owner: Person, car: str, *contents: bytes) -> list[str]:
    """Filed, and each in a record of the car once vehicles has heard of it."""
    found, until = [], time.monotonic() + 60
    for content in contents:
        sample = "ticket.pdf" if content.startswith(b"%PDF") else "ticket.jpg"
        paper = owner.upload(sample, content)
        body = {
            "vehicle": car,
            "service_date": "2026-01-15",
            "service_type": "oil_change",
            "cost": {"amount": "89.90", "currency": "EUR"},
            "documents": [paper],
        }
        while owner.api.post("/api/maintenances", json=body).status_code != 201:
            assert time.monotonic() < until, "vehicles has not heard of the paper"
            time.sleep(0.1)
        found.append(paper)
    return found


def asked(owner: Person, car: str, form: str) -> dict[str, Any]:
    answer = owner.api.post("/api/car-exports", json={"vehicle": car, "format": form})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def made(owner: Person, export: str) -> tuple[dict[str, Any], bytes]:
    def ready() -> dict[str, Any] | None:
        found: dict[str, Any] = owner.api.get(f"/api/car-exports/{export}").json()
        assert found["state"] != "failed", found
        return found if found["state"] == "ready" else None

    found = eventually(ready, "the file", 90)
    assert found is not None
    return found, owner.api.get(found["file"]).content


class TestReceipts:
    def test_come_into_the_pdf_and_into_the_passport(self, person: NewPerson) -> None:
        claire = person()
        car = claire.add_car()["id"]
        *_, locked = attached(
            claire, car, hostile.INVOICE.read_bytes(), photo(1), hostile.locked("x")
        )
        export = asked(claire, car, "pdf")
        assert export["state"] == "collecting"
        found, file = made(claire, export["id"])
        assert (found["receipts_in_it"], found["receipts_left_out"]) == (2, 1)
        assert found["missing"] == [{"document": locked, "problem": "locked"}]
        pages = pypdfium2.PdfDocument(file)
        text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
        assert "non jointe : protégée par un mot de passe" in " ".join(text.split())
        assert "189,90" in text  # of the invoice itself: the records say 89,90
        with pikepdf.open(io.BytesIO(file)) as pdf, pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        _, bundle = made(claire, asked(claire, car, "passport")["id"])
        key = claire.api.get("/api/passports/key").json()["public_key"]
        verdict = verdict_of(bundle, key=bytes_of(key))
        assert (verdict.problems, verdict.papers) == ((), 2)

    def test_while_documents_is_away_the_file_waits_and_is_made_without(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        paul = person("Paul")
        car = paul.add_car()["id"]
        [ticket] = attached(paul, car, photo(2))
        house.kill("documents")
        try:
            export = asked(paul, car, "pdf")
            time.sleep(2)
            state = paul.api.get(f"/api/car-exports/{export['id']}").json()["state"]
            assert state == "collecting"
            house.advance(timedelta(minutes=11))
            time.sleep(NOTICED_SECONDS)
            paul.sign_in()  # the token has had its minutes
            found, _ = made(paul, export["id"])
            assert found["missing"] == [{"document": ticket, "problem": "not_in_time"}]
        finally:
            house.start("documents")
        again, _ = made(paul, asked(paul, car, "pdf")["id"])
        assert (again["receipts_in_it"], again["missing"]) == (1, [])
