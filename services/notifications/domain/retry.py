"""When to try a mail again, and when to stop. A mail that would arrive dead is never tried."""

from datetime import datetime, timedelta

from services.notifications.domain.kinds import NATURES, Kind, Nature

_URGENT = (2, 3, 5, 10, 15, 30)
_PATIENT = (5, 15, 60, 300, 900, 3600)
KEEP_TRYING = timedelta(days=3)
"""How long a mail without an expiry of its own is worth sending."""


def next_try(kind: Kind, *, attempts: int, now: datetime, expires_at: datetime) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None when the mail would be dead by then."""
    steps = _URGENT if NATURES[kind] is Nature.SECRET else _PATIENT
    delay = timedelta(seconds=steps[min(max(attempts, 1), len(steps)) - 1])
    return delay if now + delay < expires_at else None
