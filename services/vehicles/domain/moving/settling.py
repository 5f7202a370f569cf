"""How a file is settled before its rows are read: what it says itself, what a person answered, what is still to be asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import available_timezones

from services.vehicles.domain.cars.energies import QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.days import DMY, MDY, ORDERS, OrderSeen
from services.vehicles.domain.moving.found import Question, Settled
from services.vehicles.domain.moving.marks import COMMA, ISO, MARKS, POINT, MarksSeen, hint_of

DECIMAL_MARK, DATE_ORDER, CURRENCY, TIME_ZONE = (
    "decimal_mark",
    "date_order",
    "currency",
    "time_zone",
)
DISTANCE_UNIT, QUANTITY_UNIT, RECORD_KIND = "distance_unit", "quantity_unit", "record_kind"
DISTANCES: Final = tuple(DistanceUnit)
QUANTITIES: Final = tuple(QuantityUnit)
GALLONS: Final = (QuantityUnit.GALLON_US, QuantityUnit.GALLON_UK)
"""What `gal` may mean."""
VOLUMES: Final = (QuantityUnit.LITRE, QuantityUnit.GALLON_US, QuantityUnit.GALLON_UK)
FREE: Final[tuple[str, ...]] = ()
"""No choices: any that there are, of currencies and time zones."""


@dataclass(slots=True)
class Settling:
    """`answers`: by the names of the questions. One that is none of the choices is asked again."""

    format: str
    answers: Mapping[str, str]
    facts: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def tell(self, name: str, value: str, choices: Sequence[str] = ()) -> str:
        """What the file says. `choices`: what it may mean beside, where a person who saw it says so."""
        answer = self.answers.get(name, "")
        self.facts[name] = str(answer if answer in choices else value)
        return self.facts[name]

    def tell_each(self, name: str, values: Iterable[str]) -> None:
        """What the file says of each car or row: one for all is the fact itself; several are shown under the name's plural."""
        known = sorted({str(value) for value in values if value})
        if len(known) == 1:
            self.facts[name] = known[0]
        elif known:
            self.facts[f"{name}s"] = ", ".join(known)

    def ask(
        self,
        name: str,
        choices: Sequence[str],
        *,
        proposed: str | None = None,
        samples: Sequence[str] = (),
    ) -> str:
        """The answer, else empty. FREE choices are checked by what they are."""
        answer = self.answers.get(name, "").strip()
        if answer and (answer in choices or (not choices and _is_known(name, answer))):
            self.facts[name] = str(answer)
            return answer
        said = None if proposed is None else str(proposed)
        self.questions.append(
            Question(name, tuple(str(each) for each in choices), said, tuple(samples))
        )
        return ""

    def marks(self, seen: MarksSeen, presumed: str = "") -> str:
        """`presumed`: the mark that this program always writes. It holds where nothing speaks against it: not even a cell that
        could only be a group by it.
        """
        if seen.decided:
            return self.tell(DECIMAL_MARK, seen.decided)
        other = COMMA if presumed == POINT else POINT
        if seen.is_silent or (presumed and not seen.contradicts and not seen.unsure[other]):
            return self.tell(DECIMAL_MARK, presumed or POINT)
        return self.ask(DECIMAL_MARK, MARKS, proposed=seen.likely, samples=seen.samples)

    def order(self, seen: OrderSeen, told: str | None = None) -> str:
        """`told`: how the program says in its file that it writes days, or how it always does."""
        if seen.decided:
            return self.tell(DATE_ORDER, seen.decided)
        if told in ORDERS and not (seen.first or seen.second):
            return self.tell(DATE_ORDER, told)
        return self.ask(DATE_ORDER, (DMY, MDY), proposed=seen.likely, samples=seen.samples)

    def zone(self, seen: OrderSeen) -> None:
        if seen.universal:
            self.ask(TIME_ZONE, FREE)

    def currency(self, amounts: Iterable[str] = (), hint: str | None = None) -> str:
        """Out of the signs beside the amounts, where they can be no other's; `hint`: what the program's settings say."""
        found = dict.fromkeys(hint_of(cell) for cell in amounts)
        known = [code for code, _ in found if code]
        if len(found) == 1 and all(sure for _, sure in found) and known:
            return self.tell(CURRENCY, known[0])
        return self.ask(CURRENCY, FREE, proposed=known[0] if known else hint)

    def done(self) -> Settled:
        return Settled(self.format, self.facts, tuple(self.questions))


def _is_known(name: str, answer: str) -> bool:
    if name == TIME_ZONE:
        return answer in available_timezones()
    return bool(answer) and (name != CURRENCY or ISO.fullmatch(answer) is not None)
