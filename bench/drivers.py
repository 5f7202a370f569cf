"""Simulated drivers, for judging forecasts: a kind of driver, a habit of reading the odometer, and what life does to both.

Each day a car is driven so far as its kind says (level, weekdays, scatter, season), single journeys are put on top, and four things
change the level: spells of weeks, a slow drift (a walk of its logarithm), sudden changes (a job, a child, a new home) and times in which
the car stands. The figures are round judgements: months differ by 0.25, years by about 0.2 in all, which the product assumed before. A
first set had no spells and twice the drift; real errors, nearly as large near as far (domain.md §5), showed that this was wrong. Nothing
else was set by a real car.

Sixteen kinds in two halves: the forecast's constants were fitted on FITTED. None was fitted on HELD_OUT, though its scores were seen while
the form of the rule was chosen.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from typing import Final

YEAR: Final = 365.25
MOST_KM_A_DAY: Final = 1_400.0
RETURN: Final = 0.2
"""How much of a drift is made good in a year: people come back to what they did."""
MONTHS_DIFFER: Final = 0.25
"""Sigma of the logarithm of one month beside another, which a driver's years do not explain."""
MONTHS_LAST: Final = 45.0
"""Days after which such a spell is mostly over."""
MISTAKES: Final = 0.012
"""Share of readings typed wrong: two of 913 real ones were, and those had been through an app that shows the last one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`year_km` is the median driver's; `scatter` the sigma of a day's logarithm; `season` 0 (none) to 1 (nothing in winter)."""

    year_km: float
    weekdays: float = 0.6
    scatter: float = 0.6
    season: float = 0.05
    journeys: float = 3.0
    journey_km: float = 700.0
    changes: float = 0.2
    drift: float = 0.1
    stands: float = 0.0
    """Long stands a year; each one to six months."""


FITTED: Final = {
    "commuter": Kind(17_000, 0.92, 0.25, 0.05, 3, 900, 0.25, 0.075),
    "second car": Kind(4_000, 0.4, 1.0, 0.1, 1, 300, 0.2, 0.15, 0.15),
    "family": Kind(14_000, 0.55, 0.6, 0.1, 5, 1_600, 0.15, 0.075),
    "motorbike": Kind(4_500, 0.3, 1.0, 0.9, 4, 900, 0.1, 0.125, 0.3),
    "van": Kind(30_000, 0.97, 0.35, 0.1, 1, 400, 0.3, 0.1),
    "student": Kind(8_000, 0.3, 1.1, 0.15, 8, 700, 0.6, 0.15, 0.1),
    "night worker": Kind(20_000, 0.8, 0.4, 0.05, 2, 800, 0.3, 0.1),
    "country doctor": Kind(25_000, 0.8, 0.5, 0.1, 3, 1_000, 0.1, 0.075),
}
HELD_OUT: Final = {
    "city": Kind(7_000, 0.6, 0.8, 0.05, 4, 500, 0.2, 0.125),
    "salesman": Kind(42_000, 0.95, 0.5, 0.05, 6, 1_200, 0.3, 0.1),
    "pensioner": Kind(6_000, 0.5, 0.8, 0.2, 3, 1_000, 0.1, 0.1, 0.05),
    "convertible": Kind(3_500, 0.2, 1.0, 0.95, 2, 700, 0.1, 0.125, 0.4),
    "taxi": Kind(65_000, 0.75, 0.3, 0.05, 0, 0, 0.3, 0.075),
    "camper": Kind(7_000, 0.1, 1.2, 0.9, 5, 2_200, 0.1, 0.125, 0.5),
    "home worker": Kind(9_000, 0.4, 0.7, 0.1, 4, 800, 0.4, 0.15),
    "shared by two": Kind(19_000, 0.7, 0.5, 0.1, 4, 1_200, 0.3, 0.1),
}
KINDS: Final = {**FITTED, **HELD_OUT}
HABITS: Final = ("each fill", "monthly", "seldom", "in bursts", "at services")


@dataclass(frozen=True, slots=True)
class Noted:
    """A reading as somebody typed it on day `day` of the history."""

    day: int
    metres: int
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """`stood` is where the car stood at the end of each day, in metres: the truth no method sees."""

    name: str
    first: date
    stood: list[int]
    noted: list[Noted]

    def on(self, day: int) -> date:
        return self.first + timedelta(days=day)


def simulate(seed: int, kind: str, habit: str, *, years: float = 5.0) -> History:
    rng = random.Random(f"{seed}/{kind}/{habit}")  # noqa: S311  the same drivers in each run
    first = date(2012, 1, 1) + timedelta(days=rng.randrange(3_000))
    begins = rng.uniform(0, 150_000)
    days = islice(_driven(rng, KINDS[kind], first), int(YEAR * years))
    stood, at = [], begins
    for driven in days:
        at += driven
        stood.append(round(at * 1_000))
    right = [Noted(day, stood[day] // 1_000 * 1_000) for day in days_read(rng, habit, stood)]
    return History(
        f"{kind}, {habit}, {seed}", first, stood, [typed_by(rng, note) for note in right]
    )


def drivers(
    number: int, kinds: dict[str, Kind] = KINDS, *, years: float = 5.0
) -> Iterator[History]:
    """Kinds and habits in turn, each with a seed of its own."""
    pairs = [(kind, habit) for habit in HABITS for kind in kinds]
    for place in islice(count(), number):
        kind, habit = pairs[place % len(pairs)]
        yield simulate(place, kind, habit, years=years)


def _driven(rng: random.Random, kind: Kind, first: date) -> Iterator[float]:
    """Kilometres day by day, for ever."""
    level = math.log(kind.year_km / YEAR) + rng.gauss(0, 0.35)
    drift = kind.drift * rng.lognormvariate(0, 0.5) / math.sqrt(YEAR)
    changes = kind.changes * rng.lognormvariate(0, 0.5) / YEAR
    differ = MONTHS_DIFFER * rng.lognormvariate(0, 0.4)
    usual, spell = level, rng.gauss(0, differ)
    peak, standing, away = rng.gauss(195, 15), 0, 0
    for number in count():
        day = first + timedelta(days=number)
        level += rng.gauss(0, drift) - (level - usual) * RETURN / YEAR
        spell += rng.gauss(0, differ * math.sqrt(2 / MONTHS_LAST)) - spell / MONTHS_LAST
        if rng.random() < changes:
            usual += rng.gauss(0, 0.4)
            level = usual
        if not standing and rng.random() < kind.stands / YEAR:
            standing = rng.randrange(30, 180)
        if standing:
            standing -= 1
            yield 0.0
            continue
        driven = _usual_day(rng, kind, day, math.exp(level + spell), peak)
        away -= 1
        if rng.random() < kind.journeys / YEAR:
            away = rng.randrange(2, 15)
            driven += kind.journey_km / 2 * math.exp(rng.gauss(0, 0.4))
        elif away == 0:
            driven += kind.journey_km / 2 * math.exp(rng.gauss(0, 0.2))
        yield min(driven, MOST_KM_A_DAY)


def _usual_day(rng: random.Random, kind: Kind, day: date, level: float, peak: float) -> float:
    is_weekday = day.weekday() < 5
    turn = (day.timetuple().tm_yday - peak) / YEAR * 2 * math.pi
    share = kind.weekdays / 5 if is_weekday else (1 - kind.weekdays) / 2
    used = 0.95 if is_weekday and kind.weekdays > 0.9 else 0.6
    if rng.random() > used:
        return 0.0
    usual = level * 7 * share / used * max(1 + kind.season * math.cos(turn), 0.02)
    return usual * rng.lognormvariate(-(kind.scatter**2) / 2, kind.scatter)


def days_read(rng: random.Random, habit: str, stood: list[int]) -> Iterator[int]:
    """The days on which somebody looks."""
    if habit == "each fill":
        yield from _fills(rng, stood)
        return
    day = rng.randrange(60)
    while day < len(stood):
        yield day
        if habit == "monthly":
            day += max(1, round(rng.gauss(30, 6)))
        elif habit == "seldom":
            day += 5 + round(rng.expovariate(1 / 110))
        elif habit == "in bursts":
            day += rng.randrange(60, 240) if rng.random() < 0.25 else rng.randrange(3, 15)
        else:
            day += max(30, round(rng.gauss(300, 60)))


def _fills(rng: random.Random, stood: list[int]) -> Iterator[int]:
    tank = rng.uniform(300_000, 800_000)
    full_until = stood[0]
    for day, metres in enumerate(stood):
        if metres >= full_until:
            yield day
            full_until = metres + round(tank * rng.uniform(0.6, 1))


def typed_by(rng: random.Random, note: Noted, unit: int = 1_000) -> Noted:
    if rng.random() >= MISTAKES:
        return note
    digits = list(str(note.metres // unit))
    place = rng.randrange(len(digits))
    mistake = rng.choice(("dropped", "doubled", "swapped", "other"))
    if mistake == "dropped" and len(digits) > 1:
        del digits[place]
    elif mistake == "doubled":
        digits.insert(place, digits[place])
    elif mistake == "swapped" and place:
        digits[place - 1], digits[place] = digits[place], digits[place - 1]
    else:
        digits[place] = str(rng.randrange(10))
    typed = int("".join(digits)) * unit
    return Noted(note.day, typed, is_wrong=typed != note.metres)
