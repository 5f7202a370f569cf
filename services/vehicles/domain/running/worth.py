"""What a car is worth, as far as anybody has said: a straight line between dated values, and no guess beyond them.

Before the first and after the last value it stays as it is. With one value alone nothing is known of what the car lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from services.vehicles.domain.running.expenses import portion
from services.vehicles.domain.running.periods import Period

NEEDED: Final = 2


class ValueKind(StrEnum):
    PURCHASE = "purchase"
    ESTIMATE = "estimate"
    SALE = "sale"


@dataclass(frozen=True, slots=True)
class Value:
    """In minor units of one currency for all values of a car."""

    on: date
    minor: int


def straight(values: Iterable[Value]) -> list[Value]:
    """By time, one a day: of several of one day the last said counts."""
    return sorted({value.on: value for value in values}.values(), key=lambda value: value.on)


def worth_on(values: Sequence[Value], day: date) -> Fraction:
    """At the beginning of a day; `values` as `straight` gives them, at least one."""
    if day <= values[0].on:
        return Fraction(values[0].minor)
    for one, other in pairwise(values):
        if day < other.on:
            lost = other.minor - one.minor
            return one.minor + Fraction(lost * (day - one.on).days, (other.on - one.on).days)
    return Fraction(values[-1].minor)


def depreciation(values: Sequence[Value], period: Period) -> int | None:
    """What the car lost from the first day's beginning to the last day's end, in minor units, half up; negative when it gained.
    None with fewer than two days valued.
    """
    if len(values) < NEEDED:
        return None
    if not period.days:
        return 0
    after = min(period.last, date.max - timedelta(days=1)) + timedelta(days=1)
    lost = worth_on(values, period.first) - worth_on(values, after)
    return portion(lost.numerator, 1, lost.denominator)
