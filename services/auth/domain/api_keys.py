"""Rules of personal API keys: how many, how long, and how exactly their use is noted."""

from datetime import datetime, timedelta

from services.auth.domain.codes import Budget

MOST_KEYS = 25
LONGEST_DAYS = 365
NOTED_EVERY = timedelta(minutes=5)
"""`last_used_at` may be this late: a use is not a write."""
SHOWN_EXPIRED = timedelta(days=30)
"""An expired key stays in its owner's list so long, so that they see why a program stopped."""
MAKE_BUDGETS = (Budget("api-key-makes-1h", 30, timedelta(hours=1)),)


def is_worth_noting(last_used_at: datetime | None, now: datetime) -> bool:
    return last_used_at is None or now - last_used_at >= NOTED_EVERY
