"""The program that opens and reads documents, under limits: questions in and answers out, one line of JSON each.

It is started by reader.py and knows nothing of the service: no database, no settings, no secrets.
"""

import json
import os
import resource
import sys
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from pydantic import TypeAdapter

from services.documents.clients import pages
from services.documents.clients.ocr import TesseractOcr
from services.documents.domain.fields import Reading, read_fields
from services.documents.domain.files import FileFacts, MediaType
from services.documents.errors import FileDamaged
from shared.contracts.documents import DocumentType
from shared.errors import AppError

_LARGEST_FILE = 512 * 1024 * 1024
_facts = TypeAdapter(FileFacts)
_reading = TypeAdapter(Reading)


def main(memory_mb: int) -> None:
    _limit(memory_mb)
    # two threads of the recogniser on one page only wait for each other: twice as slow, measured
    os.environ["OMP_THREAD_LIMIT"] = "1"  # noqa: TID251 -- the recogniser reads it nowhere else
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not speak into the answers
    for line in sys.stdin:
        say(answers, _answer(json.loads(line), answers))


def _limit(memory_mb: int) -> None:
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _answer(question: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    try:
        return {"done": _do(question, answers)}
    except AppError as refusal:
        return {"refused": type(refusal).__name__, "extra": refusal.extra}
    except (MemoryError, RecursionError):
        return {"refused": FileDamaged.__name__, "extra": {}}


def _do(question: dict[str, Any], answers: TextIO) -> Any:
    path = Path(question["path"])
    match question["do"]:
        case "inspect":
            return _facts.dump_python(pages.inspect(path), mode="json")
        case "unlock":
            facts = pages.unlock(path, question["password"], Path(question["into"]))
            return _facts.dump_python(facts, mode="json")
        case "preview":
            picture = pages.preview(path, MediaType(question["media_type"]), page=question["page"])
            Path(question["into"]).write_bytes(picture)
            return None
        case "read":
            return _reading.dump_python(_read(path, question, answers), mode="json")
        case other:
            raise ValueError(other)


def _read(path: Path, question: dict[str, Any], answers: TextIO) -> Reading:
    found = pages.read(
        path,
        MediaType(question["media_type"]),
        TesseractOcr(),
        progress=lambda done, count: say(answers, {"page": [done, count]}),
    )
    return read_fields(
        found.pages,
        today=date.fromisoformat(question["today"]),
        einvoice=found.einvoice,
        declared=DocumentType(question["declared"]) if question["declared"] else None,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
