"""What becomes of a document once it is kept: its names, and what others are told."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from services.documents.tests.uploads import Uploader
from shared.contracts.documents import DocumentChanged


class TestTelling:
    async def test_a_document_is_told_of_read_or_not_and_when_it_goes(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, emitted: Callable[..., Any]
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}"
        assert (await call.free.patch(path, json={"document_type": "invoice"})).status_code == 200
        assert (await call.free.delete(path)).status_code == 204
        told = await emitted(DocumentChanged)
        assert [(each.document_type.value, each.deleted) for each in told] == [
            ("other", False),
            ("invoice", False),
            ("invoice", True),
        ]
        assert [each.version for each in told] == [1, 2, 3]
        assert {(str(each.document_id), each.owner_id) for each in told} == {
            (document["id"], call.user_id("free"))
        }


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("a\\b.pdf", "b.pdf"),
        ("a\u200bb", "ab.pdf"),
        ("<img src=x onerror=1>", "img src=x onerror=1.pdf"),
        ("x" * 200, "x" * 110 + ".pdf"),
        ("...", "document.pdf"),
        ("Facture 12.03", "Facture 12.03.pdf"),
        ("Facture.PDF", "Facture.pdf"),
    ],
)
async def test_a_new_name_loses_what_is_dangerous_in_it(
    call: Any, upload: Uploader, invoice_pdf: bytes, method: str, name: str, kept: str
) -> None:
    document = (await upload(call.free, invoice_pdf)).json()
    path = f"/api/documents/{document['id']}"
    body = {"file_name": name} | (
        {"document_type": "other", "vehicle_id": None} if method == "PUT" else {}
    )
    answer = await call.free.request(method, path, json=body)
    assert (answer.status_code, answer.json()["file_name"]) == (200, kept)
    shown = (await call.free.get(f"{path}/file")).headers["content-disposition"]
    assert shown == f"attachment; filename*=UTF-8''{quote(kept)}"


@pytest.mark.parametrize(
    "name", ["fact\u202efdp.exe", "b\u2066c", "c\u0007d", "d\u0085e", "e\u2028f"]
)
async def test_a_new_name_that_is_no_line_is_refused(
    call: Any, upload: Uploader, invoice_pdf: bytes, name: str
) -> None:
    document = (await upload(call.free, invoice_pdf)).json()
    path = f"/api/documents/{document['id']}"
    answer = await call.free.patch(path, json={"file_name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert (await call.free.get(path)).json()["file_name"] == document["file_name"]
