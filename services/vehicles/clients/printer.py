"""Pages as PDF, made by a program of its own: neither the web's nor the worker's loop waits for a line of it, and whatever a stranger's
paper does to it, it does to a process that has no secret, no network to ask and an end.

`templates/NAME.html` says what a page looks like; whoever prints hands over words and facts as plain JSON.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from shared.contracts.base import Language
from shared.db.outside import outside

log = structlog.get_logger()
PROGRAM: Final = "services.vehicles.clients.printing"
ROOT: Final = Path(__file__).parents[3]
ENVIRONMENT: Final = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONPATH": str(ROOT),
}
"""All that the program is told of the world: no setting and no secret of the service."""
SECONDS: Final = 300.0
"""By the wall: on a busy machine it waits more than it works."""
ORDER, RESULT, ANSWER = "order.json", "out.pdf", "answer.json"


class PrintFailed(Exception):
    """It fell silent, used up its time or memory, or could not make sense of what it was handed."""


@dataclass(frozen=True, slots=True)
class PaperToPrint:
    """Something that goes behind the pages. Without `content` it is only listed, with `why`."""

    number: int
    name: str | None
    on: date
    what: str
    media_type: str | None = None
    content: bytes | None = field(default=None, repr=False)
    why: str | None = None


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """`words`: by the name under which the template says them, with `{placeholders}`."""

    template: str
    title: str
    language: Language
    words: Mapping[str, str]
    facts: Mapping[str, Any]
    papers: Sequence[PaperToPrint] = ()


@dataclass(frozen=True, slots=True)
class PrintedPages:
    content: bytes = field(repr=False)
    papers: int
    """How many papers are in it."""
    unshown: frozenset[int] = frozenset()
    """The numbers of those that were handed over and that nobody could open."""


class Printer(Protocol):
    async def print(self, order: PrintOrder) -> PrintedPages:
        """Raises PrintFailed."""
        ...


class ProcessPrinter:
    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds

    @outside
    async def print(self, order: PrintOrder) -> PrintedPages:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="autotrack-print-"))
        try:
            await asyncio.to_thread(_lay_out, folder, order)
            await self._run(folder)
            return await asyncio.to_thread(_result, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _run(self, folder: Path) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            PROGRAM,
            str(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=ENVIRONMENT | {"TMPDIR": str(folder), "HOME": str(folder)},
            cwd=folder,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._seconds):
                _, said = await process.communicate()
        except TimeoutError as fault:
            raise PrintFailed("timeout") from fault
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode:
            last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
            kind = last.partition(":")[0][:100]  # what follows may quote what was printed
            log.warning("print.failed", code=process.returncode, kind=kind)
            raise PrintFailed(kind or "gone")


def _lay_out(folder: Path, order: PrintOrder) -> None:
    papers = []
    for paper in order.papers:
        said = {
            "number": paper.number,
            "name": paper.name,
            "on": paper.on.isoformat(),
            "what": paper.what,
            "media_type": paper.media_type,
            "why": paper.why,
            "file": None,
        }
        if paper.content is not None:
            said["file"] = f"paper-{paper.number}"
            (folder / f"paper-{paper.number}").write_bytes(paper.content)
        papers.append(said)
    (folder / ORDER).write_text(
        json.dumps(
            {
                "template": order.template,
                "title": order.title,
                "language": order.language.value,
                "words": dict(order.words),
                "facts": dict(order.facts),
                "papers": papers,
            }
        )
    )


def _result(folder: Path) -> PrintedPages:
    try:
        answer = json.loads((folder / ANSWER).read_text())
        return PrintedPages(
            (folder / RESULT).read_bytes(),
            int(answer["papers"]),
            frozenset(map(int, answer["unshown"])),
        )
    except (OSError, ValueError, KeyError) as fault:
        raise PrintFailed("no result") from fault
