"""One running reading program as the service sees it: asked one thing at a time, watched and, if need be, ended.

Only a complete answer to the very question leaves the program alive: whatever else happens to the asker or to the answer, what
is still in the pipe would be the next asker's.
"""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from services.documents.clients.blobs import told_when_full
from shared.db.outside import outside
from shared.process import supervised

log = structlog.get_logger()
OnPage = Callable[[int, int, Any], Awaitable[None]]
"""Pages done, pages in all, and what was read on the page just done."""
LONGEST_ANSWER = 64 * 1024 * 1024
READING = "services.documents.clients.reading"
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    # two threads of the recogniser on one page only wait for each other: twice as slow, measured
    "OMP_THREAD_LIMIT": "1",
}
"""All that the program is told of the world: no setting and no secret of the service."""


@dataclass(frozen=True, slots=True)
class Limits:
    memory_mb: int
    seconds: float
    """Longest silence, by the wall."""
    cpu_seconds: int
    """Of a processor, for one question or one page of it; what the recogniser uses as a program of its own is not in it."""
    idle: float
    """It ends after so many seconds without work."""
    is_patient: bool = False
    """Gives way to everything else on the machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    cpu: float
    """Seconds of a processor it cost, the recogniser's included."""
    done: Any = None
    refused: str | None = None
    extra: dict[str, Any] | None = None


class Ended(Exception):
    """It fell silent (`timeout`), used up its processor time (`cpu`), or fell over this file (`gone`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Program:
    """Started when first asked; not to be asked by two at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._numbers = itertools.count(1)
        self._process: asyncio.subprocess.Process | None = None
        self._folder: str | None = None
        self._idling: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @outside
    async def ask(self, question: dict[str, Any], on_page: OnPage | None = None) -> Answer:
        """Raises Ended, and whatever `on_page` raises."""
        is_complete = False
        try:
            self._stay()
            answer = await self._asked(await self._started(), question, on_page)
            is_complete = True
        except Ended as ended:
            log.warning("reader.ended", reason=ended.reason, question=question["do"])
            raise
        finally:
            if is_complete:
                self._idling = supervised(self._end_when_idle(), name="reader-idle")
            else:
                self._kill()
        return answer

    async def _asked(
        self, process: asyncio.subprocess.Process, question: dict[str, Any], on_page: OnPage | None
    ) -> Answer:
        number = next(self._numbers)
        async with self._watched(process):
            await self._tell(process, question | {"id": number, "cpu": self._limits.cpu_seconds})
        while True:
            async with self._watched(process):
                said = await self._hear(process)
            if said["id"] != number:
                raise Ended("confused")
            if "page" not in said:
                return Answer(said["cpu"], said.get("done"), said.get("refused"), said.get("extra"))
            if on_page:
                done, count = said["page"]
                await on_page(done, count, said["read"])

    @asynccontextmanager
    async def _watched(self, process: asyncio.subprocess.Process) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.seconds):
                yield
        except TimeoutError as fault:
            raise Ended("timeout") from fault
        except (BrokenPipeError, ConnectionResetError, EOFError) as fault:
            raise Ended(await self._reason(process)) from fault
        except (ValueError, KeyError, TypeError) as fault:
            raise Ended("confused") from fault

    @staticmethod
    async def _tell(process: asyncio.subprocess.Process, question: dict[str, Any]) -> None:
        if process.stdin is None:
            raise EOFError
        process.stdin.write(json.dumps(question).encode() + b"\n")
        await process.stdin.drain()

    @staticmethod
    async def _hear(process: asyncio.subprocess.Process) -> dict[str, Any]:
        line = await process.stdout.readline() if process.stdout is not None else b""
        if not line:
            raise EOFError
        said = json.loads(line)
        return {"id": said["id"], **said}

    async def _reason(self, process: asyncio.subprocess.Process) -> str:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await process.wait()
        return "cpu" if process.returncode == -signal.SIGXCPU else "gone"

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._kill()
        with told_when_full():
            self._folder = tempfile.mkdtemp(prefix="autotrack-reader-")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            READING,
            str(self._limits.memory_mb),
            str(int(self._limits.is_patient)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_ENVIRONMENT | {"TMPDIR": self._folder, "HOME": self._folder},
            limit=LONGEST_ANSWER,
            start_new_session=True,
        )
        return self._process

    def _stay(self) -> None:
        """Not waited for: who is cancelled while it sleeps never comes to the next line."""
        idling, self._idling = self._idling, None
        if idling is not None:
            idling.cancel()

    async def _end_when_idle(self) -> None:
        await asyncio.sleep(self._limits.idle)
        self._kill()

    def _kill(self) -> None:
        """With its children, at once: a recogniser at work must not outlive the question. What is left of it goes behind our back."""
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if process is not None or folder is not None:
            task = supervised(_bury(process, folder), name="reader-end")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def end(self) -> None:
        self._stay()
        self._kill()
        await asyncio.gather(*self._ending)


async def _bury(process: asyncio.subprocess.Process | None, folder: str | None) -> None:
    if process is not None:
        await process.wait()
    if folder is not None:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
