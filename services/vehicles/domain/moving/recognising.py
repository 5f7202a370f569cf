"""How far a file is understood without asking: its format, what was settled of it, and what is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from services.vehicles.domain.moving.found import Part, Question, Reader
from services.vehicles.domain.moving.mapped import CSV, Mapped, columns_of, is_table, samples_of
from services.vehicles.domain.moving.readers import READERS, recognise

FORMAT, MAPPING = "format", "mapping"
MOST_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class Look:
    candidates: list[str]
    format: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)


def reader_of(name: str, mapping: Mapping[str, Any] | None) -> Reader:
    """Raises KeyError for a name that is no format."""
    if name == CSV:
        return Mapped(mapping or {})
    return {reader.name: reader for reader in READERS}[name]


def look(
    parts: Sequence[Part],
    *,
    format_: str | None,
    mapping: Mapping[str, Any] | None,
    answers: Mapping[str, str],
) -> Look:
    """No candidates: nobody can read it. Raises CannotTake."""
    known = [reader.name for reader in recognise(parts)]
    table = is_table(parts)
    candidates = [*known, *([CSV] if table else [])]
    chosen = format_ if format_ in candidates else None
    if chosen is None:
        if len(known) > 1:
            return Look(candidates, questions=[asdict(Question(FORMAT, candidates))])
        chosen = known[0] if known else CSV if table else None
    if chosen is None:
        return Look(candidates)
    if chosen == CSV and mapping is None:
        return Look(candidates, chosen, questions=[asdict(_mapping_asked(parts))])
    settled = reader_of(chosen, mapping).settle(parts, answers)
    questions = [asdict(question) for question in settled.questions]
    return Look(candidates, chosen, dict(settled.facts), questions)


def _mapping_asked(parts: Sequence[Part]) -> Question:
    part = next(part for part in parts if columns_of(part))
    samples = [f"{name}: {cell}" for row in samples_of(part) for name, cell in row.items()]
    columns = tuple(name for name in columns_of(part) if name)[:MOST_COLUMNS]
    return Question(MAPPING, columns, samples=tuple(samples[:MOST_COLUMNS]))
