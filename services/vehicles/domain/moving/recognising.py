"""How far a file is understood without asking: its format, what was settled of it, and what is still open."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from services.vehicles.domain.moving.found import Part, Question, Reader
from services.vehicles.domain.moving.mapped import MAPPING, Mapped
from services.vehicles.domain.moving.readers import READERS, recognise

FORMAT: Final = "format"
MAPPED: Final = Mapped.name
LARGEST_QUESTION: Final = 300
"""Choices and samples of one that are shown."""


class MappedKind(StrEnum):
    """What the rows of a table are that no reader knows."""

    FILL = "fill"
    RECORD = "record"
    EXPENSE = "expense"
    READING = "reading"


class Column(StrEnum):
    """What a column of such a table may hold: the words of `columns.py`."""

    DATE = "date"
    TIME = "time"
    ODOMETER = "odometer"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_PRICE = "unit_price"
    TOTAL = "total"
    CURRENCY = "currency"
    ENERGY = "energy"
    FULL = "full"
    PARTIAL = "partial"
    MISSED = "missed"
    PLACE = "place"
    VEHICLE = "vehicle"
    TITLE = "title"
    CATEGORY = "category"
    TAGS = "tags"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Look:
    candidates: list[str]
    format: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def asks_mapping(self) -> bool:
        return any(each["name"] == MAPPING for each in self.questions)


def reader_of(name: str) -> Reader:
    """Raises KeyError for a name that is no format."""
    return {reader.name: reader for reader in READERS}[name]


def mapping_answer(mapping: Mapping[str, Any]) -> str:
    """As the reader of tables wants it: `{"kind": "fill", "columns": {"date": "Datum", …}}` in one level."""
    return json.dumps({"kind": mapping["kind"], **mapping["columns"]}, ensure_ascii=False)


def look(parts: Sequence[Part], *, format_: str | None, answers: Mapping[str, str]) -> Look:
    """No candidates: nobody can read it. Raises CannotTake."""
    known = [reader.name for reader in recognise(parts)]
    is_table = MAPPED not in known and reader_of(MAPPED).recognises(parts)
    candidates = [*known, *([MAPPED] if is_table else [])]
    chosen = format_ if format_ in candidates else None
    if chosen is None and len(known) > 1:
        return Look(candidates, questions=[_shown(Question(FORMAT, known))])
    chosen = chosen or (known[0] if known else None)
    if chosen is None:
        return Look(candidates)
    settled = reader_of(chosen).settle(parts, answers)
    questions = [_shown(question) for question in settled.questions]
    return Look(candidates, chosen, dict(settled.facts), questions)


def _shown(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "choices": list(question.choices)[:LARGEST_QUESTION],
        "proposed": question.proposed,
        "samples": list(question.samples)[:LARGEST_QUESTION],
    }
