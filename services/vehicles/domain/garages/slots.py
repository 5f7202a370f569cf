"""Which times a garage can still give: a grid of a quarter of an hour, at each step of which no more cars stand than it has bays.

The grid is one of moments, not of wall clocks: in the hour that autumn shows twice each quarter comes twice, in spring's missing
hour never.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from services.vehicles.domain.garages.openings import Stretch

STEP: Final = timedelta(minutes=15)
STEP_SECONDS: Final = 900
NEXT_SHOWN: Final = 3
"""How many times are offered to whoever asked for one that is full."""
LONGEST: Final = timedelta(hours=24)
"""What is booked at most in one piece: longer work is agreed with the garage."""


def is_on_grid(moment: datetime) -> bool:
    """Every offset of today's zones is a whole number of quarters, so the grid of UTC is that of each of them."""
    return moment.timestamp() % STEP_SECONDS == 0


def length_of(minutes: Iterable[int]) -> timedelta:
    """Of several pieces of work, one after the other, in whole steps; at least one."""
    steps = -(-sum(minutes) * 60 // STEP_SECONDS)
    return STEP * max(steps, 1)


def steps_of(stretch: Stretch) -> range:
    """Every step it touches, as a number."""
    first = stretch.starts.timestamp() // STEP_SECONDS
    return range(int(first), int(-(-stretch.ends.timestamp() // STEP_SECONDS)))


def used(taken: Iterable[Stretch]) -> Counter[int]:
    """How many bays are taken at each step."""
    return Counter(step for stretch in taken for step in steps_of(stretch))


def is_free(stretch: Stretch, held: Mapping[int, int], capacity: int) -> bool:
    return all(held.get(step, 0) < capacity for step in steps_of(stretch))


def is_open(stretch: Stretch, opened: Sequence[Stretch]) -> bool:
    """All of it within one opening: no job stands over lunch."""
    return any(opening.holds(stretch) for opening in opened)


def starts(
    opened: Sequence[Stretch], length: timedelta, *, held: Mapping[int, int], capacity: int
) -> Iterator[datetime]:
    """Each moment at which work of that length can begin, in order."""
    for opening in opened:
        first = -(-opening.starts.timestamp() // STEP_SECONDS) * STEP_SECONDS
        at = datetime.fromtimestamp(first, UTC)
        while at + length <= opening.ends:
            if is_free(Stretch(at, at + length), held, capacity):
                yield at
            at += STEP


def next_free(
    opened: Sequence[Stretch],
    length: timedelta,
    *,
    held: Mapping[int, int],
    capacity: int,
    since: datetime,
) -> list[datetime]:
    """The first three from that moment on."""
    found = starts(opened, length, held=held, capacity=capacity)
    return list(islice((at for at in found if at >= since), NEXT_SHOWN))
