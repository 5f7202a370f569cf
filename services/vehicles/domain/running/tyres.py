"""Tyres as components: how far each went, and at which corner, counted on the car's own ledger; wear only from honest depths.

A mounting whose reading is not believed has no distance: what is told is at least so much, never a guess.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LEGAL_TENTHS: Final = 16
"""1.6 mm of tread (Directive 89/459/EEC)."""
APART_METRES: Final = 3_000_000
"""Two depths closer than that say more of the gauge than of the tyre."""
TEN_THOUSAND_KM: Final = 10_000_000
MOST_TYRES: Final = 8


class Corner(StrEnum):
    FRONT_LEFT = "front_left"
    FRONT_RIGHT = "front_right"
    REAR_LEFT = "rear_left"
    REAR_RIGHT = "rear_right"
    FRONT = "front"
    """Of what has one wheel there."""
    REAR = "rear"
    REAR_LEFT_INNER = "rear_left_inner"
    REAR_RIGHT_INNER = "rear_right_inner"


USUAL: Final = {
    1: (Corner.FRONT,),
    2: (Corner.FRONT, Corner.REAR),
    4: (Corner.FRONT_LEFT, Corner.FRONT_RIGHT, Corner.REAR_LEFT, Corner.REAR_RIGHT),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """A time on the car: metres travelled at its ends, None where no believed reading says it. `corners`: of each tyre of the set."""

    corners: tuple[Corner, ...]
    since: int | None
    until: int | None

    @property
    def metres(self) -> int | None:
        if self.since is None or self.until is None:
            return None
        return max(0, self.until - self.since)


@dataclass(frozen=True, slots=True)
class Travelled:
    metres: int
    is_lower_bound: bool = False
    """Some time on the car is not known."""


def travelled(intervals: Iterable[Interval]) -> Travelled:
    """Of a set: all its tyres are mounted together."""
    known = [each.metres for each in intervals]
    return Travelled(sum(each or 0 for each in known), None in known)


def travelled_at_corners(intervals: Iterable[Interval], tyre: int) -> dict[Corner, Travelled]:
    """Of one tyre of the set, by its number from nought."""
    at: dict[Corner, list[Interval]] = {}
    for each in intervals:
        at.setdefault(each.corners[tyre], []).append(each)
    return {corner: travelled(those) for corner, those in at.items()}


def gone_by(intervals: Iterable[Interval], position: int) -> int | None:
    """How far the set had gone when the car had travelled so far; None where a time before is not known."""
    gone = 0
    for each in intervals:
        if each.since is None:
            return None
        if each.since >= position:
            continue
        if each.until is None:
            return None
        gone += min(each.until, position) - each.since
    return gone


@dataclass(frozen=True, slots=True)
class Depth:
    """`at`: metres the tyre had gone; `tenths` of a millimetre of tread."""

    at: int
    tenths: int


@dataclass(frozen=True, slots=True)
class Wear:
    """`tenths_per_ten_thousand_km`; `left`: metres until the legal depth, from the last measure; nought when it is reached."""

    tenths_per_ten_thousand_km: float
    left: int


def wear_of(depths: Sequence[Depth]) -> Wear | None:
    """The straight line nearest to the depths. None from fewer than two, from too near ones, and where tread has grown."""
    if len(depths) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    ats = [each.at for each in depths]
    if max(ats) - min(ats) < APART_METRES:
        return None
    middle = sum(ats) / len(ats)
    mean = sum(each.tenths for each in depths) / len(depths)
    spread = sum((at - middle) ** 2 for at in ats)
    slope = sum((each.at - middle) * (each.tenths - mean) for each in depths) / spread
    if slope >= 0:
        return None
    last = max(ats)
    now = mean + slope * (last - middle)
    left = max(0, round((now - LEGAL_TENTHS) / -slope))
    return Wear(round(-slope * TEN_THOUSAND_KM, 2), left)
