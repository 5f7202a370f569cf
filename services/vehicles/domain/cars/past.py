"""How far a car's own past forecasts were off: what would have been said at each of its readings, beside what came."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from math import log, log2
from typing import Final, NamedTuple

from services.vehicles.domain.cars.driving import APART, Pace, Stand

LENGTHS: Final = (30, 60, 120, 240, 480)
"""Days. What was off for other lengths is read between them."""
MOST: Final = 48
"""Past forecasts of one length: enough to know, and few enough to work out on each reading."""
MOST_OFF: Final = 2.0
KNOWN_FOR: Final = 60
"""Days of history before a forecast counts: what was said of a car nobody knew says nothing of one that is known."""


class Past(NamedTuple):
    """Of forecasts of one length: how many, the sum of |ln(actual / forecast)|, and how many of them do not overlap."""

    forecasts: float = 0.0
    off: float = 0.0
    apart: float = 0.0


def own_record(stands: Sequence[Stand], pace_at: Callable[[int], Pace]) -> tuple[Past, ...]:
    """One for each of LENGTHS. `pace_at(place)` is what was thought at that reading."""
    units = [units for _, units in stands]
    origins = [(place, pace_at(place)) for place in _origins(stands)]
    return tuple(_of_length(days, stands, units, origins) for days in LENGTHS)


def _origins(stands: Sequence[Stand]) -> Iterator[int]:
    """Places of the readings at which a forecast is looked at."""
    if not stands:
        return
    first, last = stands[0].day, stands[-1].day
    earliest: float = first + KNOWN_FOR
    for place in range(1, len(stands) - 1):
        if stands[place].day >= earliest:
            yield place
            earliest = stands[place].day + max((last - first) / MOST, APART)


def _of_length(
    days: int,
    stands: Sequence[Stand],
    units: Sequence[int],
    origins: Sequence[tuple[int, Pace]],
) -> Past:
    off, apart, number, before = 0.0, 0.0, 0, None
    for place, pace in origins:
        day, passed = stands[place].day, stands[-1].day - stands[place].day
        if passed < days / 2:
            break  # of those that follow only the early ones are known
        took = _days_until(units[place] + pace.over(days) * days, stands, units, place)
        if took is None:
            if passed <= days:
                break  # not due yet; nor are those that follow
            took = passed  # longer than that
        off += min(abs(log(max(took, 1.0) / days)), MOST_OFF)
        apart += 1.0 if before is None else min((day - before) / days, 1.0)
        number, before = number + 1, day
    return Past(number, off, apart)


def _days_until(
    said: float, stands: Sequence[Stand], units: Sequence[int], place: int
) -> float | None:
    """From that reading until the meter showed it, interpolated; None where it has not yet."""
    if said > units[-1]:
        return None
    after = bisect_left(units, said, place + 1)
    one, other = stands[after - 1], stands[after]
    part = (said - one.units) / max(other.units - one.units, 1)
    return one.day + part * (other.day - one.day) - stands[place].day


def past_of_length(past: Sequence[Past], days: float) -> Past:
    """Between the two lengths that lie next, by the logarithm."""
    where = min(max(log2(max(days, 1.0) / LENGTHS[0]), 0.0), len(LENGTHS) - 1.0)
    low = min(int(where), len(LENGTHS) - 2)
    part = where - low
    one, other = past[low], past[low + 1]
    return Past(
        one.forecasts * (1 - part) + other.forecasts * part,
        one.off * (1 - part) + other.off * part,
        one.apart * (1 - part) + other.apart * part,
    )
