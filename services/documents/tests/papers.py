"""Pages written as text: one string a line, `|` between columns; each letter seven points wide, each line twenty high."""

from services.documents.domain.labels import Sheet
from services.documents.domain.page import Box, Page, Word

LETTER, LINE, COLUMN = 7.0, 20.0, 180.0


def page_of(*lines: str, source: str = "text", number: int = 1) -> Page:
    words = []
    for row, line in enumerate(lines):
        for column, cell in enumerate(line.split("|")):
            left = 40 + column * COLUMN
            for text in cell.split():
                right = left + LETTER * len(text)
                box = Box(left, row * LINE, right, row * LINE + 12)
                words.append(Word(text, box, 1.0, 12.0))
                left = right + 5
    return Page(number, 800, LINE * len(lines) + 20, tuple(words), source=source)


def sheet_of(*lines: str, source: str = "text") -> Sheet:
    return Sheet([page_of(*lines, source=source)])
