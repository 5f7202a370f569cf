"""What a car took in a period: sums of what was used over sums of what was driven, never a mean of ratios.

A segment belongs to the period in which it closed; money belongs to the day it was paid, and every fill counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from services.vehicles.domain.cars.energies import Energy
from services.vehicles.domain.running.costs import total
from services.vehicles.domain.running.histories import Car, Charging, History, charging_of
from services.vehicles.domain.running.segments import Dropped, Reason, Segment, Stop
from services.vehicles.domain.running.splits import METRES_IN_100_KM, Range
from services.vehicles.domain.running.windows import Window, windows_of
from shared.money import Money

ETHANOL: Final = Fraction(75, 100)
"""Of E85 as it is sold over the year (EN 15293 lets it be 50 to 85 per cent); petrol's own few per cent do not count."""
USUAL_ADBLUE: Final = (Fraction(3, 100), Fraction(8, 100))


@dataclass(frozen=True, slots=True)
class Sums:
    """Over closed segments: `hourly` is what was used where hours were counted, `priced` what was driven where all was paid."""

    quantity: int = 0
    metres: int = 0
    hourly: int = 0
    minutes: int = 0
    cost: Money | None = None
    priced: int = 0

    @property
    def per_metre(self) -> Fraction | None:
        return Fraction(self.quantity, self.metres) if self.metres else None


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the split is unknown: the part of the way on this energy, and what was taken per 100 km of it."""

    share: Range
    per_100_km: Range
    metres: int
    contradicting: int
    """Windows left out because they contradict themselves."""


@dataclass(frozen=True, slots=True)
class AdBlue:
    """Litres over kilometres as millilitres a metre; `of_diesel` as a share."""

    per_metre: Fraction
    of_diesel: Fraction | None

    @property
    def is_usual(self) -> bool | None:
        if self.of_diesel is None:
            return None
        return USUAL_ADBLUE[0] <= self.of_diesel <= USUAL_ADBLUE[1]


@dataclass(frozen=True, slots=True)
class Figures:
    history: History
    energies: tuple[Energy, ...]
    count: int
    filled: int
    spent: tuple[Money, ...]
    sums: Sums
    segments: tuple[Segment, ...]
    dropped: tuple[Dropped, ...]
    limits: Limits | None = None
    contradicting: int = 0
    ethanol: Fraction | None = None
    charging: Charging | None = None
    other_basis: Sums | None = None
    adblue: AdBlue | None = None

    @property
    def lower_bound(self) -> bool:
        """A way over a new instrument cluster is missing in it."""
        return any(each.reason is Reason.NEW_CLUSTER for each in self.dropped)


@dataclass(frozen=True, slots=True)
class Together:
    """Both energies of a car between known states of both tanks: what a way cost is exact, however it was split."""

    metres: int
    cost: Money | None
    priced: int


@dataclass(frozen=True, slots=True)
class Consumption:
    figures: tuple[Figures, ...]
    windows: tuple[Window, ...]
    together: Together | None
    spent: tuple[Money, ...]


def consumption_of(car: Car, first: date, last: date) -> Consumption:
    windows = windows_of(car, first, last)
    figures = [_figures(car, each, windows, first, last) for each in car.histories]
    diesel = next((each for each in figures if Energy.DIESEL in each.history.chain.energies), None)
    figures = [_with_adblue(each, diesel) for each in figures]
    spent = total(money for each in figures for money in each.spent)
    return Consumption(tuple(figures), tuple(windows), _together(windows), tuple(spent))


def _figures(
    car: Car, history: History, windows: Sequence[Window], first: date, last: date
) -> Figures:
    stops = [stop for stop in car.filled(history) if first <= stop.day <= last]
    segments = [each for each in history.segments if first <= each.closed.day <= last]
    limits, contradicting = _limits(car, history, windows)
    is_electric = history.chain.main is Energy.ELECTRIC
    beside = car.other_basis if is_electric else None
    return Figures(
        history=history,
        energies=history.energies,
        count=len(stops),
        filled=filled_of(history, stops),
        spent=spent_on(stops),
        sums=sums_of(segments),
        segments=tuple(segments),
        dropped=tuple(each for each in history.dropped if first <= each.closed_on <= last),
        limits=limits,
        contradicting=contradicting,
        ethanol=_ethanol(stops),
        charging=charging_of(stops) if is_electric else None,
        other_basis=sums_of(e for e in beside.segments if first <= e.closed.day <= last)
        if beside
        else None,
    )


def filled_of(history: History, stops: Iterable[Stop]) -> int:
    """Of charges what came out of the wall, and where nobody knows that what the battery took."""
    if history.chain.main is Energy.ELECTRIC:
        return sum(_first_known(stop.quantity, stop.battery) for stop in stops)
    return sum(stop.quantity or 0 for stop in stops)


def _first_known(*quantities: int | None) -> int:
    return next((each for each in quantities if each is not None), 0)


def spent_on(stops: Iterable[Stop]) -> tuple[Money, ...]:
    return tuple(total(stop.cost for stop in stops if stop.cost is not None))


def sums_of(segments: Iterable[Segment]) -> Sums:
    quantity = metres = hourly = minutes = priced = 0
    costs: list[Money] = []
    for each in segments:
        if each.metres:
            quantity, metres = quantity + each.quantity, metres + each.metres
            if each.cost is not None:
                costs.append(each.cost)
                priced += each.metres
        if each.minutes:
            hourly, minutes = hourly + each.quantity, minutes + each.minutes
    sums = total(costs)
    is_one = len(sums) == 1
    cost = sums[0] if is_one else None
    return Sums(quantity, metres, hourly, minutes, cost, priced if is_one else 0)


def sums_of_one(segment: Segment) -> Sums:
    metres, minutes, cost = segment.metres or 0, segment.minutes or 0, segment.cost
    return Sums(
        segment.quantity if metres else 0,
        metres,
        segment.quantity if minutes else 0,
        minutes,
        cost if metres else None,
        metres if cost is not None else 0,
    )


def _ethanol(stops: Sequence[Stop]) -> Fraction | None:
    """Of everything that went in, by volume."""
    volume = sum(stop.quantity or 0 for stop in stops)
    e85 = sum(stop.quantity or 0 for stop in stops if stop.energy is Energy.E85)
    return e85 * ETHANOL / volume if e85 else None


def _limits(car: Car, history: History, windows: Sequence[Window]) -> tuple[Limits | None, int]:
    """Of all windows together: what was used over what was driven on it, at least and at most."""
    if not windows or not history.chain.moves:
        return None, 0
    which = car.moving.index(history)
    told = [window for window in windows if window.split is not None]
    contradicting = len(windows) - len(told)
    metres = sum(window.metres for window in told)
    if not metres:
        return None, contradicting
    least = most = Fraction(0)
    used_least = used_most = Fraction(0)
    for window in told:
        share = _share(window, which)
        least, most = least + share.low * window.metres, most + share.high * window.metres
        used = window.used[which]
        used_least, used_most = used_least + used.low, used_most + used.high
    takes = history.takes
    low = used_least * METRES_IN_100_KM / most if most else takes.low
    high = used_most * METRES_IN_100_KM / least if least else takes.high
    per_100 = Range(low, high).within(takes) if low <= high else takes
    return Limits(Range(least / metres, most / metres), per_100, metres, contradicting), (
        contradicting
    )


def _share(window: Window, which: int) -> Range:
    split = window.split
    if split is None:
        return Range(Fraction(0), Fraction(1))
    share = split.share
    return Range(1 - share.high, 1 - share.low) if which else share


def _with_adblue(figures: Figures, diesel: Figures | None) -> Figures:
    rate = figures.sums.per_metre
    if figures.history.chain.moves or rate is None:
        return figures
    burnt = diesel.sums.per_metre if diesel else None
    found = AdBlue(rate, rate / burnt if burnt else None)
    return replace(figures, adblue=found)


def _together(windows: Sequence[Window]) -> Together | None:
    exact = [window for window in windows if window.is_exact]
    if not exact:
        return None
    priced = [window for window in exact if window.cost is not None]
    costs = total(window.cost for window in priced if window.cost is not None)
    is_one = len(costs) == 1
    return Together(
        sum(window.metres for window in exact),
        costs[0] if is_one else None,
        sum(window.metres for window in priced) if is_one else 0,
    )


def months_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The first and the last day of each, cut at the ends."""
    start = first
    while start <= last:
        following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield start, min(following - timedelta(days=1), last)
        start = following
