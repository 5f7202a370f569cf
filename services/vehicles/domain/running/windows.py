"""Stretches between two known states of both tanks of a car with two energies, and what may have been driven on which."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from services.vehicles.domain.running.histories import Car, History
from services.vehicles.domain.running.segments import FULL, Read, Segment, Stop
from services.vehicles.domain.running.splits import Range, Split, bounds
from shared.money import Money

SAME_PLACE: Final = 5_000
"""Two pumps, one stop: metres."""
TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Window:
    """`used` of each of the two tanks, in their order; `split` None where it contradicts itself."""

    opened_on: date
    closed_on: date
    metres: int
    used: tuple[Range, Range]
    split: Split | None
    cost: Money | None

    @property
    def is_exact(self) -> bool:
        return all(each.low == each.high for each in self.used)

    @property
    def known(self) -> Fraction:
        """How much it tells: a long way within narrow bounds."""
        if self.split is None:
            return Fraction(0)
        return self.metres * (1 - (self.split.share.high - self.split.share.low))


def windows_of(car: Car, first: date, last: date) -> list[Window]:
    """Those that close in a period. Of the two tanks that one leads which tells more; a car with three energies has none."""
    if len(car.moving) != TWO:
        return []
    a, b = car.moving
    led_by_a = _led(car, a, b, first, last)
    led_by_b = [_turned(window) for window in _led(car, b, a, first, last)]
    return max(led_by_a, led_by_b, key=lambda each: sum((one.known for one in each), Fraction(0)))


def _turned(window: Window) -> Window:
    """With the tanks the other way round."""
    split = window.split
    if split is not None:
        share = Range(1 - split.share.high, 1 - split.share.low)
        split = Split(share, split.b, split.a)
    return Window(
        window.opened_on,
        window.closed_on,
        window.metres,
        (window.used[1], window.used[0]),
        split,
        window.cost,
    )


class _Levels:
    """Where the level of a tank is known, by the odometer."""

    def __init__(self, history: History) -> None:
        self.stops = history.stops
        self.known = sorted(
            (stop.reach, stop.metres, place)
            for place, stop in enumerate(history.stops)
            if stop.level_after is not None
            and stop.read is Read.ACCEPTED
            and stop.metres is not None
        )

    def beside(self, stop: Stop) -> int | None:
        """The place of the one nearest to where this was filled, if that was the same stop."""
        if stop.metres is None:
            return None
        at = bisect_left(self.known, (stop.reach, stop.metres, -1))
        near = [
            (abs(metres - stop.metres), place)
            for reach, metres, place in self.known[max(at - 1, 0) : at + 2]
            if reach == stop.reach and abs(metres - stop.metres) <= SAME_PLACE
        ]
        return min(near)[1] if near else None


def _led(car: Car, leading: History, other: History, first: date, last: date) -> list[Window]:
    levels = _Levels(other)
    chosen = [each for each in leading.shared if first <= each.closed.day <= last]
    found = []
    for group in _grouped(chosen, levels):
        opened, closed = group[0].opened, group[-1].closed
        between = _Between(car, other, levels, opened, closed)
        used = between.used()
        metres = sum(each.metres or 0 for each in group)
        if used is None:
            continue
        taken = sum(each.quantity for each in group)
        mine = Range.of(taken, taken)
        split = bounds(metres=metres, a=mine, b=used, takes_a=leading.takes, takes_b=other.takes)
        cost = _cost([*(each.cost for each in group), *between.costs()])
        found.append(
            Window(
                opened.day,
                closed.day,
                metres,
                (mine, used),
                split,
                cost if used.low == used.high else None,
            )
        )
    return found


def _grouped(segments: Sequence[Segment], levels: _Levels) -> list[list[Segment]]:
    """Neighbours are one window unless the level of the other tank is known between them: each edge that is not costs a tank of doubt."""
    groups: list[list[Segment]] = []
    for segment in segments:
        goes_on = groups and groups[-1][-1].closed.id == segment.opened.id
        if goes_on and levels.beside(segment.opened) is None:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return groups


class _Between:
    """What was filled into the other tank between two stops."""

    def __init__(
        self, car: Car, other: History, levels: _Levels, opened: Stop, closed: Stop
    ) -> None:
        self._capacity = other.chain.capacity
        start, end = levels.beside(opened), levels.beside(closed)
        places = [car.places[stop.id] for stop in other.stops]
        after = bisect_left(places, car.places[opened.id]) if start is None else start + 1
        until = bisect_left(places, car.places[closed.id]) if end is None else end + 1
        self.stops = other.stops[after:until]
        self._opens_at = other.stops[start].level_after if start is not None else None
        self._closes_at = other.stops[end].level_after if end is not None else None

    def used(self) -> Range | None:
        """Exact between two known levels, else within what a tank holds; None where not even that is known."""
        if any(stop.missed_before or stop.quantity is None for stop in self.stops):
            return None
        added = sum(stop.quantity or 0 for stop in self.stops)
        opens, closes = self._opens_at, self._closes_at
        if opens is not None and opens == closes:
            return Range.of(added, added)
        if self._capacity is None:
            return None
        least = (opens or 0) - (closes if closes is not None else FULL)
        most = (opens if opens is not None else FULL) - (closes or 0)
        return Range(
            max(Fraction(0), added + Fraction(self._capacity * least, FULL)),
            max(Fraction(0), added + Fraction(self._capacity * most, FULL)),
        )

    def costs(self) -> list[Money | None]:
        return [stop.cost for stop in self.stops if stop.quantity]


def _cost(costs: Sequence[Money | None]) -> Money | None:
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs) or len({cost.currency for cost in known}) > 1:
        return None
    return Money(sum(cost.amount_minor for cost in known), known[0].currency)
