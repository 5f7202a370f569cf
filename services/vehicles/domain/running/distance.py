"""How far a car went in a period, from the readings that are believed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.running.periods import Period

LEAST_METRES: Final = 100_000
"""Under it a cost per kilometre says nothing."""


@dataclass(frozen=True, slots=True)
class Travelled:
    """`known`: the days of the period between the first and the last reading; None without two readings."""

    metres: int
    known: Period | None


class Ledger:
    """Believed readings of one car, with straight lines between them; before the first and after the last it stands still."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        by_day: dict[date, int] = {}
        for reading in readings:
            by_day[reading.read_on] = max(reading.metres, by_day.get(reading.read_on, 0))
        self._days = sorted(by_day)
        self._metres = [by_day[day] for day in self._days]

    def at(self, day: date) -> int | None:
        """Where it stood on a day; None as long as nobody has read it."""
        if not self._days:
            return None
        after = bisect_right(self._days, day)
        if after == 0:
            return self._metres[0]
        if after == len(self._days):
            return self._metres[-1]
        before = after - 1
        days = (self._days[after] - self._days[before]).days
        driven = self._metres[after] - self._metres[before]
        return self._metres[before] + round(driven * (day - self._days[before]).days / days)

    def travelled(self, period: Period) -> Travelled:
        """From the first day to the day after the last, so that neighbouring periods add up."""
        if not self._days or not period.days:
            return Travelled(0, None)
        after = min(period.last, date.max - timedelta(days=1)) + timedelta(days=1)
        metres = (self.at(after) or 0) - (self.at(period.first) or 0)
        first, last = max(period.first, self._days[0]), min(period.last, self._days[-1])
        return Travelled(max(metres, 0), Period(first, last) if first < last else None)
