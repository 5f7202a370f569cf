"""The reading of documents as the service sees it: a program of its own that is asked, watched and, if need be, ended.

Opening what strangers send takes place nowhere else; that program has limits of memory and time (reading.py), and this one
never imports what it imports.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import structlog
from pydantic import TypeAdapter

from services.documents import errors
from services.documents.domain.fields import Reading
from services.documents.domain.files import FileFacts, MediaType
from services.documents.errors import FileDamaged, OcrFailed
from services.documents.settings import Settings
from shared.contracts.documents import DocumentType
from shared.errors import AppError
from shared.process import cancelled, supervised

log = structlog.get_logger()
OnPage = Callable[[int, int], Awaitable[None]]
_facts = TypeAdapter(FileFacts)
_reading = TypeAdapter(Reading)
_LONGEST_ANSWER = 64 * 1024 * 1024
_QUICK_SECONDS = 25


class Reader(Protocol):
    async def inspect(self, path: Path) -> FileFacts:
        """What the file really is; raises FileRefused and its kin, FileTypeUnsupported."""
        ...

    async def unlock(self, path: Path, password: str, into: Path) -> FileFacts:
        """A copy that needs no password, at `into`; raises PasswordWrong."""
        ...

    async def preview(
        self, path: Path, media_type: MediaType, *, page: int, into: Path
    ) -> None: ...

    async def read(
        self,
        path: Path,
        media_type: MediaType,
        *,
        today: date,
        declared: DocumentType | None,
        on_page: OnPage,
    ) -> Reading:
        """Raises OcrFailed when another try may help, FileDamaged when none will."""
        ...


class ProcessReader:
    """Two programs, started when first asked: one for quick questions, one for reading, which may take a minute."""

    def __init__(self, settings: Settings) -> None:
        idle = float(settings.reader_idle_seconds)
        self._quick = _Program(settings.reader_memory_mb, _QUICK_SECONDS, idle)
        self._slow = _Program(settings.reader_memory_mb, settings.reader_seconds, idle)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self._quick.end()
            await self._slow.end()

    async def inspect(self, path: Path) -> FileFacts:
        return _facts.validate_python(await self._quick.ask({"do": "inspect", "path": str(path)}))

    async def unlock(self, path: Path, password: str, into: Path) -> FileFacts:
        question = {"do": "unlock", "path": str(path), "password": password, "into": str(into)}
        return _facts.validate_python(await self._quick.ask(question))

    async def preview(self, path: Path, media_type: MediaType, *, page: int, into: Path) -> None:
        question = {"do": "preview", "path": str(path), "media_type": media_type.value}
        await self._quick.ask({**question, "page": page, "into": str(into)})

    async def read(
        self,
        path: Path,
        media_type: MediaType,
        *,
        today: date,
        declared: DocumentType | None,
        on_page: OnPage,
    ) -> Reading:
        question = {"do": "read", "path": str(path), "media_type": media_type.value}
        question |= {"today": today.isoformat(), "declared": declared.value if declared else ""}
        try:
            answer = await self._slow.ask(question, on_page)
        except _Ended as ended:
            raise OcrFailed(reason=ended.reason) from ended
        try:
            return _reading.validate_json(json.dumps(answer))
        except ValueError as error:
            raise OcrFailed(reason="the reader's answer makes no sense") from error


class _Ended(FileDamaged):
    """The program went silent, ran out of memory or fell over this file."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class _Program:
    def __init__(self, memory_mb: int, seconds: float, idle: float) -> None:
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._idle = idle
        self._one_at_a_time = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None

    async def ask(self, question: dict[str, Any], on_page: OnPage | None = None) -> Any:
        async with self._one_at_a_time:
            await self._stay()
            process = await self._started()
            try:
                return await self._asked(process, question, on_page)
            except (
                TimeoutError,
                BrokenPipeError,
                ConnectionResetError,
                ValueError,
                _Ended,
            ) as fault:
                await self._kill()
                reason = "timeout" if isinstance(fault, TimeoutError) else "ended"
                log.warning("reader.ended", reason=reason, question=question["do"])
                raise _Ended(reason) from fault
            except asyncio.CancelledError:
                await self._kill()
                raise
            finally:
                if self._process is not None:
                    self._ending = supervised(self._end_when_idle(), name="reader-idle")

    async def _asked(
        self,
        process: asyncio.subprocess.Process,
        question: dict[str, Any],
        on_page: OnPage | None,
    ) -> Any:
        if process.stdin is None or process.stdout is None:
            raise _Ended("no pipe")
        process.stdin.write(json.dumps(question).encode() + b"\n")
        await process.stdin.drain()
        while True:
            line = await asyncio.wait_for(process.stdout.readline(), self._seconds)
            if not line:
                raise _Ended("gone")
            answer = json.loads(line)
            if "page" in answer:
                if on_page:
                    await on_page(*answer["page"])
            elif "refused" in answer:
                raise _refusal(answer["refused"], answer["extra"])
            else:
                return answer["done"]

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.documents.clients.reading",
                str(self._memory_mb),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST_ANSWER,
                start_new_session=True,
            )
        return self._process

    async def _stay(self) -> None:
        if self._ending is not None:
            await cancelled(self._ending)
            self._ending = None

    async def _end_when_idle(self) -> None:
        await asyncio.sleep(self._idle)
        await self._kill()

    async def _kill(self) -> None:
        """With its children: a recogniser at work must not outlive the question."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def end(self) -> None:
        await self._stay()
        await self._kill()


def _refusal(name: str, extra: dict[str, Any]) -> AppError:
    """The refusal the program named; it can only name those of this service."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, AppError):
        return kind(**extra)
    return FileDamaged()
