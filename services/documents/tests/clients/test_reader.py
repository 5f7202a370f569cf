import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from services.documents.clients.reader import ProcessReader
from services.documents.domain.files import FileFacts, MediaType
from services.documents.errors import FileDamaged, FileTypeUnsupported, OcrFailed
from services.documents.settings import Settings
from services.documents.tests import hostile

TODAY = date(2026, 11, 22)


async def nothing(_done: int, _count: int) -> None:
    return


@pytest_asyncio.fixture(loop_scope="session")
async def reader() -> AsyncIterator[ProcessReader]:
    reader = ProcessReader(Settings(environment="test", reader_idle_seconds=5, reader_seconds=60))
    async with reader.running():
        yield reader


class TestProcessReader:
    async def test_answers_refuses_and_goes_on(self, reader: ProcessReader, tmp_path: Path) -> None:
        assert await reader.inspect(hostile.INVOICE) == FileFacts(MediaType.PDF, 1)
        bad = tmp_path / "bad"
        bad.write_bytes(hostile.html())
        with pytest.raises(FileTypeUnsupported):
            await reader.inspect(bad)
        assert (await reader.inspect(hostile.PHOTO)).media_type is MediaType.JPEG

    async def test_a_killed_program_is_a_refusal_and_the_next_question_starts_another(
        self, reader: ProcessReader
    ) -> None:
        await reader.inspect(hostile.INVOICE)
        process = reader._quick._process
        assert process is not None
        asking = asyncio.ensure_future(reader.inspect(hostile.PHOTO))
        os.killpg(process.pid, signal.SIGKILL)
        with pytest.raises(FileDamaged):
            await asking
        assert (await reader.inspect(hostile.INVOICE)).pages == 1

    async def test_silence_is_ended_with_its_recogniser(self) -> None:
        impatient = ProcessReader(Settings(environment="test", reader_seconds=5))
        impatient._slow._seconds = 0.7
        async with impatient.running():
            with pytest.raises(OcrFailed) as failed:
                await impatient.read(
                    hostile.PHOTO, MediaType.JPEG, today=TODAY, declared=None, on_page=nothing
                )
            assert failed.value.extra["reason"] == "timeout"
            assert impatient._slow._process is None

    async def test_memory_is_limited(self, tmp_path: Path) -> None:
        small = ProcessReader(Settings(environment="test", reader_memory_mb=256))
        async with small.running():
            with pytest.raises((FileDamaged, OcrFailed)):
                await small.read(
                    hostile.PHOTO, MediaType.JPEG, today=TODAY, declared=None, on_page=nothing
                )

    async def test_an_idle_program_ends(self) -> None:
        reader = ProcessReader(Settings(environment="test", reader_idle_seconds=1))
        async with reader.running():
            await reader.inspect(hostile.INVOICE)
            await asyncio.sleep(1.6)
            assert reader._quick._process is None
