"""The same sums, month by month: a month in which nothing happened is there, with nothing in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from services.vehicles.domain.running.consumption import (
    Sums,
    filled_of,
    months_between,
    spent_on,
    sums_of,
)
from services.vehicles.domain.running.histories import Car, History
from services.vehicles.domain.running.segments import Segment, Stop
from shared.money import Money


@dataclass(frozen=True, slots=True)
class Taken:
    """Of one tank in one month."""

    history: History
    count: int
    filled: int
    spent: tuple[Money, ...]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    taken: tuple[Taken, ...]


@dataclass(slots=True)
class _Bucket:
    stops: list[Stop] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)


def by_month(car: Car, first: date, last: date) -> list[Month]:
    """One after the other."""
    buckets = [_buckets(car, history, first, last) for history in car.histories]
    return [
        Month(
            start,
            tuple(
                _taken(history, found.get((start.year, start.month)) or _Bucket())
                for history, found in zip(car.histories, buckets, strict=True)
            ),
        )
        for start, _ in months_between(first, last)
    ]


def _buckets(car: Car, history: History, first: date, last: date) -> dict[tuple[int, int], _Bucket]:
    found: dict[tuple[int, int], _Bucket] = {}
    for stop in car.filled(history):
        if first <= stop.day <= last:
            found.setdefault((stop.day.year, stop.day.month), _Bucket()).stops.append(stop)
    for segment in history.segments:
        day = segment.closed.day
        if first <= day <= last:
            found.setdefault((day.year, day.month), _Bucket()).segments.append(segment)
    return found


def _taken(history: History, bucket: _Bucket) -> Taken:
    return Taken(
        history,
        len(bucket.stops),
        filled_of(history, bucket.stops),
        spent_on(bucket.stops),
        sums_of(bucket.segments),
    )


def closed_in(car: Car, first: date, last: date) -> list[tuple[History, Segment]]:
    """Segments of all tanks by the day they closed."""
    found: Iterable[tuple[History, Segment]] = (
        (history, segment)
        for history in car.histories
        for segment in history.segments
        if first <= segment.closed.day <= last
    )
    return sorted(found, key=lambda pair: car.places[pair[1].closed.id])
