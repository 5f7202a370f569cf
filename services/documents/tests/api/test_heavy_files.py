"""What costs the machine much is its owner's matter."""

import asyncio
from typing import Any

import pytest

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader

LANGUAGES = ("fr", "en", "es")


@pytest.fixture
def settings_env(settings_env: dict[str, Any]) -> dict[str, Any]:
    return settings_env | {"reader_page_cpu_seconds": 2, "reader_inspection_budget": 3.0}


async def test_two_heavy_uploads_of_one_owner_stop_nobody_else(
    call: Any, upload: Uploader, invoice_pdf: bytes
) -> None:
    """Nor do they stop his own for good; when his share is used up he is told when to come back."""
    order: list[str] = []

    async def heavy(strokes: int) -> None:
        content = hostile.many_strokes(strokes)
        assert len(content) < 200_000
        answer = await upload(call.free, content)
        order.append("heavy")
        assert (answer.status_code, answer.json()["code"]) == (422, "page_not_rendered")

    heavies = [asyncio.ensure_future(heavy(4_000_000 + n)) for n in range(2)]
    await asyncio.sleep(0.5)
    document = await upload(call.other, invoice_pdf)
    order.append("upload")
    assert document.status_code == 201
    picture = await call.other.get(f"/api/documents/{document.json()['id']}/preview")
    order.append("preview")
    assert picture.status_code == 200
    await asyncio.gather(*heavies)
    assert order == ["upload", "preview", "heavy", "heavy"]
    details = set()
    for language in LANGUAGES:
        files = {"file": ("facture.pdf", invoice_pdf, "application/pdf")}
        answer = await call.free.post(
            "/api/documents", files=files, headers={"Accept-Language": language}
        )
        assert (answer.status_code, answer.json()["code"]) == (429, "reader_busy")
        assert int(answer.headers["Retry-After"]) > 0
        details.add(answer.json()["detail"])
    assert len(details) == 3
    assert len(upload.kept()) == 1
