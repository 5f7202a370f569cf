"""How pressing a reminder is, for the numbers on a dashboard."""

from datetime import date
from enum import StrEnum
from typing import Protocol


class Badge(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    SNOOZED = "snoozed"
    """Neither pressing nor forgotten."""


class Reminding(Protocol):
    @property
    def due_on(self) -> date | None: ...
    @property
    def due_metres(self) -> int | None: ...
    @property
    def remind_on(self) -> date | None: ...
    @property
    def snoozed_until(self) -> date | None: ...


def badge_of(reminder: Reminding, *, today: date, metres: int | None) -> Badge:
    """`metres`: where its car stands, as believed; overdue is a fact and never a forecast."""
    if reminder.snoozed_until is not None and reminder.snoozed_until > today:
        return Badge.SNOOZED
    is_passed = reminder.due_metres is not None and (metres or 0) >= reminder.due_metres
    if is_passed or (reminder.due_on is not None and reminder.due_on < today):
        return Badge.OVERDUE
    if reminder.remind_on is not None and reminder.remind_on <= today:
        return Badge.SOON
    return Badge.LATER
