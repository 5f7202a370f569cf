from collections.abc import Callable
from typing import Any

import pytest

from services.documents.tests.uploads import Uploader
from shared.contracts.documents import DocumentRead


class TestCorrect:
    async def test_a_correction_wins_for_ever_and_is_told(
        self,
        call: Any,
        upload: Uploader,
        invoice_pdf: bytes,
        run_jobs: Callable[..., Any],
        emitted: Callable[..., Any],
    ) -> None:
        document = (await upload(call.standard, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}"
        await run_jobs("documents.extract")
        corrected = await call.standard.patch(f"{path}/fields/mileage", json={"value": "58250"})
        assert corrected.status_code == 200, corrected.text
        assert (corrected.json()["value"], corrected.json()["source"]) == ("58250", "owner")
        assert corrected.json()["corrected_at"]
        none = await call.standard.patch(f"{path}/fields/due_date", json={"value": None})
        assert none.json()["value"] is None
        await call.standard.post(f"{path}/reprocess_ocr")
        await run_jobs("documents.extract")
        values = {f["name"]: f["value"] for f in (await call.standard.get(f"{path}/fields")).json()}
        assert (values["mileage"], values["due_date"]) == ("58250", None)
        told = (await emitted(DocumentRead))[-1]
        facts = {f.name: (f.value, f.source) for f in told.fields}
        assert facts["mileage"] == ("58250", "owner")
        assert "due_date" not in facts

    async def test_fields_say_how_sure_and_where(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, run_jobs: Callable[..., Any]
    ) -> None:
        document = (await upload(call.standard, invoice_pdf)).json()
        await run_jobs("documents.extract")
        fields = (await call.standard.get(f"/api/documents/{document['id']}/fields")).json()
        total = next(field for field in fields if field["name"] == "total")
        assert total["sure"] is True
        assert total["page"] == 1
        assert total["box"]["left"] > 300

    @pytest.mark.parametrize(
        ("name", "value", "status", "code"),
        [
            ("total", "abc", 422, "field_value_invalid"),
            ("total", "1,50", 422, "field_value_invalid"),
            ("date", "2026-13-40", 422, "field_value_invalid"),
            ("mileage", "-5", 422, "field_value_invalid"),
            ("vin", "SHORT", 422, "field_value_invalid"),
            ("currency", "euro", 422, "field_value_invalid"),
            ("vendor", "a\u0000b", 422, "body_unstorable"),
            ("password", "x", 404, "field_unknown"),
            ("vendor", "x" * 300, 422, "invalid_input"),
        ],
    )
    async def test_values_of_the_wrong_kind_are_refused(
        self,
        call: Any,
        upload: Uploader,
        invoice_pdf: bytes,
        name: str,
        value: str,
        status: int,
        code: str,
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        answer = await call.free.patch(
            f"/api/documents/{document['id']}/fields/{name}", json={"value": value}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    async def test_an_unread_document_takes_typed_fields(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, emitted: Callable[..., Any]
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        path = f"/api/documents/{document['id']}/fields"
        assert (
            await call.free.patch(f"{path}/vendor", json={"value": "Garage X"})
        ).status_code == 200
        assert [f["value"] for f in (await call.free.get(path)).json()] == ["Garage X"]
        assert await emitted(DocumentRead) == []
