"""How long a proof of who is there is good for what a borrowed telephone must not do."""

from datetime import datetime, timedelta

RECENT = timedelta(minutes=5)


def is_recent(authenticated_at: datetime, now: datetime) -> bool:
    return now - authenticated_at <= RECENT
