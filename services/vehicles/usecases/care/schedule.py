"""Where each plan and reminder stands: the same history gives the same dates, whatever order the changes came in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.beats import (
    Done,
    Due,
    DueBy,
    FirstDue,
    Pause,
    PlanMode,
    Rule,
    Skip,
    Step,
    next_due,
)
from services.vehicles.domain.care.plans import NEVER, Forecast, plan_forecast
from services.vehicles.domain.cars.driving import HOURS
from services.vehicles.domain.cars.forecast import Rate, estimate_rate
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.storage.care.books import CareRows
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.care.reminder_models import Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.books import (
    NO_GAUGE,
    Book,
    Gauge,
    Gauges,
    book_of,
    pauses_of,
    read_hours,
    steps_of,
    stood_at,
)
from services.vehicles.usecases.cars.ledger import rate_of
from services.vehicles.usecases.work import Work


async def place_all(work: Work, vehicle: Vehicle, gauges: Gauges, care: CareRows) -> None:
    """A car's plans and its reminders by its meters, from its ledger and its completed records alone; and those by the day beside them.

    Nothing is written of a plan that stands where it stood.
    """
    if care.plans:
        book = book_of(vehicle, gauges, care)
        await work.plans.place([(plan, place(plan, book, work.today)) for plan in care.plans])
    for reminder in care.reminders:
        if _is_by_meter(reminder):
            _place_reminder(reminder, reminder_forecast(reminder, gauges, work.today))


def _is_by_meter(reminder: Reminder) -> bool:
    """Its day depends on how the car is driven, or how long it runs."""
    return reminder.due_metres is not None or reminder.due_minutes is not None


def rule_of(plan: MaintenancePlan, pauses: tuple[Pause, ...] = ()) -> Rule:
    first = FirstDue(plan.first_due_on, plan.first_due_metres, plan.first_due_minutes)
    return Rule(
        mode=PlanMode(plan.mode),
        every_metres=plan.every_metres,
        every_months=plan.every_months,
        start_on=plan.start_on,
        start_metres=_said(plan.start_metres, plan.assumed_metres),
        start_is_assumed=plan.start_is_assumed,
        lead_days=plan.lead_days,
        lead_metres=plan.lead_metres,
        every_minutes=plan.every_minutes,
        start_minutes=_said(plan.start_minutes, plan.assumed_minutes),
        lead_minutes=plan.lead_minutes,
        first=first if plan.start_is_assumed and first != FirstDue() else None,
        pauses=pauses,
    )


def _said(said: int | None, assumed: int | None) -> int | None:
    return assumed if said is None else said


def due_of(plan: MaintenancePlan) -> Due:
    """As worked out when the car last changed."""
    last = None
    done_by = plan.last_record_id or plan.last_completion_id
    if done_by is not None and plan.last_done_on is not None:
        last = Done(
            record_id=done_by,
            on=plan.last_done_on,
            metres=plan.last_done_metres,
            minutes=plan.last_done_minutes,
            is_record=plan.last_record_id is not None,
        )
    return Due(
        last=last,
        on=plan.due_on,
        metres=plan.due_metres,
        anchor_on=last.on if last else plan.start_on,
        anchor_metres=last.metres if last else _said(plan.start_metres, plan.assumed_metres),
        minutes=plan.due_minutes,
        anchor_minutes=last.minutes if last else _said(plan.start_minutes, plan.assumed_minutes),
        closed_by=plan.closed_by,
        unmoved=frozenset(DueBy(by) for by in plan.unmoved),
    )


def forecast_of(plan: MaintenancePlan, rate: Rate, running: Gauge, today: date) -> Forecast:
    return forecast_at(rule_of(plan), due_of(plan), Gauge((), rate), running, today)


def forecast_at(rule: Rule, due: Due, odometer: Gauge, running: Gauge, today: date) -> Forecast:
    minutes = running.rate
    if len(running.readings) == 1 and due.anchor_minutes is not None:
        anchor = Reading(UUID(int=0), due.anchor_on, due.anchor_minutes)
        minutes = estimate_rate(
            [anchor, *running.readings], typical=HOURS
        )  # better than the typical machine
    return plan_forecast(rule, due, rate=odometer.known_rate, today=today, running=minutes)


def place(plan: MaintenancePlan, book: Book, today: date) -> dict[str, Any]:
    """The columns that are worked out (PLACED of storage/care/plans.py), from what was said of the plan and its car's book."""
    rule = begun(plan, rule_of(plan, pauses_of(plan, book)), book, today)
    steps = steps_of(plan, book)
    due = next_due(rule, steps)
    found = forecast_at(rule, due, book.odometer, book.running, today)
    paused_on = next((pause.begins_on for pause in rule.pauses if pause.ends_on is None), None)
    rests = paused_on is not None or book.vehicle.lifecycle in GONE
    range_ = NEVER if rests else found.range
    reopened_by = _reopened_by(plan, due, steps)
    without = f":without:{reopened_by}" if reopened_by else ""
    last = due.last
    return {
        "start_on": rule.start_on,
        "assumed_metres": None if plan.start_metres is not None else rule.start_metres,
        "assumed_minutes": None if plan.start_minutes is not None else rule.start_minutes,
        "last_record_id": last.record_id if last and last.is_record else None,
        "last_completion_id": last.record_id if last and not last.is_record else None,
        "last_done_on": last.on if last else None,
        "last_done_metres": last.metres if last else None,
        "last_done_minutes": last.minutes if last else None,
        "unmoved": sorted(due.unmoved),
        "due_on": due.on,
        "due_metres": due.metres,
        "due_minutes": due.minutes,
        "forecast_on": range_.on,
        "forecast_from": range_.earliest,
        "forecast_to": range_.latest,
        "remind_on": None if rests else found.remind_on,
        "paused_on": paused_on,
        "closed_by": due.closed_by,
        "reopened_by": reopened_by,
        "occurrence": f"plan:{plan.id}:{plan.revision}:{due.closed_by or 'start'}{without}",
    }


def _reopened_by(plan: MaintenancePlan, due: Due, steps: Iterable[Step]) -> UUID | None:
    """What had moved the plan on and is gone, as long as nothing else moves it and it does not come back."""
    there = {step.id if isinstance(step, Skip) else step.record_id for step in steps}
    if plan.closed_by is not None and plan.closed_by not in there:
        return plan.closed_by
    if plan.closed_by != due.closed_by or plan.reopened_by in there:
        return None
    return plan.reopened_by


def begun(plan: MaintenancePlan, rule: Rule, book: Book, today: date) -> Rule:
    """The rule with its start, as far as nobody said it: bought or first registered, and where the meters stood then."""
    car, on, is_new = book.vehicle, rule.start_on, False
    if plan.start_is_assumed:
        known = [day for day in (car.purchased_on, car.first_registered_on) if day and day <= today]
        on = known[0] if known else plan.assumed_on or on
        is_new = on == car.first_registered_on
    return replace(
        rule,
        start_on=on,
        start_metres=_start(plan.start_metres, plan.every_metres, book.odometer, on, is_new=is_new),
        start_minutes=_start(
            plan.start_minutes, plan.every_minutes, book.running, on, is_new=is_new
        ),
    )


def _start(
    said: int | None, every: int | None, meter: Gauge, on: date, *, is_new: bool
) -> int | None:
    if said is not None or not every:
        return said
    return 0 if is_new else stood_at(meter, on)


async def place_reminder(work: Work, *, reminder: Reminder, vehicle: Vehicle) -> Gauges:
    """Of one reminder that changed; the car did not. The caller holds the vehicle."""
    by_distance, by_hours = reminder.due_metres is not None, reminder.due_minutes is not None
    ledger = await work.readings.accepted(vehicle.id) if by_distance else []
    hours = await read_hours(work, [vehicle]) if by_hours else {}
    gauges = Gauge(ledger, rate_of(vehicle, ledger)), hours.get(vehicle.id, NO_GAUGE)
    found = reminder_forecast(reminder, gauges, work.today)
    _place_reminder(reminder, found)
    return gauges


def reminder_forecast(reminder: Reminder, gauges: Gauges, today: date) -> Forecast:
    """A reminder is a plan that falls due once."""
    odometer, running = gauges
    rule = Rule(
        mode=PlanMode.FIXED,
        every_metres=reminder.due_metres,
        every_months=None,
        start_on=today,
        start_metres=0,
        lead_days=reminder.lead_days,
        lead_metres=reminder.lead_metres,
        every_minutes=reminder.due_minutes,
        lead_minutes=reminder.lead_minutes,
    )
    due = Due(
        last=None,
        on=reminder.due_on,
        metres=reminder.due_metres,
        anchor_on=today,
        anchor_metres=0,
        minutes=reminder.due_minutes,
    )
    found = forecast_at(rule, due, odometer, running, today)
    if reminder.due_on is None and odometer.last is None and running.last is None:
        return replace(found, range=NEVER, remind_on=None)  # no reading: no idea
    return found


def _place_reminder(reminder: Reminder, found: Forecast) -> None:
    reminder.forecast_on, reminder.remind_on = found.range.on, found.remind_on
    reminder.occurrence = f"reminder:{reminder.id}:{reminder.revision}"
