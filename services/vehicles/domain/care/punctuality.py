"""How punctual an owner is: the share of closed occurrences that were at most a tenth of the interval late, on every threshold.

A tenth is what Fleetio counts too; two years, so that a bad year is forgiven in the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.vehicles.domain.care.beats import Closing, Done, Rule, add_months

GRACE: Final = 10
"""One part in so many of the interval."""
LOOKS_BACK_MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class Lateness:
    """By how much the due was passed when the work was done: negative is early, None unknown or no such threshold."""

    days: int | None
    metres: int | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Score:
    closed: int
    on_time: int

    @property
    def share(self) -> float | None:
        """None as long as nothing was closed."""
        return round(self.on_time / self.closed, 3) if self.closed else None


def lateness(closing: Closing) -> Lateness:
    step = closing.step
    if closing.due_was_assumed or not closing.closes or not isinstance(step, Done):
        return Lateness(None, None, None)
    return Lateness(
        days=(step.on - closing.due_on).days if closing.due_on else None,
        metres=_past(step.metres, closing.due_metres),
        minutes=_past(step.minutes, closing.due_minutes),
    )


def _past(at: int | None, due: int | None) -> int | None:
    return None if at is None or due is None else at - due


def is_on_time(rule: Rule, closing: Closing) -> bool | None:
    """None for what cannot be judged: a skip, work done twice, a due that came from an assumed start."""
    late = lateness(closing)
    limits = []
    if late.days is not None and closing.due_on is not None and rule.every_months:
        interval = closing.due_on - add_months(closing.due_on, -rule.every_months)
        limits.append(GRACE * late.days <= interval.days)
    for by, every in ((late.metres, rule.every_metres), (late.minutes, rule.every_minutes)):
        if by is not None and every:
            limits.append(GRACE * by <= every)
    return all(limits) if limits else None


def score(judged: Iterable[tuple[Rule, Closing]], *, today: date) -> Score:
    """Of the last 24 months; what cannot be judged counts neither way."""
    since = add_months(today, -LOOKS_BACK_MONTHS)
    found = [
        verdict
        for rule, closing in judged
        if since < closing.step.on <= today and (verdict := is_on_time(rule, closing)) is not None
    ]
    return Score(closed=len(found), on_time=sum(found))
