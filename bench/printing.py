"""A buyer's PDF of 300 records, first by itself and then with 40 receipts: how long the worker makes it, and how long /livez of the same
program takes to answer meanwhile. The receipts are photographs and PDFs that lie in documents, and come from there.
"""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from bench.house import House
from bench.table import Row

RECORDS, RECEIPTS = 300, 40
AIM_SECONDS = 20.0
AIM_LIVEZ = 250.0
PHOTOGRAPH = (3024, 4032)
"""Twelve million points, as a telephone takes it."""
POLLED_EACH = 0.02
LONGEST = 300.0


def measure(house: House) -> list[Row]:
    user_id, _ = house.new_person()
    [car] = house.give_cars(user_id, 1)
    owner = _Owner(house, user_id, car)
    owner.write_records(owner.file_receipts())
    bare = owner.printed(receipts=False)
    full = owner.printed(receipts=True)
    if full.receipts != RECEIPTS:
        raise RuntimeError(f"{full.receipts} receipts are in it, {full.missing} are not")
    verdict = "quick" if full.making <= AIM_SECONDS else "TOO SLOW"
    answered = "answers" if full.livez <= AIM_LIVEZ else "TOO SLOW"
    return [
        Row(
            f"PDF of {RECORDS} records with {RECEIPTS} receipts, made in the worker",
            f"{full.making:.1f} s, {full.mebibytes:.1f} MiB",
            f"without receipts: {bare.making:.1f} s, {bare.mebibytes:.1f} MiB",
            f"{verdict} (aim {AIM_SECONDS:.0f} s)",
        ),
        Row(
            "from asking for it, with the receipts' way from documents",
            f"{full.whole:.1f} s",
            f"without receipts: {bare.whole:.1f} s",
        ),
        Row(
            "slowest /livez of vehicles meanwhile",
            f"{full.livez:.0f} ms of {full.polls:,} polls",
            f"without receipts: {bare.livez:.0f} ms",
            f"{answered} (aim {AIM_LIVEZ:.0f} ms)",
        ),
    ]


class _Printed:
    making = whole = livez = mebibytes = 0.0
    polls = receipts = 0
    missing: tuple[str, ...] = ()


class _Owner:
    def __init__(self, house: House, user_id: UUID, car: str) -> None:
        self._house, self._user_id, self._car = house, user_id, car

    def _ask(self, service: str, method: str, path: str, **said: Any) -> Any:
        headers = self._house.identity(service, self._user_id, ask=f"{method} {path}")
        with httpx2.Client(
            base_url=self._house.url(service), timeout=60, trust_env=False
        ) as client:
            answer = client.request(method, path, headers=headers, **said)
        answer.raise_for_status()
        return answer.json()

    def file_receipts(self) -> list[str]:
        """Once they are read: nothing else is at work then."""
        found = []
        for number in range(RECEIPTS):
            kind = "pdf" if number % 2 else "jpeg"
            content = a_pdf(number) if kind == "pdf" else a_photograph(number)
            files = {"file": (f"ticket-{number}.{kind}", content, "application/octet-stream")}
            made = self._ask("documents", "POST", "/api/documents", files=files)
            found.append(str(made["id"]))
        until = time.monotonic() + LONGEST
        path = "/api/documents?page_size=100"
        while any(
            each["status"] in {"queued", "reading"}
            for each in self._ask("documents", "GET", path)["results"]
        ):
            if time.monotonic() > until:
                raise RuntimeError("the receipts are still being read")
            time.sleep(1)
        return found

    def write_records(self, receipts: list[str]) -> None:
        for number in range(RECORDS):
            body = {
                "vehicle": self._car,
                "service_date": str(date(2026, 6, 1) - timedelta(days=7 * number)),
                "service_type": "oil_change",
                "garage": "Garage du Parc",
                "description": "Vidange, filtre à huile et contrôle des niveaux.",
                "cost": {"amount": f"{60 + number % 90}.50", "currency": "EUR"},
                "documents": receipts[number : number + 1],
            }
            self._ask("vehicles", "POST", "/api/maintenances", json=body)

    def printed(self, *, receipts: bool) -> _Printed:
        found, began = _Printed(), time.monotonic()
        body = {"vehicle": self._car, "format": "pdf", "language": "fr", "receipts": receipts}
        address = f"{self._house.operations('vehicles')}/livez"
        with _polled(address) as taken:
            made = self._ask("vehicles", "POST", "/api/car-exports", json=body)
            path, making = f"/api/car-exports/{made['id']}", None
            while (said := self._ask("vehicles", "GET", path))["state"] != "ready":
                if said["state"] == "making" and making is None:
                    making = time.monotonic()
                if said["state"] == "failed" or time.monotonic() - began > LONGEST:
                    raise RuntimeError(f"the PDF is {said['state']}: {said['problem']}")
                time.sleep(0.1)
            ended = time.monotonic()
        found.making, found.whole = ended - (making or began), ended - began
        found.livez, found.polls = 1000 * max(taken), len(taken)
        found.mebibytes = said["size_bytes"] / 1024 / 1024
        found.receipts = said["receipts_in_it"]
        found.missing = tuple(each["problem"] for each in said["missing"])
        return found


@contextmanager
def _polled(address: str) -> Iterator[list[float]]:
    """Seconds each answer took, until the block ends; asked on a connection that stays open, by a thread of its own."""
    over, taken = threading.Event(), [0.0]

    def poll() -> None:
        with httpx2.Client(timeout=30, trust_env=False) as client:
            while not over.is_set():
                began = time.perf_counter()
                client.get(address).raise_for_status()
                taken.append(time.perf_counter() - began)
                over.wait(POLLED_EACH)

    polling = threading.Thread(target=poll)
    polling.start()
    try:
        yield taken
    finally:
        over.set()
        polling.join()


def a_photograph(number: int) -> bytes:
    """Of a till receipt on a table: lines of text, and a sensor's noise."""
    out = io.BytesIO()
    table = Image.effect_noise(PHOTOGRAPH, 18).convert("RGB")
    pen = ImageDraw.Draw(table)
    pen.rectangle((600, 300, 2400, 3700), fill=(244, 243, 238))
    for row in range(30):
        text = f"Ticket {number:02} ligne {row:02} total {row * 3 + number}.90 EUR"
        pen.text((700, 420 + row * 100), text, fill=(30, 30, 40), font_size=60)
    table.save(out, "JPEG", quality=88)
    return out.getvalue()


def a_pdf(number: int) -> bytes:
    out = io.BytesIO()
    page = Canvas(out, pagesize=(595, 842), invariant=1)
    for row in range(40):
        page.drawString(60, 800 - 18 * row, f"Facture {number:02}, ligne {row:02}: {row}.50 EUR")
    page.showPage()
    page.save()
    return out.getvalue()
