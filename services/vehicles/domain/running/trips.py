"""Where a car stood by its trip counter: at the fill before, and so far since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Final
from uuid import UUID

NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Leg:
    """`typed`: the odometer as somebody read it, in metres."""

    id: UUID
    day: date
    at: time | None
    typed: int | None
    trip: int | None


def places_by_trip(legs: Iterable[Leg]) -> dict[UUID, int]:
    """Of each leg whose trip and whose start are known. A typed reading beats a derived one: the next trip starts there."""
    found: dict[UUID, int] = {}
    before: int | None = None
    for leg in sorted(legs, key=_order):
        if leg.trip is not None and before is not None:
            found[leg.id] = before + leg.trip
        before = leg.typed if leg.typed is not None else found.get(leg.id)
    return found


def _order(leg: Leg) -> tuple[object, ...]:
    typed = leg.typed if leg.typed is not None else -1
    return (leg.day, leg.at or NOON, typed, leg.trip or 0, leg.id)
