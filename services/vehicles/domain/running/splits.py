"""How much of a way was driven on which of two energies, when nobody wrote it down: bounds that cannot be wrong unless the ranges are.

With D the distance, a and b what was used, and [a₁, a₂], [b₁, b₂] what the car may take per 100 km of each, the share x driven on A
lies between max(0, 100a/(a₂D), 1 − 100b/(b₁D)) and min(1, 100a/(a₁D), 1 − 100b/(b₂D)). Where a quantity is only known within limits,
the limit that gives the wider bound stands for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from services.vehicles.domain.cars.energies import Energy

METRES_IN_100_KM: Final = 100_000
ENOUGH_SEGMENTS: Final = 8
"""With fewer, their 5 and 95 per cent points are the smallest and the largest, and too near to each other."""
LOW, HIGH = Fraction(5, 100), Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Range:
    low: Fraction
    high: Fraction

    @classmethod
    def of(cls, low: float | Fraction, high: float | Fraction) -> "Range":
        return cls(Fraction(low), Fraction(high))

    def within(self, other: "Range") -> "Range":
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Range(low, high) if low <= high else self


CARS: Final[Mapping[Energy, Range]] = {
    Energy.PETROL: Range.of(4_000, 12_000),
    Energy.DIESEL: Range.of(3_500, 11_000),
    Energy.E85: Range.of(5_000, 15_000),
    Energy.LPG: Range.of(5_000, 15_000),
    Energy.CNG: Range.of(2_800, 8_500),
    Energy.ELECTRIC: Range.of(11_000, 32_000),
    Energy.HYDROGEN: Range.of(600, 1_600),
}
"""Per 100 km in millilitres, grams and watt-hours, from a small car to a large one: our own, wide on purpose, as a range that does
not hold the truth makes a bound that is wrong. A car's own record or its owner's word is narrower and comes first.
"""


@dataclass(frozen=True, slots=True)
class Split:
    """Which part of the way on A, and what was taken of each per 100 km of its own."""

    share: Range
    a: Range
    b: Range


def bounds(*, metres: int, a: Range, b: Range, takes_a: Range, takes_b: Range) -> Split | None:
    """`a` and `b` are what was used, exact where low and high are the same. None: it contradicts itself."""
    hundreds = Fraction(metres, METRES_IN_100_KM)
    low = max(
        Fraction(0),
        a.low / (takes_a.high * hundreds),
        1 - b.high / (takes_b.low * hundreds),
    )
    high = min(
        Fraction(1),
        a.high / (takes_a.low * hundreds),
        1 - b.low / (takes_b.high * hundreds),
    )
    if low > high:
        return None
    return Split(
        Range(low, high),
        _taken(a, low * hundreds, high * hundreds, takes_a),
        _taken(b, (1 - high) * hundreds, (1 - low) * hundreds, takes_b),
    )


def _taken(used: Range, least: Fraction, most: Fraction, takes: Range) -> Range:
    """Per 100 km, of what went over between `least` and `most` hundreds of kilometres."""
    low = used.low / most if most else takes.low
    high = used.high / least if least else takes.high
    return Range(low, high).within(takes) if low <= high else takes


def own_range(per_100_km: Sequence[Fraction]) -> Range | None:
    """From the 5 to the 95 per cent point of what the car took where it is known; None as long as that says little."""
    if len(per_100_km) < ENOUGH_SEGMENTS:
        return None
    known = sorted(per_100_km)
    return Range(_point(known, LOW), _point(known, HIGH))


def _point(known: Sequence[Fraction], share: Fraction) -> Fraction:
    place = share * (len(known) - 1)
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return known[below] + (known[above] - known[below]) * (place - below)
