"""What a car's odometer shows, and what it is told: a way that rises each day, and the mistakes of those who read it."""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.chain import VOUCHED, Candidate, heaviest_chain
from services.vehicles.domain.cars.odometer import ReadingSource, weight_of
from services.vehicles.domain.running.trips import Leg, places_by_trip

TODAY: Final = date(2026, 6, 15)
MOST_TRIES: Final = 40


@dataclass(frozen=True)
class Told:
    """What a thing tells the odometer in the end."""

    name: str
    day: date
    km: int
    source: ReadingSource
    vouched: bool = False
    trip: int | None = None
    """Instead of a reading."""


class Driven:
    def __init__(self, number: int) -> None:
        self.rng = random.Random(f"car {number}")
        self.born = TODAY - timedelta(days=self.rng.randint(500, 2400))
        self.new_cluster_on = self._day() if number % 6 == 2 else None
        self.may_err = self.new_cluster_on is None
        self.told: dict[str, Told] = {}
        self.slips: list[str] = []
        self._roads()

    def _roads(self) -> None:
        """Somewhere else every few months, and never no kilometre a day: each reading is above the one before."""
        km, self.marks = self.rng.randint(0, 90_000), []
        day = self.born
        while day <= TODAY:
            self.marks.append((day, km, rate := self.rng.randint(12, 90)))
            stay = self.rng.randint(40, 200)
            km, day = km + stay * rate, day + timedelta(days=stay)

    def km(self, day: date) -> int:
        since, km, rate = self.marks[bisect_right(self.marks, (day, 10**9, 0)) - 1]
        return km + (day - since).days * rate

    def shown(self, day: date) -> int:
        if self.new_cluster_on is not None and day > self.new_cluster_on:
            return self.km(day) - self.km(self.new_cluster_on) + 12
        return self.km(day)

    def _day(self) -> date:
        return self.born + timedelta(days=self.rng.randint(60, (TODAY - self.born).days - 30))

    def _tell_odometer(self, made: Sequence[tuple[Any, int, date]], fates: Sequence[str]) -> None:
        for (kind, number, day), fate in zip(made, fates, strict=True):
            name = f"{kind.__name__[1:]}{number}"
            source = {
                "record": ReadingSource.MAINTENANCE,
                "fill": ReadingSource.FUEL,
                "reading": ReadingSource.MANUAL,
            }.get(kind.__name__[1:])
            if source is None or (source is not ReadingSource.MANUAL and self.rng.random() < 0.15):
                continue
            told = Told(name, day, self.shown(day), source)
            if source is ReadingSource.FUEL and self.may_err and self.rng.random() < 0.15:
                told = replace(told, trip=self.rng.randint(50, 700))
            self.told[name] = told
            if self.may_err and told.trip is None and self.rng.random() < 0.1:
                self.told[name] = replace(told, km=self._slip(told.km))
                self.slips.append(name)
            if fate == "deleted":
                self.told[name] = replace(self.told[name], name="")
        accepted = [
            name for name in self.slips if name.startswith("reading") and self.told[name].name
        ]
        if accepted and self.rng.random() < 0.4:
            self.told[accepted[0]] = replace(self.told[accepted[0]], vouched=True)
        for _ in range(MOST_TRIES):
            if not self._has_tie():
                return
            if not self.slips:
                break
            name = self.slips.pop(self.rng.randrange(len(self.slips)))
            told = self.told[name]
            self.told[name] = replace(told, km=self.shown(told.day), vouched=False)
        self.told = {name: told for name, told in self.told.items() if told.trip is None}

    def _slip(self, km: int) -> int:
        """A digit wrong, one dropped, one too many."""
        digits = list(str(km))
        place = self.rng.randrange(len(digits))
        how = self.rng.random()
        if how < 0.5:
            digits[place] = str(self.rng.randint(1, 9))
        elif how < 0.8 and len(digits) > 1:
            del digits[place]
        else:
            digits.insert(place, str(self.rng.randint(1, 9)))
        return int("".join(digits))

    def _candidates(self) -> list[Candidate]:
        living = [told for told in self.told.values() if told.name]
        legs = [
            Leg(UUID(int=place), told.day, None, None if told.trip else told.km, told.trip)
            for place, told in enumerate(living)
            if told.source is ReadingSource.FUEL
        ]
        places = places_by_trip(legs)
        found = []
        for place, told in enumerate(living):
            km = places.get(UUID(int=place)) if told.trip else told.km
            if km is None or km > 3_000_000:
                continue
            weight = weight_of(told.source, vouched=told.vouched, derived=told.trip is not None)
            found.append(Candidate(UUID(int=place), told.day, km * 1000, weight, is_believed=False))
        return found

    def _has_tie(self) -> bool:
        """Whether another chain is as heavy as the heaviest."""
        all_ = self._candidates()
        chain = heaviest_chain(all_)
        most = sum(each.weight for each in chain)
        for left_out in chain:
            if left_out.weight >= VOUCHED:
                continue
            other = heaviest_chain([each for each in all_ if each is not left_out])
            if sum(each.weight for each in other) >= most:
                return True
        return False
