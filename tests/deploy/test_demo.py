"""The demo's own parts: its invoice, its record of the story, and where it finds another house."""

import argparse
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from deploy.local.demo.__main__ import arguments, elsewhere
from deploy.local.demo.chapters import due
from deploy.local.demo.invoice import LINES, Invoice, amount, as_pdf, as_photograph
from deploy.local.demo.person import CAR
from deploy.local.demo.story import StepFailedError, Story
from deploy.local.demo.world import code_in, wait_for

INVOICE = Invoice("F-2026-1107", date(2026, 11, 7), CAR, 45_210)


class TestInvoice:
    def test_adds_up(self) -> None:
        assert INVOICE.net == sum(amount(quantity, price) for _, quantity, price in LINES)
        assert INVOICE.total == INVOICE.net + INVOICE.tax == Decimal("154.86")

    def test_pdf_says_what_the_story_expects_to_read(self) -> None:
        document = pypdfium2.PdfDocument(as_pdf(INVOICE))
        text = document[0].get_textpage().get_text_range()
        for word in ("F-2026-1107", "07/11/2026", CAR.plate, CAR.vin, "45 210 km", "154,86"):
            assert word in text

    def test_photograph_is_a_page_in_a_picture(self) -> None:
        picture = Image.open(io.BytesIO(as_photograph(as_pdf(INVOICE))))
        assert picture.format == "JPEG"
        assert min(picture.size) > 1600

    @pytest.mark.parametrize("name", ["facture.pdf", "facture.jpg"])
    def test_samples_are_committed(self, name: str) -> None:
        samples = Path(__file__).parents[2] / "deploy" / "local" / "demo" / "samples"
        assert (samples / name).stat().st_size > 1000


class TestStory:
    def test_keeps_each_step_with_its_time_and_facts(self, tmp_path: Path) -> None:
        story = Story(tmp_path / "demo.json", {"gateway": "http://here"})
        with story.step("register", "Registers") as step:
            step.note("a line", user_id="1")
        story.end()
        record = json.loads(story.file.read_text())
        assert record["ok"] is True
        assert record["gateway"] == "http://here"
        first = record["steps"][0]
        assert first["name"] == "register"
        assert first["ok"] is True
        assert first["ms"] >= 0
        assert first["facts"] == {"user_id": "1"}

    def test_a_failed_step_is_recorded_and_ends_the_story(self, tmp_path: Path) -> None:
        story = Story(tmp_path / "demo.json", {})
        with pytest.raises(StepFailedError), story.step("pay", "Pays"):
            raise StepFailedError("the card was declined")
        record = json.loads(story.file.read_text())
        assert record["ok"] is False
        assert record["steps"][0]["problem"] == "the card was declined"

    def test_waiting_in_vain_says_for_what(self) -> None:
        with pytest.raises(StepFailedError, match="the mail did not happen"):
            wait_for(lambda: None, "the mail", seconds=0.01)


def test_code_is_six_digits_on_their_own() -> None:
    assert code_in({"Text": "Votre code : 042137. Il expire dans 10 minutes."}) == "042137"
    assert code_in({"Text": "Commande 20261107042137, 12 €"}) is None


def test_due_names_both_limits_and_the_range() -> None:
    plan = {
        "title": "Vidange",
        "due_mileage": 60_210,
        "due_on": "2027-11-07",
        "forecast": {"on": "2027-11-07", "earliest": "2027-10-03", "latest": "2027-11-07"},
    }
    assert due(plan) == (
        "Vidange: due at 60,210 km or 2027-11-07; forecast 2027-11-07 (2027-10-03 to 2027-11-07)"
    )


def test_another_houses_simulators_are_beside_its_gateway() -> None:
    chosen: argparse.Namespace = arguments().parse_args(
        ["--gateway", "http://10.0.0.5:8080/", "--clock", "http://10.0.0.5:999"]
    )
    assert elsewhere(chosen) == {
        "gateway": "http://10.0.0.5:8080",
        "mailbox": "http://10.0.0.5:8025",
        "stripe": "http://10.0.0.5:12111",
        "clock": "http://10.0.0.5:999",
    }
