"""When a distance will have been driven, with a range. Hours of an engine the same way, its minutes in place of metres.

Rate. Two weighted means of what the car did, the recent days counting more (exponential smoothing, Brown 1959), each drawn to the
typical car as long as little is known (credibility, Bühlmann 1967). Logarithms are drawn, not rates: a mean of rates makes a second car
of 2,000 km a year a commuter's.

    w = integral of 2^(-age / half-life) over an interval's days     W = sum of w      own = sum of w x rate / W
    ln r = (W ln own + K ln typical) / (W + K)                        r_near: half-life 90 days · r_far: 365
    days p from the last reading:  ln r(p) = ln r_far + e^(-p / 180) (ln r_near - ln r_far)

Range. p e^(-Q s) … p e^(Q s): eight of ten fall inside. All that is seen of a car says how far it may be off (`_expected`):

    s0² = 0.012                             what nobody can know: a new job, a new home, the next months
        + 0.43 x 10 / (W + 10)              how far a driver may be from the typical one
        + 0.06 (1 - W / W_all) p / (p + 180)   what of a year nobody has seen; W_all = 180 / ln 2 had one always looked
        + 0.47 (v + 0.13 / n) / (n + 2)     v: mean square of ln(interval / mean); n: effective number of intervals, of which one alone
                                            shows no spread at all: it is no evidence of an even driver
        + 0.34 f / p                        single journeys weigh less, the longer it is; f, in days, from the intervals' scatter, drawn, as
                                            long as these are few, to 2.3 + 37 (typical / r)²: who drives little lives by journeys
    s² = k e² + (1 - k) s0²                 e: 1.25 x mean of |ln(actual / forecast)| of its own past forecasts of like length (`past.py`),
                                            within 0.4 to 2.5 times s0; k = n / (n + 6), n of them that do not overlap

e is the root of the mean square, taken from the mean deviation (of a normal curve it is sqrt(pi / 2) = 1.25 of that): squares would let
one long journey among few forecasts double the width. Silence since the last reading is part of p: all days count from that reading.
Shares held after long silence differ by 3 points at most from those without, so it has no term of its own.

Sources. The half-lives, 180, k and 0.4 to 2.5 are those of a back-test of real histories (domain.md §5). The figures of s were fitted on
simulated drivers only, on no real car: first by Student's likelihood on 400 of eight kinds (bench/drivers.py), then, with the terms in n
and W_all and ten years of own record in place of three, by the quantile loss of |ln(actual / forecast)| at 0.8 (Koenker and Bassett 1978)
on 480 of these and of six other kinds (bench/lives.py), each band weighing the same, drawn to what they were. Q = 1.42: the errors have
longer tails than a normal curve's 1.2816, and s is itself a guess. The rule of domain.md, a width by p alone, held 76 % of those and 72 %
of eight kinds kept apart.

`python -m bench forecast FOLDER` measures it anew, with how sure each share is: p under 60, 120, 240 days and beyond held 82, 83, 81, 81 %
of drivers of kinds fitted on, 79, 81, 79, 81 of kinds kept apart, 82, 83, 82, 83 of lives made in another way and only scored, and 84, 76,
78, 88 of seven real cars: there 29 years of cars are all there is, and the last may as well be 74 or 95 in truth (155 forecasts, 114 of
one van); scaled band by band by the other six, each car left out in turn, 80, 81, 79, 88. Machines by their hours hold 76, 80, 82, 89.
The errors of p are 0.79 of Fleetio's (median) and 0.70 of MyGarage's (the worst tenth) on the real cars, 0.96 and 0.56 on the simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, pi, sqrt
from typing import Final

from services.vehicles.domain.cars.driving import (
    CREDIBILITY,
    DAYS_A_YEAR,
    DISTANCE,
    EVEN,
    GIVES_WAY,
    Pace,
    Scatter,
    Typical,
    before,
    intervals_of,
    means,
    one_a_day,
    scatter_of,
    stands_apart,
)
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.cars.past import Past, own_record, past_of_length

NEAR: Final = 90.0
FAR: Final = 365.0
UNKNOWABLE: Final = 0.012
UNSEEN: Final = 0.06
INTERVALS_DIFFER: Final = 0.47
ONE_INTERVAL: Final = 0.13
JOURNEYS: Final = 0.34
JOURNEYS_OF_ANY: Final = 2.3
JOURNEYS_OF_TYPICAL: Final = 37.0
MOST_SCATTER: Final = 200.0
FEW: Final = 2.0
ALWAYS_WATCHED: Final = EVEN / log(2)
"""The weight, in days, of a car that was read all its life."""
SOONEST: Final = 5.0
WIDEST: Final = 2.0
OWN_RECORD: Final = 6.0
WITHIN: Final = 2.5
OF_A_NORMAL: Final = sqrt(pi / 2)
"""Root of the mean square in mean absolute deviations, of a normal curve."""
QUANTILE: Final = 1.42
HORIZON: Final = timedelta(days=3653)
"""Nobody plans an oil change further ahead than ten years: beyond it there is no date."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Metres a day (of an hour meter: minutes), and what is known about it."""

    pace: Pace
    weight: float
    """Days that tell of this car, as they have faded."""
    scatter: Scatter
    past: tuple[Past, ...]
    last: Reading | None
    typical: Typical = DISTANCE

    @property
    def metres_a_day(self) -> float:
        """Over the next few months."""
        return self.pace.middle

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


def estimate_rate(
    readings: Sequence[Reading], *, built_year: int | None = None, typical: Typical = DISTANCE
) -> Rate:
    """`readings` are accepted ones in any order; none at all gives the typical car.

    The last three years' and the first are enough: more of them change nothing but the time it takes.
    """
    ledger = one_a_day(readings)
    stands = stands_apart(ledger)
    intervals, life = intervals_of(stands), before(stands, built_year)
    near, far, even = (means(intervals, life, half_life) for half_life in (NEAR, FAR, EVEN))

    def pace_at(place: int) -> Pace:
        return Pace(near[place].drawn(typical), far[place].drawn(typical))

    return Rate(
        pace=pace_at(-1),
        weight=even[-1].weight,
        scatter=scatter_of(intervals, typical),
        past=own_record(stands, pace_at),
        last=ledger[-1] if ledger else None,
        typical=typical,
    )


def position_on(rate: Rate, day: date) -> int | None:
    """About where the car stood on `day`, by its rate; None as long as nobody has read its odometer."""
    if rate.last is None:
        return None
    days = (rate.last.read_on - day).days
    return max(round(rate.last.metres - rate.metres_a_day * days), 0)


def forecast(
    rate: Rate,
    target: int,
    *,
    start: Reading,
    today: date,  # noqa: ARG001  days count from the reading; whoever asks has a day at hand, and a better rule may want it
) -> DueRange:
    """The day `target` metres are reached by a car that stood at `start`; what the car has passed is due on the day it stood there."""
    remaining = target - start.metres
    if remaining <= 0:
        return DueRange(start.read_on, start.read_on, start.read_on)
    days = remaining / rate.pace.over(remaining / rate.metres_a_day)
    width = exp(QUANTILE * sqrt(_error(rate, days, remaining / days)))
    return DueRange(
        earliest=_after(start.read_on, days / width),
        on=_after(start.read_on, days),
        latest=_after(start.read_on, days * width),
    )


def _error(rate: Rate, days: float, a_day: float) -> float:
    """Variance of ln(actual / forecast): what is expected of such a car, and what this one's past forecasts were off."""
    expected = _expected(rate, days, a_day)
    own = past_of_length(rate.past, days)
    if not own.forecasts:
        return expected
    seen = (OF_A_NORMAL * own.off / own.forecasts) ** 2
    off = min(max(seen, expected / WITHIN**2), expected * WITHIN**2)
    trust = own.apart / (own.apart + OWN_RECORD)
    return trust * off + (1 - trust) * expected


def _expected(rate: Rate, days: float, a_day: float) -> float:
    number = max(rate.scatter.number, 1.0)
    usual = JOURNEYS_OF_ANY + JOURNEYS_OF_TYPICAL * (rate.typical.a_day / a_day) ** 2
    seen = min(rate.scatter.days_off, MOST_SCATTER)
    journeys = (seen * number + usual * FEW) / (number + FEW)
    spread = min(rate.scatter.spread + ONE_INTERVAL / number, 1.0)
    unseen = max(1 - rate.weight / ALWAYS_WATCHED, 0.0)
    variance = (
        UNKNOWABLE
        + rate.typical.unknown * (1 - rate.credibility)
        + UNSEEN * unseen * days / (days + GIVES_WAY)
        + INTERVALS_DIFFER * spread / (number + FEW)
        + JOURNEYS * journeys / max(days, SOONEST)
    )
    return min(variance, WIDEST)


def _after(day: date, days: float) -> date | None:
    if days > HORIZON.days or day > date.max - HORIZON:
        return None
    return day + timedelta(days=round(days))


ASK_WIDER_THAN: Final = 21
ASK_OLDER_THAN: Final = 30
ASK_EVERY: Final = 14


def should_ask(
    found: DueRange,
    *,
    is_distance_first: bool,
    read_on: date | None,
    asked_on: date | None,
    is_laid_up: bool,
    today: date,
) -> bool:
    """Whether to ask a car's driver for its odometer, because that would tell better when something falls due.

    `found` is the range of the plan or reminder as shown (a certain date has cut it already) and `is_distance_first` whether its distance
    is what is reached first (`DueBy.DISTANCE`); of a car with several, one that says yes is enough. `read_on`: the last believed reading;
    None, nobody ever read it, counts as an old one. `asked_on`: when this car's driver was last asked, whatever it was for.
    All days are local to the car. The rule is domain.md's (§5): a range wider than 21 days and than half the days left, a reading older
    than 30 days, once in 14 days, never while laid up.
    """
    if is_laid_up or not is_distance_first or found.on is None or found.earliest is None:
        return False
    if asked_on is not None and (today - asked_on).days < ASK_EVERY:
        return False
    if read_on is not None and (today - read_on).days <= ASK_OLDER_THAN:
        return False
    left = max((found.on - today).days, 0)
    return found.latest is None or (found.latest - found.earliest).days > max(
        ASK_WIDER_THAN, left / 2
    )
