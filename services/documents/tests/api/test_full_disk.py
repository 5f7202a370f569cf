"""A disk that takes no more: a real one, as small as a picture."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from services.documents.tests import hostile
from services.documents.tests.api.test_exports import Wish
from services.documents.tests.uploads import Uploader
from shared.http.exchange import EXCHANGE_HEADER, IDENTITY_HEADER

LANGUAGES = ("fr", "en", "es")
LARGE = hostile.text_pdf("Facture") + b"%" + bytes(700_000)


def mounted(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


@pytest.fixture
def blob_dir(tmp_path: Path) -> Iterator[Path]:
    """Half a megabyte. Who may not mount gets a folder that may not be written instead, which is told the same way."""
    folder = tmp_path / "blobs"
    folder.mkdir(mode=0o700)
    is_root = os.geteuid() == 0
    if is_root:
        mounted("-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", str(folder))
    else:
        folder.chmod(0o500)
    yield folder
    if is_root:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def opened_up(folder: Path) -> None:
    """Room again."""
    if os.geteuid() == 0:
        mounted("-o", "remount,rw,size=64m", str(folder))
    else:
        folder.chmod(0o700)


async def test_507_in_three_languages_nothing_left_and_it_goes_on(
    call: Any, upload: Uploader, invoice_pdf: bytes, blob_dir: Path
) -> None:
    details = set()
    for language in LANGUAGES:
        files = {"file": ("facture.pdf", LARGE, "application/pdf")}
        answer = await call.free.post(
            "/api/documents", files=files, headers={"Accept-Language": language}
        )
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
        assert answer.headers["Retry-After"]
        details.add(answer.json()["detail"])
    assert len(details) == 3
    assert upload.kept() == []
    assert (await call.free.get("/api/documents")).json()["count"] == 0
    opened_up(blob_dir)
    assert (await upload(call.free, LARGE)).status_code == 201


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
async def test_a_disk_that_went_read_only(
    call: Any, upload: Uploader, invoice_pdf: bytes, blob_dir: Path
) -> None:
    document = (await upload(call.free, invoice_pdf)).json()
    mounted("-o", "remount,ro", str(blob_dir))
    path = f"/api/documents/{document['id']}"
    answers = [await upload(call.other, invoice_pdf), await call.free.get(f"{path}/preview")]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert (await call.free.get(f"{path}/file")).content == invoice_pdf
    opened_up(blob_dir)
    assert (await call.free.get(f"{path}/preview")).status_code == 200
    assert (await upload(call.other, invoice_pdf)).status_code == 201


async def test_the_connection_outlives_a_refusal_in_the_middle_of_a_body(
    app: Any, call: Any, blob_dir: Path
) -> None:
    """As the gateway has it: what is still on its way is taken, the answer is read, the next request goes out on it."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    request = call.free.build_request("POST", "/api/documents")
    named = next(call.free.auth.auth_flow(request)).headers
    identity = "".join(f"{name}: {named[name]}\r\n" for name in (IDENTITY_HEADER, EXCHANGE_HEADER))
    try:
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        for _ in range(2):
            content = b"%PDF-1.7\n" + bytes(8_000_000)
            begin = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            body = begin + content + b"\r\n--b--\r\n"
            head = (
                f"POST /api/documents HTTP/1.1\r\nHost: x\r\n{identity}"
                f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode())
            for at in range(0, len(body), 100_000):
                writer.write(body[at : at + 100_000])
                await writer.drain()
            answer = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode().lower()
            assert answer.startswith("http/1.1 507 ")
            assert "connection: close" not in answer
            length = int(answer.partition("content-length: ")[2].split("\r\n")[0])
            await reader.readexactly(length)
        writer.close()
    finally:
        server.should_exit = True
        await serving


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
async def test_an_export_waits_for_room(
    call: Any,
    upload: Uploader,
    hear: Callable[..., Any],
    run_jobs: Callable[..., Any],
    clock: Any,
    blob_dir: Path,
) -> None:
    """Its copy of the file does not fit beside the file; nothing half-written stays, and once there is room it is made."""
    content = hostile.text_pdf("Facture") + b"%" + bytes(300_000)
    assert (await upload(call.free, content)).status_code == 201
    before = upload.kept()
    wish = Wish(call.user_id("free"), hear, clock)
    await wish.start()
    await wish.all_pages()
    await run_jobs("documents.pack_export")
    assert upload.kept() == before
    opened_up(blob_dir)
    clock.move(minutes=11)
    await run_jobs("documents.pack_export")
    assert (await call.free.get(wish.path)).status_code == 200
