"""Two people (or two tabs) at the same document: nobody's change is lost unseen. Acceptance check 56."""

import asyncio
from typing import Any

from services.documents.tests.uploads import Uploader

FIRST, SECOND = {"document_type": "insurance"}, {"document_type": "inspection"}


class TestTwoWriters:
    async def test_of_two_at_once_one_wins_and_one_is_told(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        address = f"/api/documents/{document['id']}"
        for _ in range(5):
            await call.free.patch(address, json={"document_type": "other"})
            tag = (await call.free.get(address)).headers["etag"]
            answers = await asyncio.gather(
                *(
                    call.free.patch(address, json=change, headers={"If-Match": tag})
                    for change in (FIRST, SECOND)
                )
            )
            winner, loser = sorted(answers, key=lambda answer: answer.status_code)
            assert (winner.status_code, loser.status_code) == (200, 412)
            after = await call.free.get(address)
            assert after.json()["document_type"] == winner.json()["document_type"]
            assert after.headers["etag"] == winner.headers["etag"] != tag

    async def test_deleting_what_has_changed_is_412(
        self, call: Any, upload: Uploader, invoice_pdf: bytes
    ) -> None:
        document = (await upload(call.free, invoice_pdf)).json()
        address = f"/api/documents/{document['id']}"
        tag = (await call.free.get(address)).headers["etag"]
        await call.free.patch(address, json=FIRST)
        assert (await call.free.delete(address, headers={"If-Match": tag})).status_code == 412
        tag = (await call.free.get(address)).headers["etag"]
        assert (await call.free.delete(address, headers={"If-Match": tag})).status_code == 204
