"""Receipts for tests: papers of a car, and their pieces as the documents service sends them."""

import base64
import hashlib
import io
from typing import Any
from uuid import UUID

import pikepdf
from PIL import Image
from pydantic import SecretStr

from services.vehicles.tests.factories import kept_document, make_record, make_vehicle
from services.vehicles.tests.running.factories import euros
from services.vehicles.usecases.moving.car_exports import MAKE
from shared.contracts.documents import ReceiptPart, ReceiptProblem
from shared.contracts.vehicles_moving import ReceiptsWanted
from shared.ids import new_id
from shared.testing.client import Callers

PATH = "/api/car-exports"


def jpeg(number: int = 0) -> bytes:
    """Each number another one."""
    out = io.BytesIO()
    Image.new("RGB", (400 + number, 600), (250, 240, 230)).save(out, "JPEG")
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.save(out, deterministic_id=True)
    return out.getvalue()


def parts_of(
    wanted: ReceiptsWanted, document: str, content: bytes, *, size: int = 100_000, **said: Any
) -> list[ReceiptPart]:
    """As the documents service sends them."""
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    facts = {
        "export_id": wanted.export_id,
        "account_id": wanted.account_id,
        "document_id": UUID(document),
        "parts": len(pieces),
        "file_name": "facture.jpg" if content[:2] == b"\xff\xd8" else "facture.pdf",
        "media_type": "image/jpeg" if content[:2] == b"\xff\xd8" else "application/pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
    } | said
    return [
        ReceiptPart(**facts, number=n, content=SecretStr(base64.b64encode(piece).decode()))
        for n, piece in enumerate(pieces)
    ]


def refusal(wanted: ReceiptsWanted, document: str, problem: ReceiptProblem) -> ReceiptPart:
    [part] = parts_of(wanted, document, b"x", file_name="", media_type="", sha256="")
    return part.model_copy(update={"problem": problem, "content": SecretStr("")})


async def papers(call: Callers, hear: Any, count: int, **said: Any) -> tuple[str, list[str]]:
    """A car whose records have so many papers, newest first."""
    car = (await make_vehicle(call.standard, license_plate="AA-111-AA"))["id"]
    found = []
    for n in range(count):
        paper = str(new_id())
        await hear(kept_document(call.user_id("standard"), UUID(paper), vehicle_id=UUID(car)))
        day = f"2025-{12 - n // 28:02}-{28 - n % 28:02}"
        await make_record(
            call.standard, car, documents=[paper], service_date=day, cost=euros("10.00"), **said
        )
        found.append(paper)
    return car, found


async def wanted_of(emitted: Any) -> ReceiptsWanted:
    found: ReceiptsWanted = (await emitted(ReceiptsWanted))[-1]
    return found


async def view(call: Callers, export: str) -> dict[str, Any]:
    found: dict[str, Any] = (await call.standard.get(f"{PATH}/{export}")).json()
    return found


async def file_of(call: Callers, run_jobs: Any, export: str) -> bytes:
    await run_jobs(MAKE)
    found = await view(call, export)
    assert found["state"] == "ready", found
    content: bytes = (await call.standard.get(found["file"])).content
    return content
