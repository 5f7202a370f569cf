"""Files of several tables under each other, each with a line that names it and a header of its own."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from services.vehicles.domain.moving.cells import Row, rows_of, separator_of, unwrapped
from services.vehicles.domain.moving.found import Part, Place
from services.vehicles.domain.moving.sheets import Header, Lens, Line
from services.vehicles.domain.moving.statements import looks_like_sql
from services.vehicles.domain.moving.trees import looks_like_tree

NameOf: TypeAlias = Callable[[str], "str | None"]
"""Of a line that is one cell: the section that it opens, None for no section."""
PLAIN: Final = Lens()


def rows_in(part: Part, escape: str = "") -> Iterator[Row]:
    """None of what is no table: all of a JSON or an SQL dump may be one line of thousands of commas."""
    if looks_like_tree(part.text) or looks_like_sql(part.text):
        return iter(())
    separator = separator_of(part.text)
    return unwrapped(rows_of(part.text, separator, escape), separator)


def lines_of(part: Part, name_of: NameOf, lens: Lens = PLAIN, first: str = "") -> Iterator[Line]:
    """The lines of all sections, each under its header. `first`: the section of what stands before any mark."""
    section, header, number = first, None, 0
    for row in rows_in(part):
        named = _opened(row, name_of)
        if named is not None:
            section, header, number = named, None, 0
        elif header is None:
            header = Header.of(row)
        else:
            number += 1
            yield Line(header, row, lens, Place(row.line, section, number))


def headers_of(part: Part, name_of: NameOf, most: int = 40) -> Sequence[tuple[str, Header]]:
    """Of the sections that begin in the first rows, or anywhere: those that have a header."""
    found, section, wanted = [], "", True
    for number, row in enumerate(rows_in(part)):
        named = _opened(row, name_of)
        if named is not None:
            section, wanted = named, True
        elif wanted:
            found.append((section, Header.of(row)))
            wanted = False
        if number > most and found:
            break
    return found


def _opened(row: Row, name_of: NameOf) -> str | None:
    if any(cell.strip(' ;,\t"') for cell in row.cells[1:]):
        return None
    return name_of(row.cells[0].replace("\ufeff", "").strip(' ;,\t"'))


def first_header(part: Part) -> Header | None:
    """Of a file that is one table."""
    row = next(rows_in(part), None)
    return Header.of(row) if row else None


def table_of(part: Part, lens: Lens = PLAIN, section: str = "", escape: str = "") -> Iterator[Line]:
    """The lines of a file that is one table."""
    rows = rows_in(part, escape)
    top = next(rows, None)
    if top is None:
        return
    header = Header.of(top)
    for number, row in enumerate(rows, 1):
        yield Line(header, row, lens, Place(row.line, section, number))


def those(parts: Sequence[Part], is_one: Callable[[Part], bool]) -> Sequence[Part]:
    """The files of a format, out of what came together."""
    return [part for part in parts if is_one(part)]


def by_kind(
    parts: Sequence[Part], kind_of: Callable[[Part], str | None]
) -> Sequence[tuple[Part, str]]:
    """The same, each with the kind of its table."""
    return [(part, kind) for part in parts if (kind := kind_of(part))]
