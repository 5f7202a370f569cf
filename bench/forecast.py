"""How far forecasts are off, beside two rivals' rules on the same readings: real histories from a folder, and 200 simulated drivers.

Every so many days of a history, once it is 60 days old, each method is asked when 1,500, 3,000, 7,500 and 15,000 km more than the last
reading will have been driven; the truth is the first day on which the car stood there, between two readings by interpolation. Rivals as
they describe themselves: Fleetio, one average since the first reading; MyGarage, (highest - lowest) / days of the last 90 days. With
wrong readings left in, all three get what `heaviest_chain` believed on that day: no rule of theirs quarantines, and a typo in their
averages would flatter us.

Beside each share of ranges that held stand the number of forecasts and where the true share lies in 19 of 20 cases. Forecasts of one car
in one year overlap, and are right or wrong together: the interval is Wilson's (1927) for as many independent ones as they are worth, by
how much a year of a car differs from the others (the design effect of cluster samples, Kish 1965).
"""

import csv
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import inf, sqrt
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from bench.drivers import FITTED, HELD_OUT, History, Noted, drivers
from bench.lives import JUDGES, MACHINES, TUNED, lives
from bench.table import Row
from services.vehicles.domain.cars.chain import Candidate, heaviest_chain
from services.vehicles.domain.cars.driving import DISTANCE, HOURS, Typical
from services.vehicles.domain.cars.forecast import HORIZON, estimate_rate, forecast
from services.vehicles.domain.cars.odometer import Reading


class Gauge(NamedTuple):
    """What is asked of a meter."""

    ahead: tuple[int, ...]
    typical: Typical


ODOMETER: Final = Gauge((1_500_000, 3_000_000, 7_500_000, 15_000_000), DISTANCE)
HOUR_METER: Final = Gauge((50 * 60, 100 * 60, 250 * 60, 500 * 60), HOURS)
BANDS: Final = (60, 120, 240, inf)
KNOWN_FOR: Final = 60
DRIVERS: Final = 200
LIVES: Final = 120
A_YEAR: Final = 365
SURE: Final = 1.96
"""Of a normal curve: 19 of 20."""
RECENT: Final = 90
TYPED: Final = 2
"""The weight of a reading somebody typed, in the chain."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Days from the day it was asked; a rival's is None where its rule gives none, or a day beyond ten years."""

    history: str
    asked: int
    """The day of the history."""
    distance: int
    actual: int
    on: float
    earliest: float
    latest: float
    fleetio: float | None
    mygarage: float | None

    @property
    def holds(self) -> bool:
        return self.earliest <= self.actual <= self.latest


def answers(
    history: History, *, every: int, are_mistakes_in: bool = False, gauge: Gauge = ODOMETER
) -> Iterator[Answer]:
    """`every`: days between two days of asking."""
    believed: list[Noted] = []
    for today in range(KNOWN_FOR, len(history.stood), every):
        known = [note for note in history.noted if note.day <= today]
        right = [note for note in known if not note.is_wrong]
        if len(right) < 2 or right[-1].day - right[0].day < KNOWN_FOR:
            continue
        has_mistakes = are_mistakes_in and len(known) > len(right)
        believed = _believed(known, believed, history) if has_mistakes else right
        yield from _asked(history, believed, today, gauge)


def _asked(
    history: History, believed: Sequence[Noted], today: int, gauge: Gauge
) -> Iterator[Answer]:
    readings = [
        Reading(UUID(int=place), history.on(note.day), note.metres)
        for place, note in enumerate(believed)
    ]
    rate = estimate_rate(readings, typical=gauge.typical)
    last = next(note for note in reversed(history.noted) if note.day <= today and not note.is_wrong)
    assert rate.last is not None
    for distance in gauge.ahead:
        target = last.metres + distance
        if target > history.stood[-1]:
            return
        found = forecast(rate, target, start=rate.last, today=history.on(today))
        if found.on is None or found.earliest is None:
            continue
        asked_on = history.on(today)
        yield Answer(
            history=history.name,
            asked=today,
            distance=distance,
            actual=bisect_left(history.stood, target) - today,
            on=(found.on - asked_on).days,
            earliest=(found.earliest - asked_on).days,
            latest=(found.latest - asked_on).days if found.latest else inf,
            fleetio=_fleetio(believed, target, today),
            mygarage=_mygarage(believed, target, today),
        )


def _believed(known: Sequence[Noted], before: Sequence[Noted], history: History) -> list[Noted]:
    """By the ledger's rule, which keeps what it believed where two chains weigh the same."""
    kept = set(before)
    candidates = [
        Candidate(UUID(int=place), history.on(note.day), note.metres, TYPED, note in kept)
        for place, note in enumerate(known)
    ]
    return [known[each.id.int] for each in heaviest_chain(candidates)]


def _fleetio(known: Sequence[Noted], target: int, today: int) -> float | None:
    return _by_average(known[0], known[-1], target, today)


def _mygarage(known: Sequence[Noted], target: int, today: int) -> float | None:
    recent = [note for note in known if today - note.day <= RECENT]
    return _by_average(recent[0], recent[-1], target, today) if recent else None


def _by_average(first: Noted, last: Noted, target: int, today: int) -> float | None:
    days, driven = last.day - first.day, last.metres - first.metres
    if days <= 0 or driven <= 0:
        return None
    ahead = (target - last.metres) * days / driven
    return last.day + ahead - today if ahead <= HORIZON.days else None


def real_histories(folder: Path) -> list[History]:
    """`odometers.csv` (car, day, km) and `wrong_readings.json` ({car: [[day, km], …]})."""
    wrong = {
        (car, day, km)
        for car, typed in json.loads((folder / "wrong_readings.json").read_text()).items()
        for day, km in typed
    }
    rows = defaultdict(list)
    with (folder / "odometers.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            km = float(row["km"])
            is_wrong = (row["car"], row["day"], km) in wrong
            rows[row["car"]].append((date.fromisoformat(row["day"]), round(km * 1_000), is_wrong))
    return [_history(car, sorted(typed)) for car, typed in rows.items()]


def _history(car: str, typed: Sequence[tuple[date, int, bool]]) -> History:
    first = next(day for day, _, is_wrong in typed if not is_wrong)
    noted = [Noted((day - first).days, metres, is_wrong) for day, metres, is_wrong in typed]
    highest: dict[int, int] = {}
    for note in noted:
        if not note.is_wrong:
            highest[note.day] = max(note.metres, highest.get(note.day, 0))
    stood = [highest[0]]
    for (day, metres), (then, more) in pairwise(highest.items()):
        stood += [
            metres + (more - metres) * (step - day) // (then - day)
            for step in range(day + 1, then + 1)
        ]
    return History(car, first, stood, noted)


def measure(folder: Path | None) -> list[Row]:
    """`folder` holds real histories; None leaves them out."""
    found: list[Row] = []
    if folder is not None:
        histories = real_histories(folder)
        found += _rows(f"{len(histories)} real cars", histories, every=30)
        for history in histories:
            found += _car(history)
    for label, kinds in (("kinds fitted on", FITTED), ("kinds held out", HELD_OUT)):
        made = list(drivers(DRIVERS // 2, kinds))
        found += _rows(f"{len(made)} simulated drivers, {label}", made, every=60)
    for label, ways in (("looked at", TUNED), ("only scored", JUDGES)):
        made = list(lives(LIVES, ways))
        found += _rows(f"{len(made)} simulated lives, {label}", made, every=60)
    made = list(lives(LIVES // 2, MACHINES, unit=1))
    found += _rows(f"{len(made)} machines by their hours", made, every=60, gauge=HOUR_METER)
    return found


def _rows(
    label: str, histories: Sequence[History], *, every: int, gauge: Gauge = ODOMETER
) -> list[Row]:
    right, left_in = (
        [
            each
            for history in histories
            for each in answers(history, every=every, are_mistakes_in=are_in, gauge=gauge)
        ]
        for are_in in (False, True)
    )
    wrong = sum(note.is_wrong for history in histories for note in history.noted)
    change = (held(left_in) - held(right)) * 100
    return [
        _errors(f"{label}, {len(right)} forecasts: median · p90 days", right),
        _coverage(label, right),
        _errors(f"{label}, {wrong} wrong readings left in", left_in),
        Row(
            f"{label}, wrong readings left in: 80 % ranges hold",
            f"{held(left_in):.1%}: {_by_band(left_in)}",
            "none",
            f"{change:+.1f} points (aim within 2)",
        ),
    ]


def _errors(label: str, given: Sequence[Answer]) -> Row:
    fleetio = [(each, each.fleetio) for each in given if each.fleetio is not None]
    mygarage = [(each, each.mygarage) for each in given if each.mygarage is not None]
    peers, verdicts = [], []
    for name, both in (("Fleetio", fleetio), ("MyGarage", mygarage)):
        if not both:
            continue
        ours = [abs(each.on - each.actual) for each, _ in both]
        theirs = [abs(said - each.actual) for each, said in both]
        peers.append(f"{name} {_two(theirs)} ({len(both) / len(given):.0%} answered)")
        verdicts.append(f"{ratio(ours, theirs, 0.5):.2f} · {ratio(ours, theirs, 0.9):.2f}")
    return Row(
        label,
        _two([abs(each.on - each.actual) for each in given]),
        ", ".join(peers),
        "of theirs: " + ", ".join(verdicts),
    )


def _coverage(label: str, given: Sequence[Answer]) -> Row:
    widths = [min(each.latest, HORIZON.days) - each.earliest for each in given]
    distances = " ".join(
        f"{held([each for each in given if each.distance == distance]):.0%}"
        for distance in sorted({each.distance for each in given})
    )
    return Row(
        f"{label}: 80 % ranges hold, under 60, 120, 240 days and beyond",
        f"{held(given):.1%}: {_by_band(given)}; by distance {distances}",
        "none gives a range",
        f"mean width {sum(widths) / len(widths):.0f} days (aim 76 to 84 %)",
    )


def _car(history: History) -> list[Row]:
    given = list(answers(history, every=30, are_mistakes_in=True))
    if not given:
        return [Row(f"  {history.name}", "no forecast: too short", "")]
    row = _errors(f"  {history.name}, {len(given)} forecasts, as typed", given)
    return [Row(row.what, f"{row.ours}; hold {held(given):.0%}", row.peer, row.verdict)]


def by_band(given: Iterable[Answer]) -> list[list[Answer]]:
    """By the days ahead it said, as of the day it was asked."""
    found: list[list[Answer]] = [[] for _ in BANDS]
    for each in given:
        found[next(place for place, most in enumerate(BANDS) if each.on < most)].append(each)
    return found


def held(given: Sequence[Answer]) -> float:
    return sum(each.holds for each in given) / len(given) if given else float("nan")


def sure(given: Sequence[Answer]) -> tuple[float, float]:
    """Where the true share of ranges that hold lies, 19 times in 20."""
    number, share = len(given), held(given)
    years: defaultdict[tuple[str, int], float] = defaultdict(float)
    for each in given:
        years[each.history, each.asked // A_YEAR] += each.holds - share
    variance = sum(off * off for off in years.values()) / number**2
    alone = share * (1 - share)
    worth = min(alone / variance, number) if variance else float(len(years))
    shrunk = SURE**2 / worth
    middle = (share + shrunk / 2) / (1 + shrunk)
    off = SURE / (1 + shrunk) * sqrt(alone / worth + shrunk / worth / 4)
    return middle - off, middle + off


def ratio(ours: Sequence[float], theirs: Sequence[float], part: float) -> float:
    return quantile(ours, part) / quantile(theirs, part)


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)]


def _by_band(given: Sequence[Answer]) -> str:
    """Share, number, and where the true share lies."""
    return " ".join(_one_band(band) for band in by_band(given))


def _one_band(band: Sequence[Answer]) -> str:
    if not band:
        return "none"
    least, most = sure(band)
    return f"{held(band):.0%} ({len(band)}; {least * 100:.0f}–{most * 100:.0f})"


def _two(errors: Sequence[float]) -> str:
    return f"{quantile(errors, 0.5):.1f} · {quantile(errors, 0.9):.0f}"
