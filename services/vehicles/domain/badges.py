"""How pressing a reminder is, for the numbers on a dashboard."""

from enum import StrEnum

from services.vehicles.domain.care.reminders import ReminderState


class Badge(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    SNOOZED = "snoozed"
    """Neither pressing nor forgotten."""


_OF = {
    ReminderState.OVERDUE: Badge.OVERDUE,
    ReminderState.DUE: Badge.SOON,
    ReminderState.SOON: Badge.SOON,
    ReminderState.SNOOZED: Badge.SNOOZED,
}


def badge_of(state: ReminderState) -> Badge:
    return _OF.get(state, Badge.LATER)
