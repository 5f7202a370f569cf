"""The words papers use to announce a value, and where they stand on a page.

A label is found as whole words, letter for letter or nearly so where the letters were recognised; of two labels at one
place the longer wins, so that "date d'échéance" is never taken for "date".
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from rapidfuzz import fuzz

from services.documents.domain.page import Box, Line, Page, Word, around
from services.documents.domain.text import fold

_NEARLY = 84  # per cent of letters alike
_FUZZY_FROM = 6  # letters: shorter labels must match exactly
_LOST_LETTERS = 2
_NEARLY_WORD = 90  # a single word has too many neighbours
_WEAK = frozenset({"le", "au", "du", "on"})
_GLUED = re.compile(r"[:°º#]")


@dataclass(frozen=True, slots=True)
class Phrase:
    kind: str
    tokens: tuple[str, ...]
    rank: int
    """Place in its list: earlier phrases say it more clearly."""

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


@dataclass(frozen=True)
class Hit:
    """A label on a line: words `start` up to `end`."""

    kind: str
    rank: int
    score: float
    line: Line
    index: int
    """Of the line on its page."""
    start: int
    end: int

    @property
    def box(self) -> Box:
        return around(self.line.words[self.start : self.end])


@cache
def phrases() -> tuple[Phrase, ...]:
    text = (
        resources.files("services.documents.domain").joinpath("data/labels.json").read_text("utf-8")
    )
    table: dict[str, list[str]] = json.loads(text)
    made = [
        Phrase(kind, tuple(fold(words).split()), rank)
        for kind, listed in table.items()
        for rank, words in enumerate(listed)
    ]
    return tuple(sorted(made, key=lambda p: (-len(p.tokens), -len(p.text))))


@cache
def _by_first() -> dict[str, tuple[Phrase, ...]]:
    table: dict[str, list[Phrase]] = {}
    for phrase in phrases():
        table.setdefault(phrase.tokens[0], []).append(phrase)
    return {first: tuple(listed) for first, listed in table.items()}


@cache
def _long_phrases() -> tuple[tuple[Phrase, str], ...]:
    return tuple(
        (p, p.text.replace(" ", ""))
        for p in phrases()
        if len(p.text.replace(" ", "")) >= _FUZZY_FROM
    )


class Sheet:
    """Pages with their labels found once."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = tuple(pages)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for page in self.pages for line in page.lines)

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        found: list[Hit] = []
        for page in self.pages:
            fuzzy = page.source != "text"
            for index, line in enumerate(page.lines):
                found.extend(line_hits(line, index, fuzzy=fuzzy))
        return tuple(found)

    @cached_property
    def _hits_by_line(self) -> dict[tuple[int, int], list[Hit]]:
        table: dict[tuple[int, int], list[Hit]] = {}
        for hit in self.hits:
            table.setdefault((hit.line.page, hit.index), []).append(hit)
        return table

    def of(self, *kinds: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind in kinds]

    def page(self, number: int) -> Page:
        return next(page for page in self.pages if page.number == number)

    def right(self, hit: Hit) -> tuple[Word, ...]:
        """The words after the label on its line, up to the next label."""
        stop = len(hit.line.words)
        for other in self._hits_by_line[(hit.line.page, hit.index)]:
            if hit.end <= other.start < stop:
                stop = other.start
        return hit.line.words[hit.end : stop]

    def below(
        self, hit: Hit, *, rows: int = 3, past: frozenset[str] = frozenset()
    ) -> Iterator[tuple[Word, ...]]:
        """The words under the label in its column, line by line, until another label stands there (but for those in `past`)."""
        page, box = self.page(hit.line.page), hit.box
        right = self._column_end(hit, page)
        last = box.bottom
        for index in range(hit.index + 1, min(hit.index + 1 + rows, len(page.lines))):
            line = page.lines[index]
            if line.box.top - last > 4 * max(box.height, 6):
                return
            inside = tuple(
                word
                for segment in line.segments
                if segment.box.left < right and segment.box.right > box.left - box.height
                for word in segment.words
                if word.box.left < right and word.box.right > box.left - 2 * box.height
            )
            if not inside:
                continue
            labelled = [
                other
                for other in self._hits_by_line.get((hit.line.page, index), [])
                if other.kind not in past
                and other.box.left < min(right, box.right)
                and other.box.right > box.left
            ]
            if labelled and labelled[0].start == line.words.index(inside[0]):
                return
            last = line.box.bottom
            yield inside

    def next_line(self, hit: Hit) -> tuple[Word, ...]:
        """Where a sentence goes on when its label is the last of a line; nothing when it is not."""
        lines = self.page(hit.line.page).lines
        if hit.end < len(hit.line.words) or hit.index + 1 >= len(lines):
            return ()
        return lines[hit.index + 1].words

    def _column_end(self, hit: Hit, page: Page) -> float:
        end = page.width
        for word in hit.line.words[hit.end :]:
            if word.box.left > hit.box.right + hit.box.height:
                end = word.box.left - hit.box.height * 0.3
                break
        return end


def line_hits(line: Line, index: int, *, fuzzy: bool) -> list[Hit]:
    """Labels of one line, longest first, none inside another."""
    folded = [fold(word.text) for word in line.words]
    tokens = [(token, place) for place, text in enumerate(folded) for token in text.split()]
    taken: set[int] = set()
    found: list[Hit] = []
    for hit in sorted(
        _candidates(tokens, line, index, fuzzy=fuzzy), key=lambda h: (-h[0], h[1].rank)
    ):
        places = set(range(hit[1].start, hit[1].end))
        if not places & taken:
            taken |= places
            found.append(hit[1])
    return sorted(found, key=lambda h: h.start)


def _candidates(
    tokens: list[tuple[str, int]], line: Line, index: int, *, fuzzy: bool
) -> Iterator[tuple[float, Hit]]:
    words = [token for token, _ in tokens]
    for at, first in enumerate(words):
        for phrase in _by_first().get(first, ()):
            size = len(phrase.tokens)
            if tuple(words[at : at + size]) == phrase.tokens:
                hit = _hit(phrase, 1.0, line, index, (tokens, at, at + size))
                if hit:
                    yield len(phrase.text), hit
    if fuzzy:
        yield from _nearly(tokens, words, line, index)


def _nearly(
    tokens: list[tuple[str, int]], words: list[str], line: Line, index: int
) -> Iterator[tuple[float, Hit]]:
    for phrase, solid in _long_phrases():
        size = len(phrase.tokens)
        for length in {size, max(1, size - 1), size + 1}:
            for at in range(len(words) - length + 1):
                text = "".join(words[at : at + length])
                if abs(len(text) - len(solid)) > _LOST_LETTERS or (
                    text == solid and length == size
                ):
                    continue
                enough = _NEARLY if size > 1 else _NEARLY_WORD
                score = fuzz.ratio(text, solid, score_cutoff=enough)
                hit = (
                    _hit(phrase, score / 100, line, index, (tokens, at, at + length))
                    if score
                    else None
                )
                if hit:
                    yield len(solid) * score / 100 - 1, hit


def _hit(
    phrase: Phrase,
    score: float,
    line: Line,
    index: int,
    span: tuple[list[tuple[str, int]], int, int],
) -> Hit | None:
    """None where the words announce nothing: `le` before a name, `INV` inside `INV-55144`."""
    tokens, at, stop = span
    start, last = tokens[at][1], tokens[stop - 1][1]
    goes_on = stop < len(tokens) and tokens[stop][1] == last
    if goes_on and start == last and not _GLUED.search(line.words[start].text):
        return None
    end = last if goes_on and last > start else last + 1
    if phrase.text in _WEAK and not (end < len(line.words) and line.words[end].text[:1].isdigit()):
        return None
    return Hit(phrase.kind, phrase.rank, score, line, index, start, end)
