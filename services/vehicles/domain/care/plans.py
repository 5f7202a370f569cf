"""How pressing a plan is: the day each of its thresholds is reached, whichever comes first, and the day its lead time begins.

The date of a threshold by time is certain; that of a distance or of hours is a forecast with a range. Overdue is a fact (the day is
past, the odometer is past), never a forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.care.beats import LEAD_DAYS, LEAD_METRES, Due, DueBy, Rule
from services.vehicles.domain.cars.forecast import DueRange, Rate, forecast
from services.vehicles.domain.cars.odometer import Reading

__all__ = ["LEAD_DAYS", "LEAD_METRES"]
LONGEST_DISTANCE_LEAD: Final = 90
NEVER: Final = DueRange(None, None, None)
NOBODY: Final = UUID(int=0)


class Urgency(StrEnum):
    """The most pressing first."""

    OVERDUE = "overdue"
    DUE = "due"
    """Today is the day."""
    SOON = "soon"
    LATER = "later"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Forecast:
    range: DueRange
    by: DueBy | None
    remind_on: date | None
    """The day the lead time begins."""


def plan_forecast(
    rule: Rule, due: Due, *, rate: Rate, today: date, running: Rate | None = None
) -> Forecast:
    """Whichever comes first, and the day its lead time begins. `running`: minutes a day, where an hour meter is read."""
    by_time = DueRange(due.on, due.on, due.on)
    by_distance = _counted(
        _Counted(rule.every_metres, due.metres, due.anchor_on, due.anchor_metres), rate, today
    )
    by_hours = NEVER
    if running is not None:
        by_hours = _counted(
            _Counted(rule.every_minutes, due.minutes, due.anchor_on, due.anchor_minutes),
            running,
            today,
        )
    reminders = [
        _before(due.on, rule.lead_days) if due.on else None,
        _lead(by_distance, rule.lead_metres, due.metres, rate, rule.lead_days),
    ]
    if running is not None:
        reminders.append(_lead(by_hours, rule.lead_minutes, due.minutes, running, rule.lead_days))
    whichever = {DueBy.TIME: by_time, DueBy.DISTANCE: by_distance, DueBy.HOURS: by_hours}
    return Forecast(
        range=first_of(list(whichever.values())),
        by=_which({by: found.on for by, found in whichever.items()}),
        remind_on=_first(*reminders),
    )


def first_of(ranges: Sequence[DueRange]) -> DueRange:
    """The minimum of each end: a certain date cuts a range."""
    return DueRange(
        earliest=_first(*(found.earliest for found in ranges)),
        on=_first(*(found.on for found in ranges)),
        latest=_first(*(found.latest for found in ranges)),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """A threshold by distance or by hours."""

    every: int | None
    due: int | None
    anchor_on: date
    anchor: int | None


def _counted(threshold: _Counted, rate: Rate, today: date) -> DueRange:
    """From the last reading, or from the anchor where that is later or the only thing known."""
    if threshold.every is None or rate.metres_a_day <= 0:
        return NEVER
    known, due = rate.last, threshold.due
    anchor = Reading(NOBODY, threshold.anchor_on, threshold.anchor or 0)
    if due is None or (known is None and threshold.anchor is None):
        target = threshold.every
        return forecast(rate, target, start=replace(anchor, metres=0), today=today)
    if known is None or (anchor.read_on > known.read_on and anchor.metres >= known.metres):
        known = anchor
    return forecast(rate, due, start=known, today=today)


def _lead(found: DueRange, lead: int, due: int | None, rate: Rate, lead_days: int) -> date | None:
    """Whichever lead begins first, so many days or so much on the meter before the forecast day; an idle car is not told years ahead.

    A meter that already stands within the lead is a fact, and no forecast is asked.
    """
    last = rate.last
    if due is not None and last is not None and last.metres >= due - lead:
        return last.read_on if found.on is None else min(last.read_on, found.on)
    if found.on is None:
        return None
    as_days = round(lead / rate.metres_a_day)
    longest = max(lead_days, LONGEST_DISTANCE_LEAD)
    return _before(found.on, min(max(lead_days, as_days), longest))


def _before(day: date, days: int) -> date:
    return day - timedelta(days=min(days, (day - date.min).days))


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _which(days: dict[DueBy, date | None]) -> DueBy | None:
    """Of two on one day the first named: what is certain, before what is forecast."""
    known = [(on, place, by) for place, (by, on) in enumerate(days.items()) if on is not None]
    return min(known)[2] if known else None


def urgency(
    due: Due, found: Forecast, *, today: date, metres: int | None, minutes: int | None = None
) -> Urgency:
    """Overdue is a fact (the date is past, the odometer or the hour meter is past), never a guess."""
    if due.on is not None and due.on < today:
        return Urgency.OVERDUE
    for at, limit in ((metres, due.metres), (minutes, due.minutes)):
        if at is not None and limit is not None and at >= limit:
            return Urgency.OVERDUE
    if due.on == today:
        return Urgency.DUE
    has_begun = found.remind_on is not None and found.remind_on <= today
    return Urgency.SOON if has_begun else Urgency.LATER
