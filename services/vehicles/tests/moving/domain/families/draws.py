"""How a case of a family is drawn, and how it is judged."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import TypeVar

from services.vehicles.domain.moving.intake import take_in
from services.vehicles.domain.moving.readers import recognise
from services.vehicles.tests.moving.domain.judging import faults
from services.vehicles.tests.moving.domain.truth import NOTES, Truth, Variant
from services.vehicles.tests.moving.domain.variants import ENCODINGS

T = TypeVar("T")
LOOKED_AT, COUNTED = 0, 1
"""The halves, by the number of the draw."""
USUAL: Mapping[str, str] = {
    "currency": "EUR",
    "distance_unit": "km",
    "quantity_unit": "l",
    "record_kind": "repair",
    "time_zone": "Europe/Paris",
    "decimal_mark": ".",
    "yes_word": "yes",
}
YMD = "%Y-%m-%d"


@dataclass
class Draw:
    """One case's chances; each family's own."""

    family: str
    number: int
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.family}/{self.number}")

    def of(self, choices: Sequence[T]) -> T:
        return self.random.choice(choices)

    def coin(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def truth(
        self, *, notes: Sequence[str] = NOTES, days: Sequence[int] = tuple(range(1, 29))
    ) -> Truth:
        return Truth.of(self.random.randrange(1_000_000), notes=notes, days=days)

    def written(self, text: str, *, windows: bool = True) -> bytes:
        """In one of the encodings, with one of the line ends."""
        names = [name for name in ENCODINGS if name != "cp1252"]
        if windows and _fits_windows(text):
            names.append("cp1252")
        return ENCODINGS[self.of(names)](self.of((lf, lf, crlf, cr))(text))


def lf(text: str) -> str:
    return text


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def cr(text: str) -> str:
    return text.replace("\n", "\r")


def _fits_windows(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def order_of(form: str) -> str:
    """`dmy` of `%d.%m.%Y`."""
    return "".join(letter.lower() for letter in form if letter in "dmYy")


def day_as(form: str) -> Callable[[date], str]:
    """As strftime has it, `%-d` without the nought."""

    def write(day: date) -> str:
        bare = form.replace("%-d", str(day.day)).replace("%-m", str(day.month))
        return day.strftime(bare)

    return write


def comma(value: Decimal, mark: str) -> str:
    return f"{value:f}".replace(".", mark)


ONE_LINE = tuple(note for note in NOTES if "\n" not in note)


@dataclass
class Case:
    variant: Variant
    data: bytes
    mapping: bool = False
    """Read by the mapping that is proposed."""

    def faults(self) -> Iterator[str]:
        if not self.mapping:
            yield from faults(self.variant, self.data)
            return
        parts = take_in("file", self.data)
        readers = recognise(parts)
        if [reader.name for reader in readers] != ["mapped"]:
            yield f"recognised as {[reader.name for reader in readers]}"
            return
        asked = readers[0].settle(parts, {}).questions
        proposed = next((each.proposed for each in asked if each.name == "mapping"), None)
        if not proposed:
            yield f"nothing proposed for {[each.choices for each in asked]}"
            return
        if json.loads(proposed).get("kind") != "fill":
            yield f"proposed {proposed}"
            return
        self.variant.answers["mapping"] = proposed
        yield from faults(self.variant, self.data)


Family = Callable[[Draw], Case]


def score(family: str, make: Family, half: int, cases: int) -> tuple[int, list[str]]:
    """How many of a half are read whole; what is wrong with the others."""
    good, wrong = 0, []
    for number in range(half, 2 * cases, 2):
        case = make(Draw(family, number))
        try:
            found = list(case.faults())
        except Exception as fault:  # noqa: BLE001 - a reader that falls over has lost
            found = [f"{type(fault).__name__}: {fault}"]
        good += not found
        if found:
            wrong.append(f"{family}/{number}: {'; '.join(found)}")
    return good, wrong
