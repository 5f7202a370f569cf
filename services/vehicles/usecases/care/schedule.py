"""Where each plan and reminder stands: the same history gives the same dates, whatever order the changes came in."""

from collections.abc import Sequence
from typing import Any

from services.vehicles.domain.care.plans import (
    Done,
    Due,
    Forecast,
    PlanMode,
    Rule,
    next_due,
    plan_forecast,
)
from services.vehicles.domain.care.services import canonical
from services.vehicles.domain.cars.forecast import Rate, position_on
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.storage.care.models import MaintenancePlan, Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.ledger import rate_of
from services.vehicles.usecases.work import Work


async def place_all(work: Work, vehicle: Vehicle, _days: Sequence[Reading], rate: Rate) -> None:
    """Follows a car: its plans and its reminders by distance, from its ledger and its completed records alone."""
    records = await work.records.completed_of_vehicle(vehicle.id)
    told = await work.readings.told_by_records(vehicle.id)
    for plan in await work.plans.of_vehicle(vehicle.id):
        _place_plan(work, plan, done_of(plan, records, told), rate)
    for reminder in await work.reminders.by_distance(vehicle.id):
        _place_reminder(work, reminder, rate)


async def place_reminder(work: Work, *, reminder: Reminder, vehicle: Vehicle) -> None:
    """Of one reminder that changed; the car did not. The caller holds the vehicle."""
    ledger = [] if reminder.due_metres is None else await work.readings.accepted(vehicle.id)
    _place_reminder(work, reminder, rate_of(vehicle, ledger))


def done_of(plan: MaintenancePlan, records: Sequence[Any], ledger: Sequence[Reading]) -> list[Done]:
    """Completed records of the plan's work, with the odometer only where the ledger believes it.

    `records`: rows of (id, service_date, services).
    """
    metres = {reading.record_id: reading.metres for reading in ledger if reading.record_id}
    wanted = canonical(plan.service_type)
    return [
        Done(record_id=record.id, on=record.service_date, metres=metres.get(record.id))
        for record in records
        if wanted in {canonical(service) for service in record.services}
    ]


def rule_of(plan: MaintenancePlan) -> Rule:
    return Rule(
        mode=PlanMode(plan.mode),
        every_metres=plan.every_metres,
        every_months=plan.every_months,
        start_on=plan.start_on,
        start_metres=plan.start_metres,
        start_is_assumed=plan.start_is_assumed,
        lead_days=plan.lead_days,
        lead_metres=plan.lead_metres,
    )


def due_of(plan: MaintenancePlan) -> Due:
    """As worked out when the car last changed."""
    last = None
    if plan.last_record_id is not None and plan.last_done_on is not None:
        last = Done(plan.last_record_id, plan.last_done_on, plan.last_done_metres)
    return Due(
        last=last,
        on=plan.due_on,
        metres=plan.due_metres,
        anchor_on=plan.last_done_on or plan.start_on,
        anchor_metres=plan.last_done_metres if last else plan.start_metres,
    )


def forecast_of(work: Work, plan: MaintenancePlan, rate: Rate) -> Forecast:
    return plan_forecast(rule_of(plan), due_of(plan), rate=rate, today=work.today)


def _place_plan(work: Work, plan: MaintenancePlan, done: Sequence[Done], rate: Rate) -> None:
    if plan.start_metres is None and plan.every_metres is not None:
        plan.start_metres = position_on(rate, plan.start_on)
    due = next_due(rule_of(plan), done)
    plan.last_record_id = due.last.record_id if due.last else None
    plan.last_done_on = due.last.on if due.last else None
    plan.last_done_metres = due.last.metres if due.last else None
    plan.due_on, plan.due_metres = due.on, due.metres
    found = forecast_of(work, plan, rate)
    plan.forecast_on, plan.remind_on = found.range.on, found.remind_on
    plan.occurrence = f"plan:{plan.id}:{plan.revision}:{plan.last_record_id or 'start'}"


def reminder_rule(work: Work, reminder: Reminder) -> tuple[Rule, Due]:
    """A reminder is a plan that falls due once."""
    today = work.today
    rule = Rule(
        mode=PlanMode.FIXED,
        every_metres=reminder.due_metres,
        every_months=None,
        start_on=today,
        start_metres=0,
        lead_days=reminder.lead_days,
        lead_metres=reminder.lead_metres,
    )
    due = Due(
        last=None, on=reminder.due_on, metres=reminder.due_metres, anchor_on=today, anchor_metres=0
    )
    return rule, due


def _place_reminder(work: Work, reminder: Reminder, rate: Rate) -> None:
    rule, due = reminder_rule(work, reminder)
    found = plan_forecast(rule, due, rate=rate, today=work.today)
    if rate.last is None and reminder.due_on is None:
        reminder.forecast_on, reminder.remind_on = None, None  # no reading: no idea
    else:
        reminder.forecast_on, reminder.remind_on = found.range.on, found.remind_on
    if reminder.snoozed_until is not None:
        reminder.remind_on = reminder.snoozed_until
    reminder.occurrence = f"reminder:{reminder.id}:{reminder.revision}"
