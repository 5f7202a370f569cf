from collections.abc import Callable
from typing import Any

import pytest

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader
from shared.contracts.documents import DocumentRead, DocumentType, ReadStatus


class TestAnalyze:
    @pytest.mark.parametrize("verb", ["analyze", "reprocess_ocr"])
    async def test_is_for_those_whose_plan_includes_it(
        self, call: Any, upload: Uploader, invoice_pdf: bytes, verb: str
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        answer = await call.free.post(f"/api/documents/{document['id']}/{verb}")
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (403, "plan_required")
        assert (problem["feature"], problem["required_plan"]) == ("documents.ocr", "STANDARD")

    async def test_is_queued_once(self, call: Any, upload: Uploader, invoice_pdf: bytes) -> None:
        document = (await upload(call.standard, invoice_pdf, analyze="false")).json()
        path = f"/api/documents/{document['id']}"
        asked = await call.standard.post(f"{path}/analyze")
        assert (asked.status_code, asked.headers["location"]) == (202, path)
        again = await call.standard.post(f"{path}/analyze")
        assert (again.status_code, again.json()["code"]) == (409, "being_read")

    async def test_several_at_once_or_none(
        self, call: Any, upload: Uploader, run_jobs: Callable[..., Any]
    ) -> None:
        ids = [
            (
                await upload(call.standard, hostile.text_pdf("FACTURE", f"n {n}"), analyze="false")
            ).json()["id"]
            for n in range(2)
        ]
        answer = await call.standard.post(
            "/api/documents/batch_analyze", json={"document_ids": ids}
        )
        assert (answer.status_code, len(answer.json())) == (202, 2)
        assert await run_jobs("documents.extract") == 2
        bad = await call.standard.post("/api/documents/batch_analyze", json={"document_ids": []})
        assert bad.status_code == 422

    async def test_a_quote_never_becomes_an_expense(
        self, call: Any, upload: Uploader, run_jobs: Callable[..., Any], emitted: Callable[..., Any]
    ) -> None:
        quote = hostile.text_pdf(
            "DEVIS n° D2231", "Garage Martin - le 12/11/2026, valable 30 jours",
            "Total HT 500,00 €", "TVA 20 % 100,00 €", "Total TTC 600,00 €", "Bon pour accord, date et signature",
        )  # fmt: skip
        await upload(call.standard, quote, document_type="invoice")
        await run_jobs("documents.extract")
        [told] = await emitted(DocumentRead)
        assert told.document_type is DocumentType.OTHER
        assert told.fields == ()

    async def test_a_photo_without_letters_is_unreadable(
        self, call: Any, upload: Uploader, run_jobs: Callable[..., Any], emitted: Callable[..., Any]
    ) -> None:
        document = (await upload(call.standard, hostile.blank_photo(), "photo.jpg")).json()
        await run_jobs("documents.extract")
        read = (await call.standard.get(f"/api/documents/{document['id']}")).json()
        assert (read["status"], read["percent"]) == ("unreadable", 100)
        [told] = await emitted(DocumentRead)
        assert told.status is ReadStatus.UNREADABLE


class TestPassword:
    async def test_a_locked_document_waits_for_its_password(
        self, call: Any, upload: Uploader, run_jobs: Callable[..., Any]
    ) -> None:
        document = (await upload(call.standard, hostile.locked("sésame"))).json()
        path = f"/api/documents/{document['id']}"
        assert document["status"] == "password_required"
        assert await run_jobs("documents.extract") == 0
        assert (await call.standard.post(f"{path}/analyze")).json()["code"] == "password_required"
        assert (await call.standard.get(f"{path}/preview")).status_code == 409
        wrong = await call.standard.post(f"{path}/password", json={"password": "wrong"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "password_wrong")
        right = await call.standard.post(f"{path}/password", json={"password": "sésame"})
        assert (right.status_code, right.json()["status"]) == (200, "queued")
        await run_jobs("documents.extract")
        assert (await call.standard.get(path)).json()["document_type"] == "invoice"
        assert len(upload.kept()) == 1
        again = await call.standard.post(f"{path}/password", json={"password": "sésame"})
        assert (again.status_code, again.json()["code"]) == (409, "not_locked")

    async def test_a_key_is_given_back_by_a_refusal_and_answers_again_after_success(
        self, call: Any, upload: Uploader
    ) -> None:
        """While the file is opened no transaction is open; the key is taken again after it."""
        document = (await upload(call.standard, hostile.locked("sésame"))).json()
        path, key = f"/api/documents/{document['id']}/password", {"Idempotency-Key": "k"}
        for _ in range(2):
            wrong = await call.standard.post(path, json={"password": "wrong"}, headers=key)
            assert (wrong.status_code, wrong.json()["code"]) == (422, "password_wrong")
        right = await call.standard.post(path, json={"password": "sésame"}, headers=key)
        again = await call.standard.post(path, json={"password": "sésame"}, headers=key)
        assert (right.status_code, again.status_code) == (200, 200)
        assert again.json() == right.json()
        assert again.headers["idempotency-replayed"] == "true"
