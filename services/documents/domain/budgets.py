"""What one owner may use of a processor: so many seconds at once, and as many again flow back in ten minutes."""

from dataclasses import dataclass

WINDOW = 600.0
"""Seconds in which a whole allowance flows back."""


@dataclass(frozen=True, slots=True)
class Spent:
    """`seconds` of a processor, as it stood at the moment `at` (of any steady clock, in seconds)."""

    seconds: float
    at: float


NOTHING = Spent(0.0, 0.0)


def left_over(spent: Spent, *, allowance: float, now: float) -> float:
    """Seconds still counted against the owner now."""
    return max(0.0, spent.seconds - (now - spent.at) * allowance / WINDOW)


def charged(spent: Spent, seconds: float, *, allowance: float, now: float) -> Spent:
    return Spent(left_over(spent, allowance=allowance, now=now) + seconds, now)


def pause(spent: Spent, *, allowance: float, now: float) -> float:
    """Seconds until there is something left to use; 0 when there is. Work is charged when done, so one piece may overdraw."""
    over = left_over(spent, allowance=allowance, now=now) - allowance
    return max(0.0, over * WINDOW / allowance)
