"""One value found on a paper, with what it was read from; and the search that starts at a label."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from services.documents.domain.labels import Hit, Sheet
from services.documents.domain.page import Box, Word, around

T = TypeVar("T")
_FIRST_WORDS = 4
_BELOW = 0.94  # a value under its label is a little less certain than one beside it


@dataclass(frozen=True, slots=True)
class FieldValue:
    name: str
    value: str
    confidence: float
    raw: str = ""
    page: int | None = None
    box: Box | None = None
    source: str = "page"


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A value in a piece of text, from character `start` to `end`."""

    value: T
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    value: T
    confidence: float
    words: tuple[Word, ...]
    page: int
    hit: Hit | None = None

    def scaled(self, factor: float) -> "Candidate[T]":
        return replace(self, confidence=min(0.995, self.confidence * factor))

    def field(self, name: str, text: str, source: str = "page") -> FieldValue:
        raw = " ".join(word.text for word in self.words)
        box = around(self.words) if self.words else None
        return FieldValue(name, text, round(self.confidence, 3), raw[:200], self.page, box, source)


Parser = Callable[[str], Iterable[Match[T]]]


def parse_words(words: Sequence[Word], parse: Parser[T], page: int) -> list[Candidate[T]]:
    """The parser's matches in these words, each with the words it covers; recognition's doubt is taken over."""
    text = " ".join(word.text for word in words)
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    found = []
    for match in parse(text):
        covered = tuple(
            word
            for word, start in zip(words, starts, strict=True)
            if start < match.end and start + len(word.text) > match.start
        )
        if covered:
            doubt = min(word.confidence for word in covered)
            confidence = match.confidence * (0.6 + 0.4 * min(1.0, doubt / 0.9))
            found.append(Candidate(match.value, confidence, covered, page))
    return found


def labelled(
    sheet: Sheet, hits: Iterable[Hit], parse: Parser[T], *, rows: int = 3, last: bool = False
) -> list[Candidate[T]]:
    """For each label the nearest value beside it, else the nearest under it."""
    found = []
    for hit in hits:
        clear = hit.score * (0.99 if hit.rank < 12 else 0.97)  # noqa: PLR2004 -- the clearest labels stand first in their list
        beside = parse_words(sheet.right(hit), parse, hit.line.page)
        if beside:
            one = beside[-1 if last else 0]
            found.append(replace(one.scaled(clear), hit=hit))
            continue
        for row in [*sheet.below(hit, rows=rows), sheet.next_line(hit)[:_FIRST_WORDS]]:
            under = parse_words(row, parse, hit.line.page)
            if under:
                found.append(replace(under[0].scaled(clear * _BELOW), hit=hit))
                break
    return found


def agreed(candidates: Sequence[Candidate[T]]) -> Candidate[T] | None:
    """The best candidate; the same value read twice is surer, other values beside it make it less sure."""
    if not candidates:
        return None
    doubts: dict[T, float] = {}
    for one in candidates:
        doubts[one.value] = doubts.get(one.value, 1.0) * (1 - min(0.98, one.confidence))
    best = max(candidates, key=lambda c: (-doubts[c.value], c.confidence))
    rivals = [1 - doubt for value, doubt in doubts.items() if value != best.value]
    confidence = 1 - doubts[best.value]
    if rivals:
        confidence *= 1 - 0.25 * max(rivals)
    return replace(best, confidence=min(0.995, confidence))


Fields = dict[str, FieldValue]


def put(
    fields: Fields, name: str, one: Candidate[str] | Candidate[date] | Candidate[int] | None
) -> None:
    if one is not None:
        text = one.value.isoformat() if isinstance(one.value, date) else str(one.value)
        fields[name] = one.field(name, text)


def names(text: str) -> Iterator[Match[str]]:
    """A name or a company at the start of the text, up to what cannot belong to it."""
    cut = re.split(r"[,;|]|\s[-–]\s|\bcertif|\b\d{2,}", text)[0].strip(" .:|_-—")
    cut = re.sub(
        r"^(?:M\.|Mr|Mrs|Ms|Mme|MME|MR|Monsieur|MONSIEUR|Madame|MADAME|D\.|Sr\.?|Sra\.?)\s+",
        "",
        cut,
    )
    if sum(c.isalpha() for c in cut) >= 4 and len(cut) <= 50:  # noqa: PLR2004 -- a name
        at = text.find(cut)
        yield Match(cut, 0.93, at, at + len(cut))
