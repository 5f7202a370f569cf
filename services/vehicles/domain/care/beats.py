"""When recurring work falls due: every so many metres, months and minutes of running, each threshold counted on its own.

A floating plan counts from the day and the reading of the work. A fixed plan keeps its beat, counted from its anchor (31 January,
28 February, 31 March): work satisfies the beat it is nearer to and all beats passed. Work whose reading is not known moves the date
alone. Of a distance no date is ever made here: that is the forecast's (plans.py), a second figure.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

LEAD_DAYS: Final = 30
LEAD_METRES: Final = 1_000_000
LEAD_MINUTES: Final = 600
MONTHS_A_YEAR: Final = 12


class PlanMode(StrEnum):
    FIXED = "FIXED"
    FLOATING = "FLOATING"


class DueBy(StrEnum):
    """The thresholds of a plan."""

    DISTANCE = "distance"
    TIME = "time"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count for the thresholds by time."""

    begins_on: date
    ends_on: date | None = None
    """The first day that counts again; None: it lasts."""


@dataclass(frozen=True, slots=True)
class FirstDue:
    """Where a plan falls due for the first time, as its owner or the maker says; what is not said is counted from the start."""

    on: date | None = None
    metres: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """At least one of the intervals is given."""

    mode: PlanMode
    every_metres: int | None
    every_months: int | None
    start_on: date
    start_metres: int | None
    start_is_assumed: bool = False
    """Nobody said when the work was done last: any record, however old, knows better."""
    lead_days: int = LEAD_DAYS
    lead_metres: int = LEAD_METRES
    every_minutes: int | None = None
    start_minutes: int | None = None
    lead_minutes: int = LEAD_MINUTES
    first: FirstDue | None = None
    pauses: tuple[Pause, ...] = ()
    """In order of time, none within another."""


@dataclass(frozen=True, slots=True)
class Done:
    """Work of the plan: a completed record, or what its owner says was done."""

    record_id: UUID
    on: date
    metres: int | None
    minutes: int | None = None
    is_record: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """The beat that stood at that due is left out."""

    id: UUID
    on: date
    due_on: date | None
    due_metres: int | None
    due_minutes: int | None = None


Step = Done | Skip


@dataclass(frozen=True, slots=True)
class Due:
    """Where the plan stands: what was done last and where it falls due next."""

    last: Done | None
    on: date | None
    metres: int | None
    anchor_on: date
    anchor_metres: int | None
    minutes: int | None = None
    anchor_minutes: int | None = None
    closed_by: UUID | None = None
    """The record, completion or skip that moved it last: what tells one occurrence from the next."""
    unmoved: frozenset[DueBy] = frozenset()
    """The thresholds that the last work left where they were, for want of a reading."""


@dataclass(frozen=True, slots=True)
class Closing:
    """One step of a plan's history, beside the due it found."""

    step: Step
    closes: bool
    """Not so for work done twice about one beat, or a skip of a beat that was done."""
    due_on: date | None
    due_metres: int | None
    due_minutes: int | None
    due_was_assumed: bool
    """That due came from a start nobody had said: it tells nothing about being late."""


def add_months(day: date, months: int) -> date:
    """The same day of the month, or its last day: 31 January and one month is 28 or 29 February."""
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_A_YEAR)
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def put_off(
    day: date, *, since: date, pauses: Sequence[Pause], lasting_until: date | None = None
) -> date | None:
    """`day` later by the days paused from `since` on; None while a pause that began before it lasts.

    `lasting_until`: count a pause that lasts as far as there.
    """
    for pause in pauses:
        begins = max(pause.begins_on, since)
        if begins >= day:
            continue
        ends = pause.ends_on or lasting_until
        if ends is None:
            return None
        if ends > begins:
            day = _later(day, (ends - begins).days)
    return day


def merged(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """In order of time, none within another: a plan may be paused while its car is laid up."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: (pause.begins_on, pause.ends_on or date.max)):
        last = found[-1] if found else None
        if last is None or (last.ends_on is not None and last.ends_on < pause.begins_on):
            found.append(pause)
        elif last.ends_on is not None and (pause.ends_on is None or pause.ends_on > last.ends_on):
            found[-1] = Pause(last.begins_on, pause.ends_on)
    return tuple(found)


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


@dataclass(slots=True)
class _Calendar:
    months: int
    pauses: tuple[Pause, ...]
    anchor: date
    beats: int
    is_assumed: bool

    def beat(self, number: int, *, lasting_until: date | None = None) -> date | None:
        on = add_months(self.anchor, number * self.months)
        return put_off(on, since=self.anchor, pauses=self.pauses, lasting_until=lasting_until)

    def restart(self, on: date) -> bool:
        self.anchor, self.beats, self.is_assumed = on, 1, False
        return True

    def keep(self, on: date) -> bool:
        """On to the beat after the one `on` is nearer to; whether it moved."""
        before = self.beats
        while self._satisfies(on, self.beats):
            self.beats += 1
        return self.beats > before

    def _satisfies(self, on: date, number: int) -> bool:
        last, next_ = (self.beat(n, lasting_until=on) for n in (number - 1, number))
        if last is None or next_ is None or next_ == date.max:
            return False
        return on - last >= next_ - on


@dataclass(slots=True)
class _Counter:
    """Metres, or minutes of running."""

    every: int
    anchor: int | None
    beats: int
    is_assumed: bool

    @property
    def due(self) -> int | None:
        return None if self.anchor is None else self.anchor + self.beats * self.every

    def restart(self, at: int) -> bool:
        self.anchor, self.beats, self.is_assumed = at, 1, False
        return True

    def keep(self, at: int) -> bool:
        if self.anchor is None:
            return self.restart(at)
        nearest = (2 * (at - self.anchor) + self.every) // (2 * self.every)
        before, self.beats = self.beats, max(self.beats, nearest + 1)
        return self.beats > before


@dataclass(slots=True)
class _Standing:
    """A plan while its history is folded."""

    rule: Rule
    time: _Calendar | None
    metres: _Counter | None
    minutes: _Counter | None
    last: Done | None = None
    closed_by: UUID | None = None
    unmoved: set[DueBy] = field(default_factory=set)

    def take(self, step: Step) -> Closing:
        before = self.due(lasting_until=step.on)
        was_assumed = any(t.is_assumed for t in (self.time, self.metres, self.minutes) if t)
        closes = self._skip(step) if isinstance(step, Skip) else self._do(step)
        if closes:
            self.closed_by = step.id if isinstance(step, Skip) else step.record_id
        return Closing(step, closes, before.on, before.metres, before.minutes, was_assumed)

    def _do(self, done: Done) -> bool:
        self.last, self.unmoved = done, set()
        moved = False
        if self.time is not None:
            moved = self._begins(self.time) and self.time.restart(done.on)
            moved = moved or self.time.keep(done.on)
        for by, counter, at in (
            (DueBy.DISTANCE, self.metres, done.metres),
            (DueBy.HOURS, self.minutes, done.minutes),
        ):
            if counter is None:
                continue
            if at is None:
                self.unmoved.add(by)
                continue
            moved = (counter.restart(at) if self._begins(counter) else counter.keep(at)) or moved
        return moved or self.rule.mode is PlanMode.FLOATING

    def _begins(self, threshold: _Calendar | _Counter) -> bool:
        return self.rule.mode is PlanMode.FLOATING or threshold.is_assumed

    def _skip(self, skip: Skip) -> bool:
        if not self._is_about(skip):
            return False
        for threshold in (self.time, self.metres, self.minutes):
            if threshold is not None:
                threshold.beats += 1
        return True

    def _is_about(self, skip: Skip) -> bool:
        """The beat left out is still the next one: what was done about it since, or typed in later, has moved the plan on."""
        due, rule, near = self.due(lasting_until=skip.on), self.rule, []
        if due.on and skip.due_on and rule.every_months:
            half = (add_months(skip.due_on, rule.every_months) - skip.due_on) / 2
            near.append(due.on - skip.due_on < half)
        for at, was, every in (
            (due.metres, skip.due_metres, rule.every_metres),
            (due.minutes, skip.due_minutes, rule.every_minutes),
        ):
            if at is not None and was is not None and every:
                near.append(2 * (at - was) < every)
        return any(near) or not near

    def due(self, *, lasting_until: date | None = None) -> Due:
        rule, last, time = self.rule, self.last, self.time
        return Due(
            last=last,
            on=time.beat(time.beats, lasting_until=lasting_until) if time else None,
            metres=self.metres.due if self.metres else None,
            anchor_on=last.on if last else rule.start_on,
            anchor_metres=last.metres if last else rule.start_metres,
            minutes=self.minutes.due if self.minutes else None,
            anchor_minutes=last.minutes if last else rule.start_minutes,
            closed_by=self.closed_by,
            unmoved=frozenset(self.unmoved),
        )


def next_due(rule: Rule, history: Iterable[Step]) -> Due:
    """Fold what was done and left out, in whatever order it arrived; what was done before the plan's start does not count."""
    return follow(rule, history)[0]


def follow(rule: Rule, history: Iterable[Step]) -> tuple[Due, list[Closing]]:
    """The same, with each step beside the due it found, oldest first."""
    standing = _begin(rule)
    steps = sorted((step for step in history if _counts(rule, step)), key=_place)
    closings = [standing.take(step) for step in steps]
    return standing.due(), closings


def _place(step: Step) -> tuple[date, bool, int, str]:
    if isinstance(step, Skip):
        return step.on, True, 0, str(step.id)
    return step.on, False, step.metres or 0, str(step.record_id)


def _counts(rule: Rule, step: Step) -> bool:
    if isinstance(step, Skip):
        return True
    if rule.first is not None:
        return _is_after_first_cycle_began(rule, rule.first, step)
    return rule.start_is_assumed or step.on >= rule.start_on


def _is_after_first_cycle_began(rule: Rule, first: FirstDue, done: Done) -> bool:
    """Who says when it is first due knows what was done before: only work of that cycle, or later, moves it."""
    within = []
    if first.on and rule.every_months:
        within.append(done.on > add_months(first.on, -rule.every_months))
    for at, due, every in (
        (done.metres, first.metres, rule.every_metres),
        (done.minutes, first.minutes, rule.every_minutes),
    ):
        if at is not None and due is not None and every:
            within.append(at > due - every)
    return any(within) or not within


def _begin(rule: Rule) -> _Standing:
    first, assumed = rule.first or FirstDue(), rule.start_is_assumed
    time = None
    if rule.every_months:
        said = first.on is not None
        time = _Calendar(
            months=rule.every_months,
            pauses=rule.pauses,
            anchor=first.on or rule.start_on,
            beats=0 if said else 1,
            is_assumed=assumed and not said,
        )
    return _Standing(
        rule=rule,
        time=time,
        metres=_counter(rule.every_metres, first.metres, rule.start_metres, assumed=assumed),
        minutes=_counter(rule.every_minutes, first.minutes, rule.start_minutes, assumed=assumed),
    )


def _counter(
    every: int | None, first: int | None, start: int | None, *, assumed: bool
) -> _Counter | None:
    if not every:
        return None
    if first is not None:
        return _Counter(every, first, beats=0, is_assumed=False)
    return _Counter(every, start, beats=1, is_assumed=assumed)
