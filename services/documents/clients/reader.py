"""The reading of documents as the service sees it: a program of its own that is asked, watched and, if need be, ended.

Opening what strangers send takes place nowhere else; that program has limits of memory and time (reading.py), and this one
never imports what it imports.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from pydantic import TypeAdapter

from services.documents import errors
from services.documents.clients.confined import keep_memory_private
from services.documents.clients.lanes import Lane
from services.documents.clients.program import Answer, Ended, Limits
from services.documents.domain.fields import Reading
from services.documents.domain.files import FileFacts, MediaType
from services.documents.errors import FileDamaged, OcrFailed, PageNotRendered
from services.documents.settings import Settings
from shared.contracts.documents import DocumentType
from shared.db.outside import outside
from shared.errors import AppError

OnPage = Callable[[int, int], Awaitable[None]]
_facts = TypeAdapter(FileFacts)
_reading = TypeAdapter(Reading)
_QUICK_SECONDS = 25
_READING_CPU = 60
"""Seconds of a processor a page may take beside the recogniser, which has a limit of its own (ocr.py)."""
_MOST_LOST_PAGES = 3
_TOO_LONG = frozenset({"cpu", "timeout"})


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    path: Path
    media_type: MediaType
    today: date
    declared: DocumentType | None

    def question(self) -> dict[str, Any]:
        return {
            "do": "read",
            "path": str(self.path),
            "media_type": self.media_type.value,
            "today": self.today.isoformat(),
            "declared": self.declared.value if self.declared else "",
        }


class Reader(Protocol):
    """Every question is charged to the owner of the file. Each raises ReaderBusy when his share is used up."""

    async def inspect(self, path: Path, *, owner_id: UUID) -> FileFacts:
        """What the file really is; raises FileRefused and its kin, FileTypeUnsupported."""
        ...

    async def unlock(self, path: Path, password: str, into: Path, *, owner_id: UUID) -> FileFacts:
        """A copy that needs no password, at `into`; raises PasswordWrong."""
        ...

    async def preview(
        self, path: Path, media_type: MediaType, *, page: int, into: Path, owner_id: UUID
    ) -> None:
        """Raises PageNotRendered when drawing takes too long."""
        ...

    async def printable(
        self, path: Path, media_type: MediaType, *, into: Path, owner_id: UUID
    ) -> MediaType:
        """A copy to be laid on paper, at `into`: a JPEG or a PDF. Raises PasswordWrong, FileRefused, FileTypeUnsupported, FileTooLarge."""
        ...

    def refuse_reading(self, owner_id: UUID) -> None:
        """Raises ReaderBusy where `read` would at once."""
        ...

    async def read(self, order: ReadingOrder, *, owner_id: UUID, on_page: OnPage) -> Reading:
        """Raises OcrFailed when another try may help, FileDamaged when none will."""
        ...


class ProcessReader:
    """A lane of programs each for looking into uploads, for pictures of pages, for what is to be printed and for reading; they start
    when first asked.
    """

    def __init__(self, settings: Settings) -> None:
        size = settings.reader_programs
        quick = Limits(
            memory_mb=settings.reader_memory_mb,
            seconds=_QUICK_SECONDS,
            cpu_seconds=settings.reader_page_cpu_seconds,
            idle=float(settings.reader_idle_seconds),
        )
        slow = replace(
            quick, seconds=settings.reader_seconds, cpu_seconds=_READING_CPU, is_patient=True
        )
        others = max(1, size - 1)  # while somebody waits for an answer, one place is not his alone
        self._inspecting = Lane(
            quick, size=size, each=others, allowance=settings.reader_inspection_budget
        )
        self._previewing = Lane(
            quick, size=size, each=others, allowance=settings.reader_preview_budget
        )
        self._printing = Lane(slow, size=1, each=1, allowance=settings.reader_reading_budget)
        self._reading = Lane(slow, size=size, each=size, allowance=settings.reader_reading_budget)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        keep_memory_private()
        try:
            yield
        finally:
            for lane in (self._inspecting, self._previewing, self._printing, self._reading):
                await lane.end()

    @outside
    async def inspect(self, path: Path, *, owner_id: UUID) -> FileFacts:
        question = {"do": "inspect", "path": str(path)}
        return _facts.validate_python(await self._quick(self._inspecting, owner_id, question))

    @outside
    async def unlock(self, path: Path, password: str, into: Path, *, owner_id: UUID) -> FileFacts:
        question = {"do": "unlock", "path": str(path), "password": password, "into": str(into)}
        return _facts.validate_python(await self._quick(self._inspecting, owner_id, question))

    @outside
    async def preview(
        self, path: Path, media_type: MediaType, *, page: int, into: Path, owner_id: UUID
    ) -> None:
        question = {"do": "preview", "path": str(path), "media_type": media_type.value}
        question |= {"page": str(page), "into": str(into)}
        await self._quick(self._previewing, owner_id, question)

    @outside
    async def printable(
        self, path: Path, media_type: MediaType, *, into: Path, owner_id: UUID
    ) -> MediaType:
        question = {"do": "printable", "path": str(path), "media_type": media_type.value}
        question |= {"into": str(into)}
        return MediaType(await self._quick(self._printing, owner_id, question))

    @staticmethod
    async def _quick(lane: Lane, owner_id: UUID, question: dict[str, Any]) -> Any:
        try:
            return _told(await lane.ask(owner_id, question))
        except Ended as ended:
            if ended.reason in _TOO_LONG:
                raise PageNotRendered from ended
            raise FileDamaged from ended

    def refuse_reading(self, owner_id: UUID) -> None:
        self._reading.refuse_spent(owner_id)

    @outside
    async def read(self, order: ReadingOrder, *, owner_id: UUID, on_page: OnPage) -> Reading:
        known: list[Any] = []

        async def keep(done: int, count: int, page: Any) -> None:
            known.append(page)
            await on_page(done, count)

        for _ in range(_MOST_LOST_PAGES + 1):
            try:
                answer = _told(
                    await self._reading.ask(owner_id, order.question() | {"known": known}, keep)
                )
            except Ended as ended:
                if ended.reason != "cpu":
                    raise OcrFailed(reason=ended.reason) from ended
                known.append(None)  # the page at work is lost, and no other
                continue
            try:
                return _reading.validate_json(json.dumps(answer))
            except ValueError as error:
                raise OcrFailed(reason="the reader's answer makes no sense") from error
        raise FileDamaged


def _told(answer: Answer) -> Any:
    """Raises the refusal the program named; it can only name those of this service."""
    if answer.refused is None:
        return answer.done
    raise _refusal(answer.refused, answer.extra or {})


def _refusal(name: str, extra: dict[str, Any]) -> AppError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, AppError):
        return kind(**extra)
    return FileDamaged()
