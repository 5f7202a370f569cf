"""Which readings of an odometer are believed: the heaviest chain of them that one car can have driven.

A rule that compares a new reading with the highest one lets a single typo reject every good reading after it. Here no reading is safe
for having come first: of all chains that never run backwards and have no step faster than a car, the one of greatest weight is
believed, so two later good readings set a typo right by themselves.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Final
from uuid import UUID

MOST_METRES_A_DAY: Final = 1_500_000
"""A day and a night at motorway speed; one day more than lies between two readings may have been driven."""
VOUCHED: Final = 1_000_000
"""The weight of what the owner accepts: more than any number of other readings."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading that is not void."""

    id: UUID
    read_on: date
    metres: int
    weight: int
    is_believed: bool
    """Whether it was until now: of two chains of one weight, the one believed so far stays."""
    at: time | None = None
    is_rough: bool = False
    """Stated without a day."""


@dataclass(frozen=True, slots=True, order=True)
class _Worth:
    weight: int
    believed: int


@dataclass(slots=True)
class _Link:
    worth: _Worth
    before: int | None


def follows(earlier: Candidate, later: Candidate, *, a_day: int = MOST_METRES_A_DAY) -> bool:
    """Whether one car can have shown both, in this order, with no more than that much a day."""
    driven = later.metres - earlier.metres
    days = (later.read_on - earlier.read_on).days
    return 0 <= driven <= a_day * (days + 1)


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """By day, and within a day as their times say. What has no time stands where it rises among those that have one: several
    readings of a day are fine if some order makes them rise.
    """
    ordered: list[Candidate] = []
    for _, group in groupby(sorted(candidates, key=_by_day), key=lambda each: each.read_on):
        day = list(group)
        timed = sorted((each for each in day if each.at), key=lambda each: (each.at, _by_day(each)))
        free = [each for each in day if not each.at]
        while timed:
            until = next((i for i, each in enumerate(free) if each.metres > timed[0].metres), None)
            lower, free = (free, []) if until is None else (free[:until], free[until:])
            ordered += [*lower, timed.pop(0)]
        ordered += free
    return ordered


def _by_day(each: Candidate) -> tuple[date, int, UUID]:
    return (each.read_on, each.metres, each.id)


def heaviest_chain(
    candidates: Iterable[Candidate], *, a_day: int = MOST_METRES_A_DAY
) -> list[Candidate]:
    """The believed ones, in order. Takes n log n for n readings, and more only behind steps that are too fast."""
    ordered = in_order(candidates)
    links: list[_Link] = []
    front = _Front()
    heaviest: list[int] = []
    """At each place the heaviest chain that ends there or before."""
    for place, here in enumerate(ordered):
        before = front.heaviest_up_to(here.metres)
        if before is not None and not follows(ordered[before], here, a_day=a_day):
            before = _heaviest_before(ordered, links, heaviest, place, a_day)
        links.append(_linked(here, links, before))
        front.add(here.metres, links[place].worth, place)
        is_heavier = not heaviest or links[place].worth > links[heaviest[-1]].worth
        heaviest.append(place if is_heavier else heaviest[-1])
    chain, last = [], heaviest[-1] if heaviest else None
    while last is not None:
        chain.append(ordered[last])
        last = links[last].before
    return chain[::-1]


def _linked(here: Candidate, links: Sequence[_Link], before: int | None) -> _Link:
    kept = here.weight if here.is_believed else 0
    if before is None:
        return _Link(_Worth(here.weight, kept), None)
    known = links[before].worth
    return _Link(_Worth(known.weight + here.weight, known.believed + kept), before)


def _heaviest_before(
    ordered: Sequence[Candidate],
    links: Sequence[_Link],
    heaviest: Sequence[int],
    place: int,
    a_day: int,
) -> int | None:
    """Of those that a car could have driven on from."""
    best: int | None = None
    for before in range(place - 1, -1, -1):
        if best is not None and links[heaviest[before]].worth <= links[best].worth:
            break  # nothing from here on back is heavier
        if follows(ordered[before], ordered[place], a_day=a_day) and (
            best is None or links[before].worth > links[best].worth
        ):
            best = before
    return best


class _Front:
    """The heaviest chains by where they end: a chain that ends higher and is no heavier is not among them."""

    def __init__(self) -> None:
        self._metres: list[int] = []
        self._worths: list[_Worth] = []
        self._places: list[int] = []

    def heaviest_up_to(self, metres: int) -> int | None:
        found = bisect_right(self._metres, metres) - 1
        return self._places[found] if found >= 0 else None

    def add(self, metres: int, worth: _Worth, place: int) -> None:
        start = bisect_right(self._metres, metres)
        if start and self._worths[start - 1] >= worth:
            return
        if start and self._metres[start - 1] == metres:
            start -= 1
        end = start
        while end < len(self._worths) and self._worths[end] <= worth:
            end += 1
        self._metres[start:end] = [metres]
        self._worths[start:end] = [worth]
        self._places[start:end] = [place]
