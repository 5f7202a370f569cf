from collections.abc import Callable
from typing import Any

import pytest

from services.documents.tests.uploads import SAMPLES, Uploader
from shared.contracts.documents import DocumentProgressed, DocumentRead, DocumentType, ReadStatus


class TestExtract:
    @pytest.mark.parametrize("name", ["garage_facture.pdf", "garage_facture.jpg"])
    async def test_reads_a_garage_invoice_and_tells_it(
        self,
        call: Any,
        upload: Uploader,
        run_jobs: Callable[..., Any],
        emitted: Callable[..., Any],
        name: str,
    ) -> None:
        answer = await upload(call.standard, (SAMPLES / name).read_bytes(), name)
        assert answer.status_code == 201, answer.text
        document_id = answer.json()["id"]
        assert answer.headers["location"] == f"/api/documents/{document_id}"
        assert answer.json()["status"] == "queued"

        await run_jobs("documents.extract")

        document = (await call.standard.get(f"/api/documents/{document_id}")).json()
        assert (document["status"], document["percent"]) == ("read", 100)
        assert document["document_type"] == "invoice"
        assert len(document["lines"]) == 5
        fields = (await call.standard.get(f"/api/documents/{document_id}/fields")).json()
        values = {field["name"]: field["value"] for field in fields}
        assert values["plate"] == "FX-482-KL"
        assert values["vin"] == "VF3LCYHZPKS123456"
        assert values["mileage"] == "58240"
        assert values["total"] == "189.90"
        assert values["date"] == "2026-11-12"
        [told] = await emitted(DocumentRead)
        assert told.status is ReadStatus.OK
        assert told.document_type is DocumentType.INVOICE
        assert {f.name: f.value for f in told.fields} == values
        percents = [event.percent for event in await emitted(DocumentProgressed)]
        assert percents == sorted(percents)
        assert (percents[0], percents[-1]) == (0, 100)
