"""A header and the rows under it, with each cell asked for by its column's name and read as what it should be."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final, TypeAlias

from services.vehicles.domain.moving.cells import Row
from services.vehicles.domain.moving.days import NoDay, moment_of
from services.vehicles.domain.moving.flags import flag_of
from services.vehicles.domain.moving.found import Bad, Item, Place
from services.vehicles.domain.moving.marks import POINT, decimal_of
from services.vehicles.domain.moving.settling import DATE_ORDER, DECIMAL_MARK, TIME_ZONE

LONGEST_SHOWN: Final = 200
GUARDED: Final = re.compile(r"'(?=[=+\-@\t\r])")
"""What a careful exporter puts before what a spreadsheet would run."""


class BadCell(Exception):
    def __init__(self, column: str, code: str, cell: str = "") -> None:
        super().__init__(code)
        self.column = column
        self.code = code
        self.cell = cell[:LONGEST_SHOWN]

    def at(self, place: Place) -> Bad:
        return Bad(place, self.column, self.code, self.cell)


@dataclass(frozen=True, slots=True)
class Lens:
    """Through what the cells of a file are read."""

    mark: str = POINT
    order: str = ""
    zone: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> "Lens":
        return cls(
            facts.get(DECIMAL_MARK, POINT), facts.get(DATE_ORDER, ""), facts.get(TIME_ZONE, "")
        )

    def number(self, cell: str, column: str) -> Decimal | None:
        """None for an empty cell."""
        if not cell:
            return None
        try:
            return decimal_of(cell, self.mark)
        except ValueError as error:
            raise BadCell(column, "number_unreadable", cell) from error

    def moment(self, cell: str, column: str) -> tuple[date, time | None]:
        try:
            return moment_of(cell, self.order, self.zone)
        except NoDay as error:
            raise BadCell(column, error.code, cell) from error


@dataclass(frozen=True, slots=True)
class Header:
    """Names folded: without case, outer spaces, and the marks that hide in front of them."""

    line: int
    names: tuple[str, ...]
    places: Mapping[str, int]
    shown: tuple[str, ...]
    """As they are written."""

    @classmethod
    def of(cls, row: Row) -> "Header":
        names = [folded(cell) for cell in row.cells]
        return cls(row.line, tuple(names), _places(names), tuple(row.cells))

    def named(self, names: Sequence[str]) -> "Header":
        """The same columns under other names."""
        return Header(self.line, tuple(names), _places(names), self.shown)

    def has(self, *names: str) -> bool:
        return all(name in self.places for name in names)

    @property
    def width(self) -> int:
        return len(self.names)


def _places(names: Sequence[str]) -> Mapping[str, int]:
    """Of each name the first column."""
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    return places


def folded(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").strip("\"' \t").lower().split())


@dataclass(frozen=True, slots=True)
class Line:
    """One row under its header."""

    header: Header
    row: Row
    lens: Lens
    place: Place

    def text(self, *names: str) -> str:
        """Of the first column of these names that the file has and that holds something."""
        for name in names:
            at = self.header.places.get(name)
            if at is not None and (said := self.at(at)):
                return said
        return ""

    def texts(self, name: str) -> Sequence[str]:
        """Of all columns of one name, as some programs write a name twice."""
        return [self.at(at) for at, each in enumerate(self.header.names) if each == name]

    def at(self, index: int) -> str:
        cells = self.row.cells
        if index >= len(cells):
            return ""
        cell = cells[index].strip()
        return unguarded(cell) if cell[:1] == "'" else cell

    def number(self, *names: str) -> Decimal | None:
        return self.lens.number(self.text(*names), names[0])

    def counted(self, *names: str) -> Decimal | None:
        """Of a meter: zero and empty are unknown."""
        return known(self.number(*names), names[0])

    def quantity(self, *names: str, is_needed: bool = True) -> Decimal | None:
        return positive(self.number(*names), names[0], is_needed=is_needed)

    def moment(self, *names: str) -> tuple[date, time | None]:
        return self.lens.moment(self.text(*names), names[0])

    def flag(self, *names: str) -> bool | None:
        return flag_of(self.text(*names))

    def named(self, *beginnings: str) -> str:
        """The name of the first column that begins so; empty for none."""
        return next((name for name in self.header.names if name.startswith(beginnings)), "")

    def rest(self, names: Iterable[str]) -> Mapping[str, str]:
        """Of these columns what is there, by the file's own names."""
        return {name: said for name in names if (said := self.text(name))}


def unguarded(cell: str) -> str:
    """Without the apostrophe before what a spreadsheet would run."""
    return GUARDED.sub("", cell, count=1)


def known(meter: Decimal | None, column: str) -> Decimal | None:
    """Zero is unknown. Raises BadCell for what is below."""
    if meter is not None and meter < 0:
        raise BadCell(column, "negative_odometer", str(meter))
    return meter or None


def positive(quantity: Decimal | None, column: str, *, is_needed: bool = True) -> Decimal | None:
    """Raises BadCell for what is below zero, and for what is missing where it must be there."""
    if quantity is None and is_needed:
        raise BadCell(column, "number_missing")
    if quantity is not None and quantity < 0:
        raise BadCell(column, "negative_quantity", str(quantity))
    return quantity


Make: TypeAlias = Callable[[Line], "Item | Iterable[Item] | None"]


def read_each(lines: Iterable[Line], make: Make) -> Iterator[Item]:
    """What `make` makes of each line; a cell that cannot be read is a bad row."""
    for line in lines:
        try:
            _check_width(line)
            yield from made(make(line))
        except BadCell as bad:
            yield bad.at(line.place)


def _check_width(line: Line) -> None:
    surplus = next((cell for cell in line.row.cells[line.header.width :] if cell.strip()), None)
    if surplus is not None:
        raise BadCell("", "cells_wrong", surplus)


def made(found: "Item | Iterable[Item] | None") -> Iterable[Item]:
    if found is None:
        return ()
    return found if isinstance(found, Iterable) else (found,)


def words_of(said: str, separators: str = ",") -> Sequence[str]:
    """Tags and the like, each once, in their order."""
    return tuple(
        dict.fromkeys(each.strip() for each in re.split(f"[{separators}]", said) if each.strip())
    )
