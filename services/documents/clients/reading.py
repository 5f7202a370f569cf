"""The program that opens and reads documents, under limits: questions in and answers out, one line of JSON each.

It is started by reader.py and knows nothing of the service: no database, no settings, no secrets.
"""

import json
import math
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from pydantic import TypeAdapter

from services.documents.clients import pages
from services.documents.clients.blobs import NO_ROOM
from services.documents.clients.confined import confine
from services.documents.clients.ocr import TesseractOcr
from services.documents.clients.printable import make_printable
from services.documents.domain.fields import Reading, read_fields
from services.documents.domain.files import FileFacts, MediaType
from services.documents.domain.page import Page
from services.documents.errors import FileDamaged, StorageFull
from shared.contracts.documents import DocumentType
from shared.errors import AppError

_facts = TypeAdapter(FileFacts)
_reading = TypeAdapter(Reading)
_page: TypeAdapter[Page | None] = TypeAdapter(Page | None)
Tell = Callable[[dict[str, Any]], None]


def main(memory_mb: int, *, is_patient: bool) -> None:
    confine(memory_mb)
    if is_patient:
        os.nice(10)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not speak into the answers
    for line in sys.stdin:
        question = json.loads(line)
        _answer(question, partial(say, answers, question["id"]))


def say(answers: TextIO, number: int, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer | {"id": number}) + "\n")
    answers.flush()


def _used() -> float:
    """Processor seconds of this program and of the recognisers it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _allow(seconds: int) -> None:
    """From now on so much processor time for this program itself; the kernel ends it when that is used up."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(time.process_time()) + seconds
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )


def _answer(question: dict[str, Any], tell: Tell) -> None:
    before = _used()
    _allow(question["cpu"])
    answer = _outcome(question, tell)
    tell(answer | {"cpu": _used() - before})


def _outcome(question: dict[str, Any], tell: Tell) -> dict[str, Any]:
    try:
        return {"done": _do(question, tell)}
    except AppError as refusal:
        return {"refused": type(refusal).__name__, "extra": refusal.extra}
    except OSError as fault:
        if fault.errno not in NO_ROOM:
            raise
        return {"refused": StorageFull.__name__, "extra": {}}
    except (MemoryError, RecursionError):
        return {"refused": FileDamaged.__name__, "extra": {}}


def _do(question: dict[str, Any], tell: Tell) -> Any:
    path = Path(question["path"])
    match question["do"]:
        case "inspect":
            return _facts.dump_python(pages.inspect(path), mode="json")
        case "unlock":
            facts = pages.unlock(path, question["password"], Path(question["into"]))
            return _facts.dump_python(facts, mode="json")
        case "preview":
            picture = pages.preview(
                path, MediaType(question["media_type"]), page=int(question["page"])
            )
            Path(question["into"]).write_bytes(picture)
            return None
        case "printable":
            media_type = MediaType(question["media_type"])
            return make_printable(path, media_type, Path(question["into"])).value
        case "read":
            return _reading.dump_python(_read(path, question, tell), mode="json")
        case other:
            raise ValueError(other)


def _read(path: Path, question: dict[str, Any], tell: Tell) -> Reading:
    def progress(done: int, count: int, page: Page | None) -> None:
        tell({"page": [done, count], "read": _page.dump_python(page, mode="json")})
        _allow(question["cpu"])

    found = pages.read(
        path,
        MediaType(question["media_type"]),
        TesseractOcr(),
        known=[_page.validate_json(json.dumps(page)) for page in question["known"]],
        progress=progress,
    )
    return read_fields(
        found.pages,
        today=date.fromisoformat(question["today"]),
        einvoice=found.einvoice,
        declared=DocumentType(question["declared"]) if question["declared"] else None,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), is_patient=sys.argv[2] == "1")
