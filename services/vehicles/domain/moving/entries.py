"""An object of another program's JSON, with each of its members asked for by name and read as what it should be."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeAlias

from services.vehicles.domain.moving.flags import flag_of
from services.vehicles.domain.moving.found import Item, Place
from services.vehicles.domain.moving.marks import POINT
from services.vehicles.domain.moving.sheets import BadCell, Lens, known, made, positive
from services.vehicles.domain.moving.trees import Tree, rows_in, text_in


@dataclass(frozen=True, slots=True)
class Entry:
    """`lens.mark` is not asked: JSON writes points."""

    tree: Tree
    place: Place
    lens: Lens

    def text(self, *names: str) -> str:
        return text_in(self.tree, *names)

    def number(self, *names: str) -> Decimal | None:
        return Lens(POINT).number(self.text(*names), names[0])

    def counted(self, *names: str) -> Decimal | None:
        return known(self.number(*names), names[0])

    def quantity(self, *names: str, is_needed: bool = True) -> Decimal | None:
        return positive(self.number(*names), names[0], is_needed=is_needed)

    def moment(self, *names: str) -> tuple[date, time | None]:
        return self.lens.moment(self.text(*names), names[0])

    def day(self, *names: str) -> date | None:
        """None where nothing stands."""
        return self.moment(*names)[0] if self.text(*names) else None

    def flag(self, *names: str) -> bool | None:
        return flag_of(self.text(*names))

    def whole(self, *names: str) -> int | None:
        said = self.number(*names)
        return int(said) if said else None

    def rest(self, *names: str) -> dict[str, str]:
        return {name: said for name in names if (said := self.text(name))}


MakeOf: TypeAlias = Callable[[Entry], "Item | Iterable[Item] | None"]


def entries_in(tree: object, name: str, lens: Lens, section: str = "") -> Iterator[Entry]:
    for number, each in rows_in(tree, name):
        yield Entry(each, Place(0, section or name, number), lens)


def read_entries(entries: Iterable[Entry], make: MakeOf) -> Iterator[Item]:
    for entry in entries:
        try:
            yield from made(make(entry))
        except BadCell as bad:
            yield bad.at(entry.place)
