import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.documents.clients.lanes import Lane
from services.documents.clients.program import Program
from services.documents.clients.reader import ProcessReader, ReadingOrder
from services.documents.domain.files import FileFacts, MediaType
from services.documents.errors import (
    FileDamaged,
    FileTypeUnsupported,
    OcrFailed,
    PageNotRendered,
    ReaderBusy,
)
from services.documents.settings import Settings
from services.documents.tests import hostile
from services.documents.tests.orders import TODAY, nothing
from shared.ids import new_id

OWNER, OTHER = new_id(), new_id()
PHOTO = ReadingOrder(hostile.PHOTO, MediaType.JPEG, TODAY, None)


def settings(**facts: Any) -> Settings:
    return Settings(environment="test", reader_idle_seconds=5, reader_seconds=60, **facts)


def programs(lane: Lane) -> list[Program]:
    return lane._programs


@pytest_asyncio.fixture(loop_scope="session")
async def reader() -> AsyncIterator[ProcessReader]:
    reader = ProcessReader(settings())
    async with reader.running():
        yield reader


class TestProcessReader:
    async def test_answers_refuses_and_goes_on(self, reader: ProcessReader, tmp_path: Path) -> None:
        assert await reader.inspect(hostile.INVOICE, owner_id=OWNER) == FileFacts(MediaType.PDF, 1)
        bad = tmp_path / "bad"
        bad.write_bytes(hostile.html())
        with pytest.raises(FileTypeUnsupported):
            await reader.inspect(bad, owner_id=OWNER)
        facts = await reader.inspect(hostile.PHOTO, owner_id=OWNER)
        assert facts.media_type is MediaType.JPEG
        assert len(programs(reader._inspecting)) == 1  # a refusal is an answer: it lives on

    async def test_a_killed_program_is_a_refusal_and_the_next_question_starts_another(
        self, reader: ProcessReader
    ) -> None:
        await reader.inspect(hostile.INVOICE, owner_id=OWNER)
        process = programs(reader._inspecting)[0]._process
        assert process is not None
        asking = asyncio.ensure_future(reader.inspect(hostile.PHOTO, owner_id=OWNER))
        os.killpg(process.pid, signal.SIGKILL)
        with pytest.raises(FileDamaged):
            await asking
        assert (await reader.inspect(hostile.INVOICE, owner_id=OWNER)).pages == 1

    async def test_silence_is_ended_with_its_recogniser(self) -> None:
        impatient = ProcessReader(settings())
        impatient._reading._limits = replace(impatient._reading._limits, seconds=0.7)
        async with impatient.running():
            with pytest.raises(OcrFailed) as failed:
                await impatient.read(PHOTO, owner_id=OWNER, on_page=nothing)
            assert failed.value.extra["reason"] == "timeout"
            assert programs(impatient._reading)[0]._process is None

    async def test_memory_is_limited(self) -> None:
        small = ProcessReader(settings(reader_memory_mb=256))
        async with small.running():
            with pytest.raises((FileDamaged, OcrFailed)):
                await small.read(PHOTO, owner_id=OWNER, on_page=nothing)

    async def test_an_idle_program_ends(self) -> None:
        reader = ProcessReader(Settings(environment="test", reader_idle_seconds=1))
        async with reader.running():
            await reader.inspect(hostile.INVOICE, owner_id=OWNER)
            await asyncio.sleep(1.6)
            assert programs(reader._inspecting)[0]._process is None


class TestWhatCostsTooMuch:
    async def test_a_page_too_long_to_draw_is_lost_and_the_others_are_read(
        self, tmp_path: Path
    ) -> None:
        reader = ProcessReader(settings())
        reader._reading._limits = replace(reader._reading._limits, cpu_seconds=3)
        paper = tmp_path / "paper.pdf"
        paper.write_bytes(
            hostile.strokes_between("Facture du 12 mars 2026", "Total TTC 189,90 EUR")
        )
        seen: list[int] = []

        async def on_page(done: int, count: int) -> None:
            assert count == 3
            seen.append(done)

        async with reader.running():
            reading = await reader.read(
                ReadingOrder(paper, MediaType.PDF, TODAY, None), owner_id=OWNER, on_page=on_page
            )
        assert seen == [1, 3]
        assert "Facture du 12 mars" in reading.text
        assert "189,90" in reading.text

    async def test_who_has_used_up_the_share_is_told_when_to_come_back(
        self, tmp_path: Path
    ) -> None:
        reader = ProcessReader(settings(reader_page_cpu_seconds=1, reader_inspection_budget=0.5))
        strokes = tmp_path / "strokes.pdf"
        strokes.write_bytes(hostile.many_strokes())
        async with reader.running():
            with pytest.raises(PageNotRendered):
                await reader.inspect(strokes, owner_id=OWNER)
            with pytest.raises(ReaderBusy) as busy:
                await reader.inspect(hostile.INVOICE, owner_id=OWNER)
            assert int(busy.value.headers["Retry-After"]) > 100
            assert (await reader.inspect(hostile.INVOICE, owner_id=OTHER)).pages == 1
            into = tmp_path / "picture.jpg"  # another kind of work has a share of its own
            await reader.preview(hostile.INVOICE, MediaType.PDF, page=0, into=into, owner_id=OWNER)

    async def test_the_recognisers_time_is_charged_too(self, reader: ProcessReader) -> None:
        await reader.read(PHOTO, owner_id=OWNER, on_page=nothing)
        assert reader._reading._spent[OWNER].seconds > 1


class Boom(BaseException):
    """Nothing that anybody would list."""


class TestTheNextAskerGetsHisOwnAnswer:
    @pytest.mark.parametrize(
        "fault", [RuntimeError("database"), KeyError("x"), TimeoutError(), Boom()]
    )
    async def test_whatever_the_one_before_died_of(
        self, fault: BaseException, tmp_path: Path
    ) -> None:
        reader = one_program()

        async def on_page(_done: int, _count: int) -> None:
            raise fault

        async with reader.running():
            with pytest.raises(type(fault)):
                await reader.read(two_pages(tmp_path), owner_id=OWNER, on_page=on_page)
            await others_get_their_own(reader, tmp_path)

    @pytest.mark.parametrize("moment", range(5))
    async def test_whenever_the_one_before_went_away(self, moment: int, tmp_path: Path) -> None:
        """Cancelled at the n-th time that it waits for anything."""
        reader = one_program()
        async with reader.running():
            asking = asyncio.ensure_future(
                reader.read(two_pages(tmp_path), owner_id=OWNER, on_page=nothing)
            )
            await after_steps(asking, moment)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            await others_get_their_own(reader, tmp_path)

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("_tell", MemoryError()),
            ("_hear", Boom()),
            ("_hear", asyncio.CancelledError()),
            ("_started", Boom()),
        ],
    )
    async def test_wherever_the_one_before_failed(
        self, name: str, fault: BaseException, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        reader = one_program()
        real: Callable[..., Any] = getattr(Program, name)

        async def failing(*words: Any) -> Any:
            await real(*words)
            raise fault

        async with reader.running():
            with monkeypatch.context() as patched:
                wrapped: Any = failing if name == "_started" else staticmethod(failing)
                patched.setattr(Program, name, wrapped)
                with pytest.raises(type(fault)):
                    await reader.read(two_pages(tmp_path), owner_id=OWNER, on_page=nothing)
            await others_get_their_own(reader, tmp_path)

    async def test_an_answer_to_another_question_ends_the_program(self, tmp_path: Path) -> None:
        reader = one_program()
        async with reader.running():
            await reader.read(two_pages(tmp_path), owner_id=OWNER, on_page=nothing)
            process = programs(reader._reading)[0]._process
            assert process is not None
            stale = two_pages(tmp_path).question() | {
                "do": "inspect",
                "id": 999,
                "cpu": 5,
                "known": [],
            }
            await Program._tell(process, stale)  # somebody's question whose answer nobody took
            with pytest.raises(OcrFailed) as failed:
                await reader.read(two_pages(tmp_path), owner_id=OTHER, on_page=nothing)
            assert failed.value.extra["reason"] == "confused"
            await others_get_their_own(reader, tmp_path)


def two_pages(folder: Path) -> ReadingOrder:
    """After the first there is still something to be told."""
    paper = folder / "two.pdf"
    paper.write_bytes(hostile.together(*[hostile.text_pdf(*["Le voisin et sa facture"] * 3)] * 2))
    return ReadingOrder(paper, MediaType.PDF, TODAY, None)


def one_program() -> ProcessReader:
    return ProcessReader(settings(reader_programs=1))


async def after_steps(task: "asyncio.Future[Any]", moment: int) -> None:
    """Let the task go on for a while: a few turns of the loop, or until the program is well at work."""
    if moment < 4:
        for _ in range(moment):
            await asyncio.sleep(0)
    else:
        await asyncio.sleep(0.3 * (moment - 3))
    assert not task.done()


async def others_get_their_own(reader: ProcessReader, folder: Path) -> None:
    """Two in a row: one unread answer would shift both."""
    for name in ("Premiere", "Seconde"):
        paper = folder / f"{name}.pdf"
        paper.write_bytes(hostile.text_pdf(*[f"{name} personne et ses papiers"] * 3))
        pages: list[int] = []

        async def on_page(_done: int, count: int, pages: list[int] = pages) -> None:
            pages.append(count)

        order = ReadingOrder(paper, MediaType.PDF, TODAY, None)
        reading = await reader.read(order, owner_id=new_id(), on_page=on_page)
        assert reading.text.startswith(name)
        assert pages == [1]
