"""The grid of a registration certificate: EU codes (A, B, C.1, D.1 …) and the words beside each."""

import re
from datetime import date

from services.documents.domain.headers import dates
from services.documents.domain.labels import Sheet
from services.documents.domain.page import Line, Word
from services.documents.domain.values import Candidate, parse_words

_CODE = re.compile(
    r"^[(\[]?(A|B|C[.,]?\s?[134][a-c]?(?:[.,]?1)?|D[.,]?[1-3](?:[.,]?1)?|E|F[.,]?[1-3]|G(?:[.,]?1)?|H|I|J(?:[.,]?[1-3])?|K|P[.,]?[1236]|Q|R|S[.,]?[12]|U[.,]?[12]|V[.,]?[79]|X[.,]?1|Y[.,]?[1-6]|Z[.,]?[1-4])[.)\]:]*$",
    re.IGNORECASE,
)


Grid = dict[str, tuple[tuple[Word, ...], Line]]


def grid_of(sheet: Sheet) -> Grid:
    """EU codes and the words beside each, up to the next code on the line."""
    grid: Grid = {}
    for line in sheet.lines:
        places = [(at, code) for at, word in enumerate(line.words) if (code := code_of(word.text))]
        for (at, code), (stop, _) in zip(
            places, [*places[1:], (len(line.words), "")], strict=False
        ):
            values = line.words[at + 1 : stop]
            if values and code not in grid:
                grid[code] = (values, line)
    return grid


def code_of(text: str) -> str | None:
    match = _CODE.match(text.strip())
    return re.sub(r"[^A-Z0-9]", "", match[1].upper()) if match else None


def coded_date(grid: Grid, code: str) -> Candidate[date] | None:
    if code not in grid:
        return None
    words, line = grid[code]
    found = parse_words(words, dates, line.page)
    return found[0] if found else None


def coded_text(grid: Grid, code: str) -> Candidate[str] | None:
    if code not in grid:
        return None
    words, line = grid[code]
    kept: list[Word] = []
    for word in words:
        if kept and word.box.left - kept[-1].box.right > 2.5 * word.box.height:
            break
        kept.append(word)
    text = " ".join(w.text for w in kept).strip(" .:|")
    if not text:
        return None
    sure = 0.94 * (0.6 + 0.4 * min(w.confidence for w in kept))
    return Candidate(text, sure, tuple(kept), line.page)
