"""How much a machine with a meter of hours works: the mean of what it did, recent days more, as for distances (`forecast.py`).

There is no average machine to lean on: a mower and a crane have nothing in common.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.vehicles.domain.cars.odometer import Reading

HALF_LIFE: Final = 180.0
DAYS_A_YEAR: Final = 365.25


def minutes_a_day(readings: Sequence[Reading]) -> float | None:
    """`readings`: the last of each day, by day, `metres` being minutes. None with fewer than two days."""
    if not readings:
        return None
    last = readings[-1].read_on
    worked = weight = 0.0
    for one, other in pairwise(readings):
        days = (other.read_on - one.read_on).days
        if days:
            age = (last - other.read_on).days + days / 2
            each = days * 0.5 ** (age / HALF_LIFE)
            worked += each * max(other.metres - one.metres, 0) / days
            weight += each
    return worked / weight if weight else None


def minutes_a_year(readings: Sequence[Reading]) -> int | None:
    a_day = minutes_a_day(readings)
    return None if a_day is None else round(a_day * DAYS_A_YEAR)
