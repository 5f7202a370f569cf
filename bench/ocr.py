"""Reading a page as documents does, beside the tesseract program on the same picture."""

import asyncio
import os
import subprocess
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from PIL import Image

from bench.programs import ROOT, need
from bench.table import Row
from services.documents.clients.ocr import TesseractOcr
from services.documents.clients.reader import ProcessReader, ReadingOrder
from services.documents.domain.files import MediaType
from services.documents.settings import Settings
from shared.ids import new_id

PAGE = ROOT / "services" / "documents" / "tests" / "samples" / "garage_facture.jpg"
ROUNDS = 5


async def measure() -> list[Row]:
    """In turn, one thread each; the reader's program is started once, as in the service."""
    tesseract = need("tesseract")
    os.environ["OMP_THREAD_LIMIT"] = (
        "1"  # as the reader's program does for the recogniser it starts
    )
    ocr, picture = TesseractOcr(), Image.open(PAGE)
    picture.load()
    passes, whole, theirs = [], [], []
    reader = ProcessReader(Settings(environment="test"))
    async with reader.running():
        await _timed(lambda: _read(reader, PAGE))
        for _ in range(ROUNDS):
            passes.append(await _timed(lambda: asyncio.to_thread(ocr.words, picture)))
            theirs.append(await _timed(lambda: asyncio.to_thread(_program, tesseract, PAGE)))
            whole.append(await _timed(lambda: _read(reader, PAGE)))
    one, all_, his = (sorted(times)[ROUNDS // 2] for times in (passes, whole, theirs))
    peer = f"tesseract {his:.2f} s: words only"
    return [
        Row(
            "OCR of a photographed invoice, one pass, seconds a page",
            f"{one:.2f} s: words with boxes",
            peer,
            f"{(one / his - 1) * 100:+.0f} % (aim < +15)",
        ),
        Row(
            "the same page wholly read (straightened, second look, fields)",
            f"{all_:.2f} s: read, classified, fields",
            peer,
            f"{all_ / his:.1f} times",
        ),
    ]


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _read(reader: ProcessReader, page: Path) -> None:
    async def on_page(_number: int, _of: int) -> None:
        return

    order = ReadingOrder(page, MediaType.JPEG, today=date(2026, 11, 22), declared=None)
    await reader.read(order, owner_id=new_id(), on_page=on_page)


def _program(tesseract: str, page: Path) -> None:
    subprocess.run(
        [tesseract, str(page), "stdout", "-l", "fra+eng+spa", "--psm", "3", "tsv"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        check=True,
        timeout=120,
    )
