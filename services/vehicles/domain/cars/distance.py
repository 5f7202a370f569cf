"""How far a car was driven in a period: between two believed readings it is taken to have gone evenly."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from services.vehicles.domain.cars.odometer import Reading

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Driven:
    metres: int
    since: date
    """The days the readings speak of: all of the period, or what of it lies between the first and the last reading."""
    until: date
    is_lower_bound: bool = False


def position_at(ledger: Sequence[Reading], day: date) -> float | None:
    """Where the car stood at the end of that day, in metres travelled; None before the first reading and after the last.

    `ledger`: believed readings by day.
    """
    after = bisect_right(ledger, day, key=lambda each: each.read_on)
    if after == 0:
        return None
    before = ledger[after - 1]
    if before.read_on == day:
        first = bisect_left(ledger, day, key=lambda each: each.read_on)
        return float(max(each.metres for each in ledger[first:after]))
    if after == len(ledger):
        return None
    first_day = bisect_left(ledger, before.read_on, key=lambda each: each.read_on)
    start = max(each.metres for each in ledger[first_day:after])
    end = max(_of_day(ledger, ledger[after].read_on))
    share = (day - before.read_on).days / (ledger[after].read_on - before.read_on).days
    return start + share * (end - start)


def distance_between(ledger: Sequence[Reading], first: date, last: date) -> Driven | None:
    """Driven from the beginning of the day `first` to the end of the day `last`, so that months add up to their year.

    `ledger`: believed readings by day, at least those of the period and one on either side. None where the readings say nothing of it.
    """
    if not ledger or first > last:
        return None
    since = max(first - DAY, ledger[0].read_on) if first > date.min else ledger[0].read_on
    until = min(last, ledger[-1].read_on)
    if since >= until:
        return None
    start, end = position_at(ledger, since), position_at(ledger, until)
    if start is None or end is None:
        return None
    is_bound = any(
        one.is_lower_bound != other.is_lower_bound and one.read_on < until and other.read_on > since
        for one, other in pairwise(ledger)
    )
    return Driven(round(end) - round(start), max(first, since), until, is_bound)


def _of_day(ledger: Sequence[Reading], day: date) -> list[int]:
    first = bisect_left(ledger, day, key=lambda each: each.read_on)
    last = bisect_right(ledger, day, key=lambda each: each.read_on)
    return [each.metres for each in ledger[first:last]]
