"""Which rows of a file are there already: same car, kind, day (and time if both have one), odometer ± 1 and quantity ± 0.01.

One thing that is there answers for one row: two equal rows of a file are two things.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Final
from uuid import UUID

from services.vehicles.domain.moving.fitting import Fit

NEAR_MEASURE: Final = {"fill": 10, "record": 1, "expense": 1}
"""A hundredth of a litre, kilogram or kilowatt-hour in thousandths; one of the smallest coin."""
BY_WORD: Final = frozenset({"plan", "note"})


@dataclass(frozen=True, slots=True)
class There:
    """Something the car has already."""

    id: UUID
    kind: str
    day: date | None
    at: time | None = None
    metres: int | None = None
    minutes: int | None = None
    measure: int | None = None
    word: str = ""


class Known:
    """What a car has already, each of which answers once."""

    def __init__(self, there: Iterable[There], *, near_metres: int) -> None:
        self._left: dict[tuple[str, date | None, str], list[There]] = defaultdict(list)
        self._near = near_metres
        for each in there:
            self._left[_key(each)].append(each)

    def take(self, row: Fit) -> There | None:
        """What it is a duplicate of, which then is another's no more."""
        candidates = self._left.get(_key(row), [])
        for place, each in enumerate(candidates):
            if self._is_same(each, row):
                return candidates.pop(place)
        return None

    def _is_same(self, one: There, row: Fit) -> bool:
        if row.kind in BY_WORD:
            return True
        if one.at is not None and row.at is not None and _minute(one.at) != _minute(row.at):
            return False
        if not _near(one.measure, row.measure, NEAR_MEASURE.get(row.kind, 0)):
            return False
        if row.kind == "expense":  # keeps no odometer
            return True
        is_of_hours = row.metres is None and row.kind != "record"
        if is_of_hours and row.minutes is not None:
            return _near(one.minutes, row.minutes, 1)
        return _near(one.metres, row.metres, self._near)


def _key(each: There | Fit) -> tuple[str, date | None, str]:
    is_by_word = each.kind in BY_WORD
    return (each.kind, None if is_by_word else each.day, each.word if is_by_word else "")


def _minute(at: time) -> tuple[int, int]:
    return at.hour, at.minute


def _near(one: int | None, other: int | None, most: int) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= most
