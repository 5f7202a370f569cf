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

from deploy.local.demo import receipt
from deploy.local.demo.__main__ import arguments, elsewhere
from deploy.local.demo.chapters import due
from deploy.local.demo.fills import at_the_pump, ratio
from deploy.local.demo.invoice import LINES, Invoice, amount, as_pdf, as_photograph
from deploy.local.demo.later import MOST, further, gist
from deploy.local.demo.person import CAR
from deploy.local.demo.story import StepFailedError, Story
from deploy.local.demo.typo import moved
from deploy.local.demo.world import code_in, token_in, wait_for

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


class TestTicket:
    def test_is_a_small_picture(self) -> None:
        content = receipt.as_photograph(Decimal("9.00"), Decimal("1.80"))
        assert Image.open(io.BytesIO(content)).format == "JPEG"
        assert len(content) < 40_000

    def test_two_tickets_are_two_documents(self) -> None:
        price = Decimal("1.80")
        tickets = {receipt.as_photograph(Decimal(litres), price) for litres in ("9.00", "9.10")}
        assert len(tickets) == 2

    def test_adds_up(self) -> None:
        assert receipt.total(Decimal("16.20"), Decimal("1.80")) == Decimal("29.16")


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

    def test_counts_what_is_read_without_signs_and_addresses(self, tmp_path: Path) -> None:
        story = Story(tmp_path / "demo.json", {})
        story.chapter("6  At the pump")
        with story.step("fill", "Types in a fill") as step:
            step.note("39 l / 600 km = 6.50 l/100 km")
            step.note("")
            step.link("http://127.0.0.1:8025/view/1.html")
        story.end()
        assert json.loads(story.file.read_text())["words"] == 4 + 4 + 7

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


def test_due_on_a_certain_day_says_it_once() -> None:
    plan = {
        "title": "Vidange",
        "due_mileage": None,
        "due_on": "2027-11-07",
        "forecast": {"on": "2027-11-07", "earliest": "2027-11-07", "latest": "2027-11-07"},
    }
    assert due(plan) == "Vidange: due at 2027-11-07"


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_an_invitations_token_stands_on_a_line_of_its_own(end: str) -> None:
    token = "M7VTHKVifYIhiUU9X9pmsm1-Kin6zvRAi3DeG4zbv9Y"
    text = f"Ou donnez ce code dans l’application :{end or ' '}{end}{end}"
    assert token_in({"Text": f"{text}\n{token}{end}"}) == token


def test_no_other_mail_has_an_invitations_token() -> None:
    assert (
        token_in({"Text": "Votre code : 042137\nhttp://127.0.0.1/view/0123456789abcdef.html"})
        is None
    )


def test_a_fill_tells_what_it_closed_to_whom_may_know() -> None:
    fill = {"quantity": "9.000", "mileage": 45_900, "odometer": {"status": "ACCEPTED"}}
    closed = {"sums": {"used": 9.0, "distance": 100.0, "consumption": 9.0}}
    assert at_the_pump({"fill": fill, "closed": None}) == "9.00 l at 45,900 km: accepted"
    told = at_the_pump({"fill": fill, "closed": closed})
    assert told == "9.00 l at 45,900 km: accepted; 9.00 l/100 km since the last full tank"


def test_a_ratio_without_distance_is_none() -> None:
    assert ratio({"used": 39.0, "distance": 600.0, "consumption": 6.5}) == (
        "39 l / 600 km = 6.50 l/100 km"
    )
    assert ratio({"used": 0.0, "distance": 0.0, "consumption": None}) == "0 l / 0 km"


def test_a_forecast_that_stays_is_not_told() -> None:
    by_time = {"forecast": {"on": "2027-11-15", "by": "time"}}
    by_distance = {"forecast": {"on": "2027-07-25", "by": "distance"}}
    assert moved(by_time, by_time) == ""
    assert moved(by_time, by_distance) == ("forecast 2027-11-15 by time → 2027-07-25 by distance")


def test_a_long_answer_is_told_by_its_beginning() -> None:
    assert gist("Faites vérifier les freins.") == "Faites vérifier les freins."
    assert gist("mot " * 100, 20) == "mot mot mot mot …"
    assert [further(range(MOST + more)) for more in (-1, 0, 2)] == ["", "", "… and 2 more"]


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
