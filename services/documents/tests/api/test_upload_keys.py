"""`Idempotency-Key` of uploads: known by what was sent, and no transaction open while it comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from services.documents.tests import hostile
from services.documents.tests.uploads import Uploader
from shared.contracts.auth import AccountDeletionStarted


def paper(word: str) -> bytes:
    """All of one length for words of one length."""
    content = hostile.text_pdf("Facture", "x" * 30)
    return content + b"%" + word.encode()


async def send(client: Any, content: bytes, key: str, name: str = "a.pdf", **fields: str) -> Any:
    files = {"file": (name, content, "application/pdf")}
    headers = {"Idempotency-Key": key}
    return await client.post("/api/documents", files=files, data=fields, headers=headers)


async def test_the_same_file_again_is_answered_again(call: Any, upload: Uploader) -> None:
    """Also from a client that makes a new boundary for its second try."""
    first = await send(call.free, paper("one"), "k")
    second = await send(call.free, paper("one"), "k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(upload.kept()) == 1


async def test_another_file_of_the_same_length_is_refused_and_not_lost(
    call: Any, upload: Uploader
) -> None:
    assert len(paper("one")) == len(paper("two"))
    assert (await send(call.free, paper("one"), "k")).status_code == 201
    other = await send(call.free, paper("two"), "k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    for fields in ({"document_type": "invoice"}, {"name": "b.pdf"}):
        other = await send(call.free, paper("one"), "k", **fields)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await send(call.free, paper("two"), "k2")).status_code == 201
    assert len(upload.kept()) == 2


async def test_many_at_once_are_one_document(call: Any, upload: Uploader) -> None:
    answers = await asyncio.gather(*(send(call.free, paper("one"), "k") for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert (await call.free.get("/api/documents")).json()["count"] == 1
    assert len(upload.kept()) == 1


class SlowUpload:
    """Stops in the middle of its body until it is let go on."""

    def __init__(self, client: Any) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        headers = {"Content-Type": "multipart/form-data; boundary=b", "Idempotency-Key": "k"}
        sent = client.post("/api/documents", content=self._body(), headers=headers)
        self.answer = asyncio.ensure_future(sent)

    async def _body(self) -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        self.begun.set()
        await self.go_on.wait()
        yield paper("one") + b"\r\n--b--\r\n"


@pytest_asyncio.fixture
async def slow_upload(call: Any) -> AsyncIterator[SlowUpload]:
    upload = SlowUpload(call.free)
    await upload.begun.wait()
    yield upload
    upload.go_on.set()
    await upload.answer


async def test_no_transaction_is_open_while_a_body_comes(
    slow_upload: SlowUpload, admin_engine: Any
) -> None:
    open_ones = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%'"
    )
    async with admin_engine.connect() as connection:
        assert await connection.scalar(open_ones) == 0
    slow_upload.go_on.set()
    assert (await slow_upload.answer).status_code == 201


async def test_who_is_erased_while_a_body_comes_keeps_nothing(
    call: Any, slow_upload: SlowUpload, upload: Uploader, hear: Callable[..., Any]
) -> None:
    """Held when the request began, and asked again when its body is there."""
    account = call.user_id("free")
    await hear(AccountDeletionStarted(account_id=account, started_at=datetime.now(UTC)))
    slow_upload.go_on.set()
    answer = await slow_upload.answer
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert upload.kept() == []
