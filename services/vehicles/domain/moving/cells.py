"""Rows of cells out of a text, as leniently as people and spreadsheets write them, in one pass over it.

What is well-formed comes out as Python's `csv` reads it. Beyond that: lone carriage returns end a line, text after a closing quote
belongs to the cell, spaces before an opening one do not, and a line that a spreadsheet wrapped whole into one cell is read again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from services.vehicles.domain.moving.found import LONGEST_CELL, MOST_CELLS, CannotTake

SEPARATORS: Final = ";\t,|"
QUOTE: Final = '"'
SPACES: Final = " \u00a0"
LOOKED_AT: Final = 40
"""Lines in which a header is looked for."""
WRAPPED_FROM: Final = 3
"""A single cell with fewer separators in it may be a sentence."""
LINE_END: Final = re.compile(r"\r\n|\r|\n")
LINE: Final = re.compile(r"[^\r\n]+")
QUOTED: Final = re.compile(r'"(?:[^"]|"")*"?')
DECLARED: Final = re.compile(r'^"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)')
"""What Excel writes first to tell itself."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: Sequence[str]
    is_quoted: bool = False
    """Whether its first cell was."""


@cache
def _simple(separator: str) -> re.Pattern[str]:
    """A cell as most are, bare or quoted with nothing odd in it, and what ends it."""
    mark = re.escape(separator)
    return re.compile(
        rf'(?:"(?P<quoted>[^"\r\n]*)"|(?P<bare>[^"{mark}\r\n]*))(?P<end>{mark}|\r\n|\r|\n|\Z)'
    )


@cache
def _stops(separator: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(separator)}\r\n]")


def rows_of(text: str, separator: str, escape: str = "") -> Iterator[Row]:
    """Empty lines are left out. `escape`: the sign before a quote that does not close, where a program writes one.

    Raises CannotTake for a row of too many cells and a cell that is too long.
    """
    declared = DECLARED.match(text)
    place, line = (declared.end(), 2) if declared else (0, 1)
    while place < len(text):
        begun = place
        easy = _easy(text, place, separator, escape)
        cells, quoted, place, lines = easy or _row(text, place, separator, escape)
        if len(cells) > MOST_CELLS:
            raise CannotTake("too_many_cells", line)
        if place - begun > LONGEST_CELL and any(len(cell) > LONGEST_CELL for cell in cells):
            raise CannotTake("cell_too_long", line)
        if len(cells) > 1 or cells[0] or quoted:
            yield Row(line, cells, quoted)
        line += lines


def _easy(
    text: str, place: int, separator: str, escape: str
) -> tuple[list[str], bool, int, int] | None:
    """The same for a row in which nothing is odd; None for others."""
    ended = LINE_END.search(text, place)
    end = ended.start() if ended else len(text)
    after = ended.end() if ended else len(text)
    line = text[place:end]
    if QUOTE not in line:
        return line.split(separator), False, after, 1
    if escape and escape in line:
        return None
    cells: list[str] = []
    simple = _simple(separator)
    is_quoted = line.startswith(QUOTE)
    at = place
    while found := simple.match(text, at):
        quoted = found["quoted"]
        cells.append(found["bare"] if quoted is None else quoted)
        at = found.end()
        if found["end"] != separator:
            return cells, is_quoted, at, 1
    return None


def _row(text: str, place: int, separator: str, escape: str) -> tuple[list[str], bool, int, int]:
    """Its cells, whether the first was quoted, where the next begins, how many lines it took."""
    stops, lines, first = _stops(separator), 0, False
    cells: list[str] = []
    while True:
        start = place
        while text[start : start + 1] in SPACES and start < len(text):
            start += 1
        cell = ""
        if text.startswith(QUOTE, start):
            cell, place = _quoted(text, start + 1, escape)
            lines += _lines(cell)
            first = first or not cells
        stop = stops.search(text, place)
        end = stop.start() if stop else len(text)
        cells.append(cell + text[place:end])
        if stop is None:
            return cells, first, end, lines
        if stop.group() == separator and len(cells) <= MOST_CELLS:
            place = end + 1
            continue
        ended = LINE_END.match(text, end)
        return cells, first, ended.end() if ended else end + 1, lines + 1


def _lines(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n") if cell else 0


def _quoted(text: str, place: int, escape: str) -> tuple[str, int]:
    """From behind the opening quote to behind the closing one; without one, to the end."""
    parts = []
    stop = _ends(escape)
    while found := stop.search(text, place):
        at = found.start()
        parts.append(text[place:at])
        following = text[at + 1 : at + 2]
        if found.group() != QUOTE:
            parts.append(following if following in (QUOTE, escape) else found.group() + following)
        elif following == QUOTE:
            parts.append(QUOTE)
        else:
            return "".join(parts), at + 1
        place = at + 2
    parts.append(text[place:])
    return "".join(parts), len(text)


@cache
def _ends(escape: str) -> re.Pattern[str]:
    return re.compile(f"[{QUOTE}{re.escape(escape)}]")


def separator_of(text: str) -> str:
    """Of the first line that has any outside quotes: a header's, as rows hold decimal commas."""
    if declared := DECLARED.match(text):
        return declared[1]
    for number, line in enumerate(LINE.finditer(text)):
        if number > LOOKED_AT:
            break
        bare = _outside(line.group()[:LONGEST_CELL])
        counts = {mark: bare.count(mark) for mark in SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


def _outside(line: str) -> str:
    """What of a line stands outside quotes; of a line that was wrapped whole, within it."""
    bare = QUOTED.sub("", line)
    if bare.strip(SEPARATORS + SPACES) or not line.startswith(QUOTE):
        return bare
    whole = line.rstrip(SEPARATORS + SPACES)
    cells = QUOTED.findall(line)
    if len(cells) == 1 and whole.endswith(QUOTE):
        inner = whole[1:-1].replace(QUOTE * 2, QUOTE)
        return QUOTED.sub("", inner) or bare
    return bare


def unwrapped(rows: Iterator[Row], separator: str) -> Iterator[Row]:
    """Lines that are one quoted cell are what a spreadsheet made of a line: read again."""
    for row in rows:
        if not row.is_quoted or any(row.cells[1:]) or separator not in row.cells[0]:
            yield row
            continue
        inner = [each.cells for each in rows_of(row.cells[0].rstrip(";\t"), separator)]
        whole = len(inner) == 1 and len(inner[0]) >= WRAPPED_FROM
        yield Row(row.line, inner[0]) if whole else row
