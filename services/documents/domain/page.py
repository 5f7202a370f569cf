"""A page as words with places, and the few questions geometry can answer about them.

Places are in points of the page as it was read, origin top left, whatever the source (text layer or recognition).
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def joined(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    box: Box
    confidence: float = 1.0
    size: float = 0.0
    """Height of the letters; the box where the source tells nothing better."""


@dataclass(frozen=True)
class Segment:
    """Words that stand together: a cell, a label, a value; no wide gap inside."""

    words: tuple[Word, ...]
    page: int

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        return around(self.words)

    @property
    def confidence(self) -> float:
        return min(word.confidence for word in self.words)


@dataclass(frozen=True)
class Line:
    """Words on one height, cut into segments where the gap is wide."""

    segments: tuple[Segment, ...]
    page: int

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for segment in self.segments for word in segment.words)

    @cached_property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    @cached_property
    def box(self) -> Box:
        return around(self.words)


@dataclass(frozen=True)
class Page:
    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    source: str = "page"
    """`text` for a text layer, `page` for recognised letters."""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(_segments(words, self.number), self.number) for words in group_lines(self.words)
        )

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def around(words: Sequence[Word]) -> Box:
    box = words[0].box
    for word in words[1:]:
        box = box.joined(word.box)
    return box


def group_lines(words: Iterable[Word]) -> list[list[Word]]:
    """Words that share a height, from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    spans: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: w.box.middle):
        best, overlap = None, 0.0
        for index in range(len(lines) - 1, max(-1, len(lines) - 7), -1):
            top, bottom = spans[index]
            shared = min(bottom, word.box.bottom) - max(top, word.box.top)
            share = shared / max(1e-6, min(bottom - top, word.box.height))
            if share > max(0.5, overlap):
                best, overlap = index, share
        if best is None:
            lines.append([word])
            spans.append((word.box.top, word.box.bottom))
        else:
            lines[best].append(word)
            tops = median(w.box.top for w in lines[best])
            bottoms = median(w.box.bottom for w in lines[best])
            spans[best] = (tops, bottoms)
    for line in lines:
        line.sort(key=lambda w: w.box.left)
    lines.sort(key=lambda line: median(w.box.middle for w in line))
    return lines


def _segments(words: Sequence[Word], page: int) -> tuple[Segment, ...]:
    parts: list[list[Word]] = [[words[0]]]
    for before, word in itertools.pairwise(words):
        height = max(4.0, min(before.box.height, word.box.height))
        gap = word.box.left - before.box.right
        if gap > 1.3 * height:
            parts.append([word])
        else:
            parts[-1].append(word)
    return tuple(Segment(tuple(part), page) for part in parts)
