import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader
from services.documents.usecases.documents import upload_document
from shared.contracts.features import ALLOWS, Plan
from shared.http.identity import Caller

FORM = "multipart/form-data; boundary=b"


def body(content: bytes, chunk: int = 1000) -> AsyncIterator[bytes]:
    whole = io.BytesIO(
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.pdf"\r\n\r\n'
        + content
        + b"\r\n--b--\r\n"
    )

    async def chunks() -> AsyncIterator[bytes]:
        while part := whole.read(chunk):
            yield part

    return chunks()


class TestUploadDocument:
    async def test_a_transaction_that_fails_leaves_no_file(
        self, app: Any, call: Any, upload: Uploader, open_work: Callable[..., Any]
    ) -> None:
        caller = Caller(user_id=call.user_id("free"), limits=ALLOWS[Plan.FREE])

        async def upload_and_fail() -> None:
            async with open_work() as work:
                content = body(hostile.text_pdf("Facture"))
                await upload_document(
                    work, caller=caller, body=content, content_type=FORM, once=None
                )
                assert len(upload.kept()) == 1
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await upload_and_fail()
        assert upload.kept() == []

    async def test_a_client_that_goes_away_leaves_no_file(
        self, app: Any, call: Any, upload: Uploader, open_work: Callable[..., Any]
    ) -> None:
        async def cut() -> AsyncIterator[bytes]:
            async for part in body(hostile.text_pdf("Facture"), chunk=300):
                yield part
                raise ConnectionResetError

        caller = Caller(user_id=call.user_id("free"), limits=ALLOWS[Plan.FREE])
        with pytest.raises(ConnectionResetError):
            async with open_work() as work:
                await upload_document(work, caller=caller, body=cut(), content_type=FORM, once=None)
        assert upload.kept() == []

    @pytest.mark.parametrize("chunk", [1, 7, 64, 10_000])
    async def test_chunks_of_any_size(
        self, app: Any, call: Any, upload: Uploader, open_work: Callable[..., Any], chunk: int
    ) -> None:
        content = hostile.text_pdf(f"Facture {chunk}")
        caller = Caller(user_id=call.user_id("free"), limits=ALLOWS[Plan.FREE])
        async with open_work() as work:
            document = await upload_document(
                work, caller=caller, body=body(content, chunk), content_type=FORM, once=None
            )
        assert document.size_bytes == len(content)
        assert upload.kept()[0].read_bytes() == content
