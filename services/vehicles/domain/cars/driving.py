"""What a meter's readings say of how it is driven: means that fade, and how the intervals differ. `forecast.py` has the formulas.

Units are metres of an odometer, minutes of an hour meter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import exp, log
from typing import Final, NamedTuple

from services.vehicles.domain.cars.odometer import Reading

DAYS_A_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Typical:
    """What is taken of a meter nobody has read twice."""

    a_day: float
    unknown: float
    """Variance of the logarithm of one owner's beside another's."""
    counts: float
    """Days of one's own that count as much."""

    @property
    def floor(self) -> float:
        """Stands for "not driven" where a logarithm needs a number: half a kilometre a day of a car."""
        return self.a_day / 60


DISTANCE: Final = Typical(11_000_000 / DAYS_A_YEAR, 0.43, 10.0)
"""A private car in Europe drives 13,000 km a year in the mean (CBS Netherlands 2004: 13,800; ACEA 2018: almost 13,000); a lognormal
spread of 0.58 puts the median, which logarithms are drawn to, at 11,000."""
HOURS: Final = Typical(300 * 60 / DAYS_A_YEAR, 1.0, 0.0)
"""Minutes. 300 hours a year lie between a pleasure boat (50 to 100), a farm's tractor (400 to 600) and a digger for hire (1,000 and
more): a judgement, for a machine nobody has read twice, and a range that covers all of them. They differ too much for one to be drawn
to it: the second reading speaks for itself."""

EVEN: Final = 180.0
"""Half-life, in days, of the weights by which intervals are compared."""
CREDIBILITY: Final = 10.0
"""Days after which half of what one owner is beside another is known."""
LIFETIME_TRUST: Final = 0.25
"""What the years before the first reading count: other owners may have driven them."""
FRESH: Final = 1_096
REMEMBERED: Final = 3_653
"""Days: what lies further back than ten years counts as one interval from the first reading on."""
APART: Final = 7
"""Days between the readings that are compared: the days of a week differ, and a rate needs no more."""
FAR_APART: Final = 28
"""Of those older than three years: they tell how far forecasts were off, and of the rate almost nothing."""
GIVES_WAY: Final = 180.0
"""Days in which the near rate gives way to the far one."""
GAP: Final = 2.0
"""The near rate is taken at most e² times the far one, or as little: then a farther target is never reached sooner."""
MOST_OFF: Final = 4.0


class Stand(NamedTuple):
    """A reading: its day as a number and where the meter stood."""

    day: int
    units: int


class Interval(NamedTuple):
    days: int
    rate: float
    """Units a day."""


class Mean(NamedTuple):
    """Weighted sum of rates, and the weights' sum in days."""

    driven: float
    weight: float

    def drawn(self, typical: Typical) -> float:
        """Its logarithm, drawn to the typical one's."""
        if not self.weight:
            return log(typical.a_day)
        own = max(self.driven / self.weight, typical.floor)
        drawn = self.weight * log(own) + typical.counts * log(typical.a_day)
        return drawn / (self.weight + typical.counts)


class Pace(NamedTuple):
    """How fast it goes now and in the long run, as logarithms of units a day."""

    ln_near: float
    ln_far: float

    @property
    def gap(self) -> float:
        return max(min(self.ln_near - self.ln_far, GAP), -GAP)

    @property
    def middle(self) -> float:
        return exp(self.ln_far + self.gap / 2)

    def over(self, days: float) -> float:
        """Units a day over so many days."""
        return exp(self.ln_far + exp(-days / GIVES_WAY) * self.gap)


class Scatter(NamedTuple):
    spread: float = 0.0
    """v: mean square of ln(interval / mean)."""
    days_off: float = 0.0
    """f: mean of an interval's days times the square of its relative deviation; what single journeys make does not grow with its days."""
    number: float = 0.0
    """How many intervals they are in effect."""


def one_a_day(readings: Sequence[Reading]) -> list[Reading]:
    by_day: dict[date, Reading] = {}
    for reading in readings:
        known = by_day.get(reading.read_on)
        if known is None or reading.metres > known.metres:
            by_day[reading.read_on] = reading
    return [by_day[day] for day in sorted(by_day)]


def stands_apart(ledger: Sequence[Reading]) -> list[Stand]:
    """Of readings in order: from the last one back, a week or more between them, beyond three years four weeks, and the very first. At most
    251, however many came.
    """
    if not ledger:
        return []
    first, kept = _stand(ledger[0]), [_stand(ledger[-1])]
    for reading in reversed(ledger[:-1]):
        day = reading.read_on.toordinal()
        age = kept[0].day - day
        if age > REMEMBERED:
            break
        if kept[-1].day - day >= (APART if age <= FRESH else FAR_APART):
            kept.append(Stand(day, reading.metres))
    if kept[-1] != first:
        if len(kept) > 1 and kept[-1].day - first.day < APART:
            kept.pop()
        kept.append(first)
    return kept[::-1]


def _stand(reading: Reading) -> Stand:
    return Stand(reading.read_on.toordinal(), reading.metres)


def intervals_of(stands: Sequence[Stand]) -> list[Interval]:
    return [
        Interval(other.day - one.day, max(other.units - one.units, 0) / (other.day - one.day))
        for one, other in pairwise(stands)
    ]


def before(stands: Sequence[Stand], built_year: int | None) -> Interval | None:
    """The life before the first reading, of a car built in the middle of its year."""
    if not stands or built_year is None or not date.min.year < built_year <= date.max.year:
        return None
    young = stands[0].day - date(built_year, 7, 1).toordinal()
    return Interval(young, stands[0].units / young) if young > DAYS_A_YEAR else None


def means(intervals: Sequence[Interval], life: Interval | None, half_life: float) -> list[Mean]:
    """At each reading what was known then; days fade as they pass."""
    per_day, weight, driven = half_life / log(2), 0.0, 0.0
    if life is not None:
        weight = LIFETIME_TRUST * per_day * (1 - _left(life.days, half_life))
        driven = weight * life.rate
    found = [Mean(driven, weight)]
    for days, rate in intervals:
        left = _left(days, half_life)
        new = per_day * (1 - left)
        driven, weight = driven * left + new * rate, weight * left + new
        found.append(Mean(driven, weight))
    return found


def _left(days: int, half_life: float) -> float:
    return float(2.0 ** (-days / half_life))


def scatter_of(intervals: Sequence[Interval], typical: Typical) -> Scatter:
    if not intervals:
        return Scatter()
    weights, left = [], 1.0
    for days, _ in reversed(intervals):
        fades = left * _left(days, EVEN)
        weights.append(left - fades)
        left = fades
    total = sum(weights)
    weighed = list(zip(reversed(weights), intervals, strict=True))
    own = max(sum(w * each.rate for w, each in weighed) / total, typical.floor)
    logs = days_off = 0.0
    for w, (days, rate) in weighed:
        logs += w * min(log(max(rate, typical.floor) / own) ** 2, MOST_OFF)
        days_off += w * days * (rate / own - 1) ** 2
    return Scatter(logs / total, days_off / total, total**2 / sum(w * w for w in weights))
