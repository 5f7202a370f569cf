"""Whether a car is in use: what falls due, what counts in the quota, what may be told.

`laid_up`: off the road for a while; plans by time rest and reminders are silent, insurance and inspection go on. `sold` and
`scrapped`: nothing falls due, the history stays, the car takes no place in its owner's plan. A sale that fell through and a car laid
up by mistake come back: every state but the present one can follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Final


class Lifecycle(StrEnum):
    ACTIVE = "active"
    LAID_UP = "laid_up"
    SOLD = "sold"
    SCRAPPED = "scrapped"


GONE: Final = frozenset({Lifecycle.SOLD, Lifecycle.SCRAPPED})
"""Not their owner's any more: outside of the quota."""


@dataclass(frozen=True, slots=True)
class Phase:
    """From this day on."""

    state: Lifecycle
    since: date


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the one before `until`; no end: it still lasts."""

    since: date
    until: date | None


def spans(phases: Iterable[Phase], state: Lifecycle) -> list[Span]:
    """When a car was in a state, in the order of time. Of two phases that begin on one day the later one given counts."""
    by_day = {phase.since: phase for phase in phases}
    order = [by_day[day] for day in sorted(by_day)]
    ends = [phase.since for phase in order[1:]]
    found: list[Span] = []
    for phase, until in zip_longest(order, ends):
        if phase.state is not state:
            continue
        if found and found[-1].until == phase.since:
            found[-1] = Span(found[-1].since, until)
        else:
            found.append(Span(phase.since, until))
    return found
