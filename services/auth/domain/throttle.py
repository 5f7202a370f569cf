"""How fast passwords may be guessed (GCRA: one timestamp per guesser, no history).

An exhausted allowance answers like a wrong password, and only failures are charged. There is no hard lock: a stranger can spend
the allowance of a network, not that of the owner's own device.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` failures at once, then one each `interval`."""

    name: str
    burst: int
    interval: timedelta


PER_ACCOUNT_AND_NETWORK = Allowance("login-network", 10, timedelta(minutes=3))
PER_ACCOUNT = Allowance("login-account", 50, timedelta(minutes=2))
PER_ADDRESS = Allowance("login-ip", 20, timedelta(minutes=1))
"""Thirty in any ten minutes."""
PER_DEVICE = Allowance("login-device", 10, timedelta(minutes=1))
"""A device the owner has signed in from before (its mark says so, or what it is and its network) has its own allowance in place
of the three others."""


def is_exhausted(allowance: Allowance, full_at: datetime | None, now: datetime) -> bool:
    """`full_at` is when the allowance will be whole again; None is untouched."""
    if full_at is None:
        return False
    return full_at - now > allowance.interval * (allowance.burst - 1)


def charged(allowance: Allowance, full_at: datetime | None, now: datetime) -> datetime:
    """The new `full_at` after one more failure; debts stop growing at the full burst."""
    base = max(full_at or now, now)
    return min(base + allowance.interval, now + allowance.interval * allowance.burst)
