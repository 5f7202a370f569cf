"""When a distance will have been driven, with a range.

The rate (metres a day) is a credibility estimate (Bühlmann 1967, "Experience rating and credibility"): the mean of what this car did,
weighed by days, recent days more (exponential smoothing, Brown 1959), drawn towards the average car as long as little is known.

    weight of an interval   w = integral of 2^(-age / HALF_LIFE) over its days       (age 0 = the last reading)
    rate                    r = (sum of w_i r_i + K r0) / (W + K)                     W = sum of w_i, K = CREDIBILITY, r0 = AVERAGE
    credibility             Z = W / (W + K)
    spread of the intervals v = (sum of w_i ln²(r_i / r) + K s1²) / (W + K)
    error of a forecast over H days, D days after the last reading, as a variance of ln r:
                            s² = s0² (1 - Z)  +  Z² v / n  +  d² (H + D)/365          n = W² / sum of w_i² (effective number of intervals)
    due = last reading + (target - metres) / r;  range = the same with r e^(±z s),  z = 1.2816: eight in ten fall inside

r0: a private car in Europe drives about 13,000 km a year (CBS Netherlands 2004: 13,800; ACEA 2018: almost 13,000). s0 = 0.6 covers a factor
of two either way for eight cars in ten; s1 = 0.25 is how much one month differs from another, d = 0.2 how much a year changes
a driver (new job, new home). s0, s1 and d are judgement;
`tests/domain/test_forecast.py` checks on a simulated fleet that the range holds what it promises.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log, sqrt
from typing import Final

from services.vehicles.domain.cars.odometer import Reading

AVERAGE: Final = 13_000_000 / 365.25
SPREAD: Final = 0.6
MONTHS_DIFFER: Final = 0.25
DRIFT_A_YEAR: Final = 0.2
HALF_LIFE: Final = 180.0
CREDIBILITY: Final = 20.0
QUANTILE: Final = 1.2816
FLOOR: Final = 500.0
"""Half a kilometre a day stands for "not driven" where a logarithm needs a number."""
HORIZON: Final = timedelta(days=3653)
"""Nobody plans an oil change further ahead than ten years: beyond it there is no date."""
LIFETIME_TRUST: Final = 0.25
"""What the years before the first reading count: other owners may have driven them."""
DAYS_A_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Rate:
    """Metres a day, and what is known about it."""

    metres_a_day: float
    weight: float
    spread: float
    intervals: float
    last: Reading | None

    @property
    def metres_a_year(self) -> int:
        return round(self.metres_a_day * DAYS_A_YEAR)

    @property
    def credibility(self) -> float:
        """Bühlmann's Z: how much of the rate is this car's own."""
        return self.weight / (self.weight + CREDIBILITY)


@dataclass(frozen=True, slots=True)
class DueRange:
    """`on` is the best guess; None where the day lies beyond the horizon."""

    earliest: date | None
    on: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class _Interval:
    rate: float
    weight: float


def estimate_rate(readings: Sequence[Reading], *, built_year: int | None = None) -> Rate:
    """`readings` are accepted ones in any order; none at all gives the average car."""
    ledger = _one_a_day(readings)
    intervals = _intervals(ledger, built_year)
    weight = sum(i.weight for i in intervals)
    mass = weight + CREDIBILITY
    rate = (sum(i.weight * i.rate for i in intervals) + CREDIBILITY * AVERAGE) / mass
    deviations = sum(i.weight * log(max(i.rate, FLOOR) / max(rate, FLOOR)) ** 2 for i in intervals)
    squares = sum(i.weight**2 for i in intervals)
    return Rate(
        metres_a_day=rate,
        weight=weight,
        spread=(deviations + CREDIBILITY * MONTHS_DIFFER**2) / mass,
        intervals=weight**2 / squares if squares else 0.0,
        last=ledger[-1] if ledger else None,
    )


def _one_a_day(readings: Sequence[Reading]) -> list[Reading]:
    by_day: dict[date, Reading] = {}
    for reading in readings:
        known = by_day.get(reading.read_on)
        if known is None or reading.metres > known.metres:
            by_day[reading.read_on] = reading
    return [by_day[day] for day in sorted(by_day)]


def _intervals(ledger: Sequence[Reading], built_year: int | None) -> list[_Interval]:
    if not ledger:
        return []
    last = ledger[-1].read_on
    found = [_interval(one, other, last) for one, other in pairwise(ledger)]
    if built_year is not None and date.min.year < built_year <= date.max.year:
        young = (ledger[0].read_on - date(built_year, 7, 1)).days
        if young > DAYS_A_YEAR:
            weight = LIFETIME_TRUST * _decayed((last - ledger[0].read_on).days, young)
            found.append(_Interval(ledger[0].metres / young, weight))
    return found


def _interval(start: Reading, end: Reading, last: date) -> _Interval:
    days = (end.read_on - start.read_on).days
    driven = max(end.metres - start.metres, 0)
    return _Interval(driven / days, _decayed((last - end.read_on).days, days))


def _decayed(age: int, days: int) -> float:
    """Days of an interval that ended `age` days before the last reading, each counted 2^(-its age / HALF_LIFE)."""
    per_day = HALF_LIFE / log(2)
    return float(per_day * (2.0 ** (-age / HALF_LIFE) - 2.0 ** (-(age + days) / HALF_LIFE)))


def position_on(rate: Rate, day: date) -> int | None:
    """About where the car stood on `day`, by its rate; None as long as nobody has read its odometer."""
    if rate.last is None:
        return None
    days = (rate.last.read_on - day).days
    return max(round(rate.last.metres - rate.metres_a_day * days), 0)


def forecast(rate: Rate, target: int, *, start: Reading, today: date) -> DueRange:
    """The day `target` metres are reached by a car that stood at `start`; what the car has passed is due on the day it stood there."""
    remaining = target - start.metres
    if remaining <= 0:
        return DueRange(start.read_on, start.read_on, start.read_on)
    days = remaining / rate.metres_a_day
    silent = max((today - start.read_on).days, 0)
    width = exp(QUANTILE * sqrt(_error(rate, ahead=days, silent=silent)))
    return DueRange(
        earliest=_after(start.read_on, days / width),
        on=_after(start.read_on, days),
        latest=_after(start.read_on, days * width),
    )


def _error(rate: Rate, *, ahead: float, silent: int) -> float:
    unknown = SPREAD**2 * (1 - rate.credibility)
    sampled = rate.credibility**2 * rate.spread / max(rate.intervals, 1)
    years = min(ahead + silent, HORIZON.days) / DAYS_A_YEAR
    return unknown + sampled + DRIFT_A_YEAR**2 * years


def _after(day: date, days: float) -> date | None:
    if days > HORIZON.days or day > date.max - HORIZON:
        return None
    return day + timedelta(days=round(days))
