"""When the law asks for the next inspection, by a country's rule and what is known of the ones before. Always "please check".

What a paper says of its own next day wins over every rule. Of what fell due before anybody entered the car here, nothing is known:
it is taken for done, and said to be assumed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.vehicles.domain.care.beats import add_months
from services.vehicles.domain.care.rule_packs import (
    CountryRule,
    RebaseFrom,
    Started,
)

MOST_BEATS: Final = 400
"""Of a vehicle of a century, inspected twice a year."""
LATER: Final = 3
"""How many of the days after the next one are told."""


class Result(StrEnum):
    """As a French report says it; elsewhere passed and not passed are A and S."""

    A = "A"
    """Passed."""
    S = "S"
    """Major defects: to be shown again."""
    R = "R"
    """Critical defects."""


class Basis(StrEnum):
    """Where the next day comes from."""

    PAPER = "paper"
    DONE = "done"
    RETEST = "retest"
    SCHEDULE = "schedule"


class Assumed(StrEnum):
    CATEGORY = "category"
    """Nobody said what it is: a car."""
    LAST_DONE = "last_done"
    """What fell due before it was entered here is taken for done."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What is known of a vehicle. `entered_on`: since when it is here."""

    first_on: date
    entered_on: date


@dataclass(frozen=True, slots=True)
class Done:
    """A test, or an insurance that began. `next_on`: the day its own paper gives."""

    on: date
    result: Result = Result.A
    next_on: date | None = None
    is_paper: bool = False
    """Read on a document, and not said by hand."""


@dataclass(frozen=True, slots=True)
class Due:
    """`opens_on`: from when it may be done; `due_on`: the last day. `driven_until`: with a critical defect, no longer than that."""

    due_on: date
    opens_on: date | None
    basis: Basis
    last: Done | None = None
    driven_until: date | None = None
    assumed: tuple[Assumed, ...] = ()
    later: tuple[date, ...] = field(default=())
    report_until: date | None = None
    """Until when the last report is young enough for a sale."""
    notice_by: date | None = None
    """Of an insurance: the last day to give notice."""
    cancellable_from: date | None = None


def next_due(rule: CountryRule, car: Registered, done: Iterable[Done]) -> Due | None:
    """None where nothing is asked: too old, or never. `done` in any order, only of this obligation."""
    history = sorted(done, key=lambda each: (each.on, each.next_on or date.min))
    if rule.policy is not None:
        return _policy_end(rule, history)
    if rule.first is None or _is_exempt(rule, car):
        return None
    found = _after(rule, car, history)
    if found is None or _is_too_old(rule, car, found.due_on):
        return None
    later = tuple(
        _shown(rule, day)
        for day, _ in zip(_beats(rule, car, found.due_on), range(LATER), strict=False)
        if not _is_too_old(rule, car, day)
    )
    return _told(rule, car, found, history, later)


def following(rule: CountryRule, other: Due | None, done: Iterable[Done]) -> Due | None:
    """Of what is asked so long after another obligation was done (`rule.after`): the pollution test of a French van."""
    if rule.after is None or other is None or other.last is None or other.last.result is Result.R:
        return None
    asked_by = add_months(other.last.on, rule.after.months)
    tests = sorted((each for each in done if each.on >= other.last.on), key=lambda each: each.on)
    if tests or asked_by >= other.due_on:
        return None  # done in between, or the next whole test comes first
    return Due(asked_by, add_months(asked_by, -rule.after.window_months), Basis.DONE, other.last)


def _is_exempt(rule: CountryRule, car: Registered) -> bool:
    before = rule.not_if_registered_before
    return before is not None and car.first_on < before


def _is_too_old(rule: CountryRule, car: Registered, day: date) -> bool:
    ends = rule.ends_at_age_months
    return ends is not None and day >= add_months(car.first_on, ends)


def _after(rule: CountryRule, car: Registered, history: Sequence[Done]) -> Due | None:
    """Through all that is known, one after the other; then to the day the car was entered here."""
    now = _first(rule, car)
    last_failed: date | None = None
    for each in history:
        day, basis, driven_until = _by(rule, car, each, now, last_failed)
        last_failed = None if each.result is Result.A else last_failed or each.on
        now = Due(day, None, basis, each, driven_until)
    return _caught_up(rule, car, now)


def _by(
    rule: CountryRule, car: Registered, done: Done, now: Due, failed_on: date | None
) -> tuple[date, Basis, date | None]:
    """What one test makes of the day that was due."""
    retest = rule.retest
    if done.result is not Result.A:
        valid = retest.critical_valid_days if retest and done.result is Result.R else None
        driven_until = None if valid is None else done.on + timedelta(days=valid)
        if done.next_on is not None:
            return done.next_on, Basis.PAPER, driven_until
        by = add_months(done.on, retest.months) if retest else now.due_on
        return by, Basis.RETEST if retest else now.basis, driven_until
    if done.next_on is not None:
        return done.next_on, Basis.PAPER, None
    counted = done.on
    if retest and retest.counts_from_first and failed_on is not None:
        within = done.on <= add_months(failed_on, retest.months)
        counted = failed_on if within else done.on
    return _next(rule, car, _base(rule, car, counted, now)), Basis.DONE, None


def _base(rule: CountryRule, car: Registered, done_on: date, now: Due) -> date:
    """From which day the next one is counted."""
    early = rule.rebase
    match early.since:
        case RebaseFrom.DONE:
            return done_on
        case RebaseFrom.MONTH:
            return _month_end(done_on)
        case RebaseFrom.KEPT_IF_EARLY:
            due = _due_about(rule, car, done_on, now)
            opens = add_months(due, -early.early_months) - timedelta(days=early.early_days)
            return due if opens <= done_on <= due else done_on - timedelta(days=early.day_before)
        case RebaseFrom.ANNIVERSARY:
            reach = done_on + timedelta(days=early.early_days)
            if now.due_on > reach:
                return done_on if early.restarts_if_earlier else car.first_on
            beats = [now.due_on, *_beats(rule, car, now.due_on)]
            return max(day for day in beats if day <= reach)


def _due_about(rule: CountryRule, car: Registered, done_on: date, now: Due) -> date:
    """The day that was due when it was done: what is known, else the first beat that was not past."""
    if now.last is not None or now.due_on >= done_on:
        return now.due_on
    return next((day for day in _beats(rule, car, None) if day >= done_on), now.due_on)


def _next(rule: CountryRule, car: Registered, since: date) -> date:
    """The interval of that age; at the day of a change the new one counts, so an old one does not outlast it by more (RD 920/2017)."""
    if rule.first is not None and since <= car.first_on:
        first = add_months(car.first_on, rule.first.months)
        if rule.rebase.since is RebaseFrom.ANNIVERSARY:
            return first
    ages = [(add_months(car.first_on, step.from_age_months), step.months) for step in rule.then]
    months = next(months for change, months in reversed(ages) if change <= max(since, car.first_on))
    ends = [add_months(since, months)]
    ends += [add_months(change, shorter) for change, shorter in ages if change > since]
    return _shown(rule, min(ends))


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1) - timedelta(days=1)


def _shown(rule: CountryRule, day: date) -> date:
    return _month_end(day) if rule.rebase.since is RebaseFrom.MONTH else day


def _first(rule: CountryRule, car: Registered) -> Due:
    first = rule.first
    if first is None:  # who calls has seen that there is one
        raise ValueError(rule.id)
    started = _started(rule, car)
    if started is not None:
        return Due(_begun_by(started, car), started.since, Basis.SCHEDULE)
    by = add_months(car.first_on, first.months) - timedelta(days=rule.rebase.day_before)
    return Due(_shown(rule, by), None, Basis.SCHEDULE)


def _begun_by(started: Started, car: Registered) -> date:
    """Its last day is the day before so many months are over: of 22 July until 21 November."""
    if started.anniversary_months is None:
        return started.by
    anniversary = add_months(car.first_on, 12 * (started.by.year - car.first_on.year))
    since = max(anniversary, started.since)
    return min(started.by, add_months(since, started.anniversary_months) - timedelta(days=1))


def _started(rule: CountryRule, car: Registered) -> Started | None:
    return next((each for each in rule.started if car.first_on <= each.registered_until), None)


def _beats(rule: CountryRule, car: Registered, since: date | None) -> Iterator[date]:
    """The days it would fall due if each were done on its last day: from the first, or after `since`."""
    day = since
    if day is None:
        day = _first(rule, car).due_on
        yield day
    for _ in range(MOST_BEATS):
        after = _next(rule, car, day)
        if after <= day:
            return
        day = after
        yield day


def _caught_up(rule: CountryRule, car: Registered, now: Due) -> Due:
    """What fell due before the car was entered here is taken for done; a car that is too new for that is left alone."""
    if now.due_on >= car.entered_on or (now.last is not None and now.last.on >= car.entered_on):
        return now
    day = next((each for each in _beats(rule, car, now.due_on) if each >= car.entered_on), None)
    if day is None:
        return now
    return Due(day, None, Basis.SCHEDULE, now.last, assumed=(Assumed.LAST_DONE,))


def _told(
    rule: CountryRule,
    car: Registered,
    found: Due,
    history: Sequence[Done],
    later: tuple[date, ...],
) -> Due:
    passed = [each for each in history if each.result is Result.A]
    return Due(
        due_on=found.due_on,
        opens_on=found.opens_on or _opens(rule, car, found),
        basis=found.basis,
        last=found.last,
        driven_until=found.driven_until,
        assumed=found.assumed,
        later=later,
        report_until=add_months(passed[-1].on, rule.sale_report.months)
        if rule.sale_report and passed
        else None,
    )


def _opens(rule: CountryRule, car: Registered, found: Due) -> date | None:
    first = rule.first
    is_first = first is not None and found.due_on == _first(rule, car).due_on and not found.last
    if first is not None and is_first and first.window_months is not None:
        return add_months(found.due_on, -first.window_months)
    if rule.rebase.since is RebaseFrom.MONTH:
        return found.due_on.replace(day=1)
    early = rule.rebase
    if found.basis is Basis.RETEST or not (early.early_months or early.early_days):
        return None
    return add_months(found.due_on, -early.early_months) - timedelta(days=early.early_days)


def _policy_end(rule: CountryRule, history: Sequence[Done]) -> Due | None:
    """An insurance: the paper's own end, or a year."""
    if rule.policy is None or not history:
        return None
    last = max(history, key=lambda each: (each.next_on or each.on, each.on))
    end = last.next_on or add_months(last.on, 12)
    notice, free = rule.policy.notice_months, rule.policy.cancellable_after_months
    begun = min(each.on for each in history)
    return Due(
        due_on=end,
        opens_on=end - timedelta(days=max(rule.policy.leads_days)),
        basis=Basis.PAPER if last.next_on else Basis.DONE,
        last=last,
        notice_by=add_months(end, -notice) if notice is not None else None,
        cancellable_from=add_months(begun, free) if free is not None else None,
    )
