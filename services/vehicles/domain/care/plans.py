"""Recurring work: every so many metres and/or months, whichever comes first.

A floating plan counts from the day the work was done. A fixed plan keeps its own beat (a fleet's calendar, an inspection): done a
little early or late, the next date stays on the beat.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.forecast import DueRange, Rate, forecast
from services.vehicles.domain.cars.odometer import Reading

LEAD_DAYS: Final = 30
LEAD_METRES: Final = 1_000_000
LONGEST_DISTANCE_LEAD: Final = 90
MONTHS_A_YEAR: Final = 12


class PlanMode(StrEnum):
    FIXED = "FIXED"
    FLOATING = "FLOATING"


class DueBy(StrEnum):
    DISTANCE = "distance"
    TIME = "time"


class Urgency(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Rule:
    """At least one of the two intervals is given."""

    mode: PlanMode
    every_metres: int | None
    every_months: int | None
    start_on: date
    start_metres: int | None
    start_is_assumed: bool = False
    """Nobody said when the work was done last: any record, however old, knows better."""
    lead_days: int = LEAD_DAYS
    lead_metres: int = LEAD_METRES


@dataclass(frozen=True, slots=True)
class Done:
    record_id: UUID
    on: date
    metres: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """Where the plan stands: what closed it last and where it falls due next."""

    last: Done | None
    on: date | None
    metres: int | None
    anchor_on: date
    anchor_metres: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    range: DueRange
    by: DueBy | None
    remind_on: date | None
    """The day the lead time begins."""


def add_months(day: date, months: int) -> date:
    """The same day of the month, or its last day: 31 January and one month is 28 or 29 February."""
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_A_YEAR)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_due(rule: Rule, history: Iterable[Done]) -> Due:
    """Fold the completed records of the task, in whatever order they arrived; those before the plan's start do not count."""
    done = sorted(
        (d for d in history if rule.start_is_assumed or d.on >= rule.start_on),
        key=lambda d: (d.on, d.metres or 0, str(d.record_id)),
    )
    due = _from_anchor(rule, None, rule.start_on, rule.start_metres)
    for number, event in enumerate(done):
        begins = rule.start_is_assumed and number == 0
        if begins or rule.mode is PlanMode.FLOATING:
            due = _from_anchor(rule, event, event.on, event.metres)
        else:
            due = _after_fixed(rule, due, event)
    return due


def _from_anchor(rule: Rule, last: Done | None, on: date, metres: int | None) -> Due:
    return Due(
        last=last,
        on=add_months(on, rule.every_months) if rule.every_months else None,
        metres=metres + rule.every_metres if rule.every_metres and metres is not None else None,
        anchor_on=on,
        anchor_metres=metres,
    )


def _after_fixed(rule: Rule, due: Due, event: Done) -> Due:
    """Work done satisfies the beat that was due, and every beat passed since; soon after a beat it is that beat's, done twice."""
    if not _is_nearer_the_next_beat(rule, due, event):
        return replace(due, last=event)
    on, metres, beats = due.on, due.metres, 1
    if on is not None and rule.every_months:
        first, on = on, add_months(on, rule.every_months)
        while on <= event.on and on < date.max:
            beats += 1
            on = add_months(first, beats * rule.every_months)
    if metres is not None and rule.every_metres:
        late = max((event.metres or metres) - metres, 0)
        metres += (late // rule.every_metres + 1) * rule.every_metres
    return Due(last=event, on=on, metres=metres, anchor_on=event.on, anchor_metres=event.metres)


def _is_nearer_the_next_beat(rule: Rule, due: Due, event: Done) -> bool:
    by_time = by_distance = False
    if due.on is not None and rule.every_months:
        previous = add_months(due.on, -rule.every_months)
        by_time = event.on - previous >= due.on - event.on
    if due.metres is not None and rule.every_metres:
        driven = (event.metres or due.metres) - (due.metres - rule.every_metres)
        by_distance = 2 * driven >= rule.every_metres
    return by_time or by_distance or (due.on is None and due.metres is None)


def plan_forecast(rule: Rule, due: Due, *, rate: Rate, today: date) -> Forecast:
    """Whichever comes first, the date or the distance, and the day its lead time begins."""
    by_time = DueRange(due.on, due.on, due.on)
    by_distance = _distance_range(rule, due, rate, today)
    reminders = [
        day for day in (_lead_by_time(rule, due), _lead_by_distance(rule, by_distance, rate)) if day
    ]
    return Forecast(
        range=DueRange(
            earliest=_first(by_time.earliest, by_distance.earliest),
            on=_first(by_time.on, by_distance.on),
            latest=_first(by_time.latest, by_distance.latest),
        ),
        by=_which(by_time.on, by_distance.on),
        remind_on=min(reminders, default=None),
    )


def _distance_range(rule: Rule, due: Due, rate: Rate, today: date) -> DueRange:
    if rule.every_metres is None:
        return DueRange(None, None, None)
    if due.metres is not None and rate.last is not None:
        return forecast(rate, due.metres, start=rate.last, today=today)
    anchor = Reading(id=UUID(int=0), read_on=due.anchor_on, metres=0)
    return forecast(rate, rule.every_metres, start=anchor, today=today)


def _lead_by_time(rule: Rule, due: Due) -> date | None:
    return _before(due.on, rule.lead_days) if due.on else None


def _lead_by_distance(rule: Rule, by_distance: DueRange, rate: Rate) -> date | None:
    """Whichever lead begins first, so many days or so many metres before the forecast day; an idle car is not told years ahead."""
    if by_distance.on is None:
        return None
    metres_as_days = round(rule.lead_metres / rate.metres_a_day)
    longest = max(rule.lead_days, LONGEST_DISTANCE_LEAD)
    return _before(by_distance.on, min(max(rule.lead_days, metres_as_days), longest))


def _before(day: date, days: int) -> date:
    return day - timedelta(days=min(days, (day - date.min).days))


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _which(time: date | None, distance: date | None) -> DueBy | None:
    if time is None and distance is None:
        return None
    if distance is None or (time is not None and time <= distance):
        return DueBy.TIME
    return DueBy.DISTANCE


def urgency(due: Due, found: Forecast, *, today: date, metres: int | None) -> Urgency:
    """Overdue is a fact (the date is past, the odometer is past), never a guess."""
    if due.on is not None and due.on < today:
        return Urgency.OVERDUE
    if due.metres is not None and metres is not None and metres >= due.metres:
        return Urgency.OVERDUE
    return (
        Urgency.SOON if found.remind_on is not None and found.remind_on <= today else Urgency.LATER
    )
