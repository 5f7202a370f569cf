"""Other simulated drivers, made in another way than `drivers.py`: from what people do with a car day by day, not from a level with noise.

A life is a way to work, errands, outings, holidays and what the year lets one do; things happen to it: another job, a child, a second car
in the house, retirement, months in which the car stands. A machine with an hour meter is a life in minutes. The figures are round
judgements, and no real car set any of them. The width of the forecast's range was fitted on one half of the kinds (TUNED); on JUDGES and
MACHINES nothing was fitted: they are scored only, and were before the rule was changed and after.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bench.drivers import HABITS, History, Noted, days_read, typed_by

YEAR: Final = 365.25
WORKDAYS: Final = 5
SUMMER: Final = (0.1, 0.2, 0.6, 1.2, 1.8, 2.0, 2.0, 2.0, 1.4, 0.5, 0.15, 0.05)
"""How much more or less is done in a month than in the mean one, by what is kept for fine days."""
HARVEST: Final = (0.2, 0.3, 0.8, 1.3, 1.1, 0.9, 1.8, 2.2, 1.6, 1.0, 0.5, 0.3)
ALL_YEAR: Final = (0.95, 0.95, 1.0, 1.05, 1.05, 1.05, 1.1, 1.1, 1.0, 1.0, 0.9, 0.85)


@dataclass(frozen=True, slots=True)
class Life:
    """Kilometres, as of the median person: errands a week, outings and holidays a year. Of a machine minutes."""

    to_work: float = 0.0
    """There and back."""
    at_home: float = 0.1
    """Share of the days one works and needs no car."""
    errands: float = 3.0
    errand: float = 12.0
    outings: float = 25.0
    outing: float = 90.0
    holidays: float = 1.0
    holiday: float = 1_400.0
    months: tuple[float, ...] = ALL_YEAR
    shift: float = 0.0
    """Driven for a living, on five or six days of a week."""
    other_job: float = 0.12
    other_life: float = 0.1
    """A year: errands and outings change for good."""
    retires: float = 0.0
    second_car: float = 0.0
    stands: float = 0.0
    new: bool = False
    """A car that comes into a house that has one: who takes which settles in a few months."""


TUNED: Final = {
    "goes to work": Life(45.0),
    "summer's motorcycle": Life(errands=0.6, errand=25, outings=35, outing=160, months=SUMMER),
    "holidays by car": Life(14.0, holidays=3.5, holiday=2_200),
    "another job": Life(38.0, other_job=0.5, other_life=0.3),
    "laid up": Life(0.0, outings=40, outing=110, stands=0.8),
    "delivers": Life(shift=170.0, errands=0.5, outings=4),
}
JUDGES: Final = {
    "retires": Life(30.0, retires=0.35, outings=40),
    "cab": Life(shift=260.0, errands=0.0, outings=2, other_job=0.25, holidays=0),
    "sold and new": Life(24.0, second_car=0.35, new=True),
    "weekend house": Life(0.0, errands=1.5, outings=46, outing=170, holidays=0.5),
    "cabriolet": Life(errands=1.0, errand=14, outings=28, outing=120, months=SUMMER, stands=0.25),
    "home worker": Life(30.0, at_home=0.65, other_job=0.2, holidays=1.5),
}
MACHINES: Final = {
    "tractor": Life(shift=95.0, errands=2.0, errand=40, outings=0, holidays=0, months=HARVEST),
    "boat": Life(errands=0.0, outings=30, outing=190, holidays=1, holiday=1_200, months=SUMMER),
    "digger for hire": Life(shift=260.0, errands=0, outings=0, holidays=0, stands=0.6),
}
"""Minutes."""


def live(
    seed: int, name: str, life: Life, habit: str, *, years: float = 5.0, unit: int = 1_000
) -> History:
    """`unit`: metres in a kilometre; 1 for a machine's minutes."""
    rng = random.Random(f"{seed}/{name}/{habit}")  # noqa: S311  the same lives in each run
    first = date(2012, 1, 1) + timedelta(days=rng.randrange(3_000))
    at, stood = rng.uniform(0, 150_000), []
    for driven in _days(rng, life, first, int(YEAR * years)):
        at += driven
        stood.append(round(at * unit))
    right = [Noted(day, stood[day] // unit * unit) for day in days_read(rng, habit, stood)]
    noted = [typed_by(rng, note, unit) for note in right]
    return History(f"{name}, {habit}, {seed}", first, stood, noted)


def lives(number: int, kinds: dict[str, Life], *, unit: int = 1_000) -> Iterator[History]:
    """Kinds and habits in turn, each with a seed of its own. Nobody reads a machine's meter at each fill."""
    pairs = [(name, habit) for habit in HABITS[unit == 1 :] for name in kinds]
    for seed in range(number):
        name, habit = pairs[seed % len(pairs)]
        yield live(seed, name, kinds[name], habit, unit=unit)


class _Person:
    """What a life is at the moment; `rng` draws persons around the median one, and what becomes of them."""

    def __init__(self, rng: random.Random, life: Life) -> None:
        self.rng, self.life = rng, life
        self.to_work = life.to_work * rng.lognormvariate(0, 0.5)
        self.shift = life.shift * rng.lognormvariate(0, 0.25)
        self.errands = life.errands / 7 * rng.lognormvariate(0, 0.3)
        self.outings = life.outings / YEAR * rng.lognormvariate(0, 0.4)
        self.holidays = life.holidays * rng.lognormvariate(0, 0.3)
        self.at_home = life.at_home
        self.share = 1.0
        self.busy = rng.lognormvariate(0, 0.2)
        self.stands_for = self.rests_for = self.away_for = 0
        self.way_back = 0.0

    def changes(self) -> None:
        rng, life = self.rng, self.life
        if self._happens(life.other_job):
            self.to_work = life.to_work * rng.lognormvariate(0, 0.5)
            self.shift *= rng.lognormvariate(0, 0.2)
        if self._happens(life.other_life):
            self.errands *= rng.lognormvariate(0, 0.35)
            self.outings *= rng.lognormvariate(0, 0.35)
        if self._happens(life.retires):
            self.to_work, self.outings = 0.0, self.outings * rng.uniform(1, 1.8)
        if self._happens(life.second_car):
            self.share = rng.uniform(0.4, 0.8) if self.share == 1.0 else 1.0
        if not self.stands_for and self._happens(life.stands):
            self.stands_for = rng.randrange(30, 180)
        if rng.random() < 1 / 30:
            self.busy = rng.lognormvariate(0, 0.2)  # a month is not like the next

    def drives(self, day: date) -> float:
        rng, life, month = self.rng, self.life, self.life.months[day.month - 1]
        if self.stands_for:
            self.stands_for -= 1
            return 0.0
        if self.away_for:
            self.away_for -= 1
            return self.way_back if not self.away_for else rng.expovariate(1 / 20)
        if self.rests_for:
            self.rests_for -= 1
        elif rng.random() < 4 / YEAR * (3 if day.month in (7, 8, 12) else 0.5):
            self.rests_for = rng.randrange(4, 16)  # free days
            if rng.random() < self.holidays / 5:
                self.way_back = life.holiday / 2 * rng.lognormvariate(0, 0.4)
                self.away_for = self.rests_for
                return self.way_back
        elif day.weekday() < WORKDAYS or (life.shift and day.weekday() == WORKDAYS):
            return self._works(month) + self._around(month)
        return self._around(month) * 1.4

    def _works(self, month: float) -> float:
        rng = self.rng
        if self.shift:
            return self.shift * month * self.busy * rng.lognormvariate(-0.06, 0.35)
        return 0.0 if rng.random() < self.at_home else self.to_work * rng.uniform(0.95, 1.2)

    def _around(self, month: float) -> float:
        rng, life, driven = self.rng, self.life, 0.0
        if rng.random() < self.errands:
            driven += life.errand * rng.lognormvariate(0, 0.6)
        if rng.random() < self.outings * month * self.busy:
            driven += life.outing * rng.lognormvariate(0, 0.6)
        return driven

    def _happens(self, a_year: float) -> bool:
        return self.rng.random() < a_year / YEAR


def _days(rng: random.Random, life: Life, first: date, number: int) -> Iterator[float]:
    person = _Person(rng, life)
    settles = rng.uniform(0.3, 1.5) if life.new else 1.0
    for each in range(number):
        person.changes()
        shared = person.share * (settles if each < 150 else 1.0)
        yield min(person.drives(first + timedelta(days=each)) * shared, 1_400.0)
