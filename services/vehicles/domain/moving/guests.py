"""What somebody without an account may write down, how often, and of which days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

MOST_DAYS: Final = 366
"""How long a link may live."""
MOST_LINKS: Final = 20
MOST_AN_HOUR: Final = 20
"""Entries by one link: a rental station fills up several times a day, a script many times a minute."""
HOUR: Final = timedelta(hours=1)
BACK: Final = 7
"""Days a guest may reach back."""


class GuestAct(StrEnum):
    READING = "reading"
    FILL = "fill"
    DEFECT = "defect"


class LinkState(StrEnum):
    OPEN = "open"
    REVOKED = "revoked"
    OVER = "over"


def state_of(*, until: date, revoked_at: datetime | None, today: date) -> LinkState:
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.OPEN if today <= until else LinkState.OVER


@dataclass(frozen=True, slots=True)
class Hour:
    """Entries since the first of the hour."""

    since: datetime | None
    used: int

    def wait(self, now: datetime) -> timedelta | None:
        """How long until another is allowed; None: now."""
        if self.since is None or now >= self.since + HOUR or self.used < MOST_AN_HOUR:
            return None
        return self.since + HOUR - now

    def after(self, now: datetime) -> "Hour":
        if self.since is None or now >= self.since + HOUR:
            return Hour(now, 1)
        return Hour(self.since, self.used + 1)


def is_of_a_guest(day: date, today: date) -> bool:
    return today - timedelta(days=BACK) <= day <= today
