"""Each time a plan or a reminder falls due, as a row: it follows what makes it, and remembers what became of it.

Whatever order the changes came in, the same plans, reminders and records give the same occurrences; only what people did with them
(snoozed, dismissed) and what was told is remembered beside. The caller holds the vehicle.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.plans import plan_forecast
from services.vehicles.domain.care.reminders import (
    OccurrenceStatus,
    ReminderKind,
    ReminderSource,
    ReminderState,
    is_silent,
    kind_of_service,
    moved_back,
    next_look,
)
from services.vehicles.domain.cars.forecast import DueRange, Rate
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.care.reminder_models import Occurrence, Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.asking import ask_again
from services.vehicles.usecases.care.schedule import forecast_of, reminder_rule
from services.vehicles.usecases.care.withdrawals import Withdrawn, withdraw
from services.vehicles.usecases.cars.ledger import rate_of
from services.vehicles.usecases.work import Work
from shared.contracts.vehicles import WithdrawnBecause
from shared.ids import new_id

BEFORE_A_SNOOZE = ReminderState.PLANNED
"""What comes back is looked at again; what was told before is not told again."""


@dataclass(frozen=True, slots=True)
class Falls:
    """What falls due next, as its plan or reminder says."""

    what_id: UUID
    source: ReminderSource
    kind: ReminderKind
    key: str
    revision: int
    title: str | None
    service_type: str | None
    note: str | None
    document_id: UUID | None
    due_on: date | None
    due_metres: int | None
    lead_days: int
    lead_metres: int
    forecast_on: date | None
    earliest: date | None
    latest: date | None
    remind_on: date | None
    passed_on: date | None


_SAID = tuple(field.name for field in fields(Falls))


async def follow_car(work: Work, vehicle: Vehicle, ledger: Sequence[Reading], rate: Rate) -> None:
    """After its plans and reminders have been placed."""
    if not await work.hold(vehicle.owner_id, wait=False):
        return
    await work.flush()
    falls: list[Falls] = []
    if vehicle.trashed_at is None and vehicle.lifecycle not in GONE:  # else nothing falls due
        passed = Passed(ledger)
        plans = await work.plans.of_vehicle(vehicle.id)
        falls += [of_plan(work, plan, rate, passed) for plan in plans if plan.active]
        reminders = await work.reminders.of_vehicle(vehicle.id)
        falls += [of_reminder(work, reminder, rate, passed) for reminder in reminders]
    rows = await work.occurrences.of_vehicle(vehicle.id)
    stands = await _follow(work, vehicle, falls, rows)
    await ask_again(work, vehicle, stands)


async def follow_reminder(work: Work, reminder: Reminder, vehicle: Vehicle) -> Occurrence:
    """Of one reminder that changed; the car did not."""
    await work.flush()
    ledger = [] if reminder.due_metres is None else await work.readings.accepted(vehicle.id)
    falls = of_reminder(work, reminder, rate_of(vehicle, ledger), Passed(ledger))
    rows = await work.occurrences.of_vehicle(vehicle.id, what_id=reminder.id)
    await work.hold(vehicle.owner_id, wait=False)
    await _follow(work, vehicle, [falls], rows)
    await work.flush()
    if reminder.due_metres is not None:
        ahead = await work.occurrences.of_vehicle(vehicle.id)
        await ask_again(work, vehicle, [row for row in ahead if _is_active(row)])
    return (await work.occurrences.of_vehicle(vehicle.id, what_id=reminder.id))[-1]


async def forget_what(work: Work, *, vehicle_id: UUID, what_id: UUID) -> None:
    """A plan or a reminder is removed: nobody waits for it any more."""
    rows = await work.occurrences.of_vehicle(vehicle_id, what_id=what_id)
    over = [close(work, row, OccurrenceStatus.GONE, WithdrawnBecause.REMOVED) for row in rows
            if row.status != OccurrenceStatus.GONE]  # fmt: skip
    await withdraw(work, vehicle_id, over)


class Passed:
    """When a ledger's accepted readings passed a distance."""

    def __init__(self, ledger: Sequence[Reading]) -> None:
        ordered = sorted(ledger, key=lambda reading: (reading.metres, reading.read_on))
        self._metres = [reading.metres for reading in ordered]
        self._days = [reading.read_on for reading in ordered]

    @property
    def furthest(self) -> int | None:
        return self._metres[-1] if self._metres else None

    def on(self, metres: int | None) -> date | None:
        if metres is None or not self._metres or self._metres[-1] < metres:
            return None
        return self._days[bisect_left(self._metres, metres)]


def of_plan(work: Work, plan: MaintenancePlan, rate: Rate, passed: Passed) -> Falls:
    return Falls(
        what_id=plan.id,
        source=ReminderSource.PLAN,
        kind=kind_of_service(plan.service_type),
        key=plan.occurrence,
        revision=plan.revision,
        title=plan.title,
        service_type=plan.service_type,
        note=None,
        document_id=None,
        passed_on=passed.on(plan.due_metres),
        **_placed(plan, forecast_of(work, plan, rate).range),
    )


def of_reminder(work: Work, reminder: Reminder, rate: Rate, passed: Passed) -> Falls:
    rule, due = reminder_rule(work, reminder)
    found = plan_forecast(rule, due, rate=rate, today=work.today).range
    return Falls(
        what_id=reminder.id,
        source=ReminderSource(reminder.source),
        kind=ReminderKind(reminder.kind),
        key=reminder.occurrence,
        revision=reminder.revision,
        title=reminder.title or None,
        service_type=reminder.kind if reminder.source == ReminderSource.DOCUMENT else None,
        note=reminder.note,
        document_id=reminder.document_id,
        passed_on=passed.on(reminder.due_metres),
        **_placed(reminder, found),
    )


def _placed(what: MaintenancePlan | Reminder, found: DueRange) -> dict[str, Any]:
    """Where its owner's wing has placed it, with the range of the forecast it was placed by."""
    is_same = found.on is not None and found.on == what.forecast_on
    return {
        "due_on": what.due_on,
        "due_metres": what.due_metres,
        "lead_days": what.lead_days,
        "lead_metres": what.lead_metres,
        "forecast_on": what.forecast_on,
        "earliest": found.earliest if is_same else what.forecast_on,
        "latest": found.latest if is_same else what.forecast_on,
        "remind_on": what.remind_on,
    }


async def _follow(
    work: Work, vehicle: Vehicle, falls: Iterable[Falls], rows: Sequence[Occurrence]
) -> list[Occurrence]:
    by_what: dict[UUID, list[Occurrence]] = {}
    for row in rows:
        by_what.setdefault(row.what_id, []).append(row)
    over: list[Withdrawn] = []
    stands: list[Occurrence] = []
    for one in falls:
        row, closed = await _row_of(work, vehicle, one, by_what.pop(one.what_id, []))
        over += closed
        stands.append(row)
        if _is_active(row):
            _wake(row, vehicle)
            _look(work, row, vehicle)
    for rest in by_what.values():  # what made them is gone, or put away
        for row in rest:
            if _is_active(row):
                over.append(close(work, row, OccurrenceStatus.GONE, WithdrawnBecause.REMOVED))
    for row in {row.id: row for row in [*rows, *stands]}.values():
        write_entry(work, row, vehicle)
    await withdraw(work, vehicle.id, over)
    return [row for row in stands if _is_active(row)]


def _is_active(row: Occurrence) -> bool:
    return row.status == OccurrenceStatus.ACTIVE


async def _row_of(
    work: Work, vehicle: Vehicle, falls: Falls, known: Sequence[Occurrence]
) -> tuple[Occurrence, list[Withdrawn]]:
    """The row that stands for it now, and what is over by that."""
    current = next((row for row in known if _is_active(row)), None)
    same = next((row for row in known if row.key == falls.key), None)
    if current is not None and current is same:
        _say(current, falls)
        return current, []
    if current is not None and same is None and current.revision != falls.revision:
        return current, [_begin_anew(current, falls)]
    if current is None and same is None and known and known[-1].revision != falls.revision:
        latest = known[-1]  # dismissed or done, and its owner has said a new day
        _reopen(latest)
        _begin_anew(latest, falls)
        return latest, []
    over: list[Withdrawn] = []
    if current is not None:
        is_back = same is not None and same.status != OccurrenceStatus.GONE
        how = OccurrenceStatus.GONE if is_back else OccurrenceStatus.DONE
        gone = close(work, current, how, WithdrawnBecause.DONE)
        over = [] if is_back else [gone]  # a record taken back withdraws nothing
    if same is None:
        return _new_row(work, vehicle, falls), over
    _say(same, falls)
    if not _stays_over(same):
        await work.session.flush()  # one is active at a time, also between two updates
        _reopen(same)
    return same, over


def _new_row(work: Work, vehicle: Vehicle, falls: Falls) -> Occurrence:
    row = Occurrence(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        round=0,
        status=OccurrenceStatus.ACTIVE,
        looked=ReminderState.PLANNED,
        sequence=0,
        entry_digest="",
        created_at=work.now,
        modified_at=work.now,
    )
    _say(row, falls)
    return work.occurrences.add(row)


def _say(row: Occurrence, falls: Falls) -> None:
    for name in _SAID:
        setattr(row, name, getattr(falls, name))


def _begin_anew(row: Occurrence, falls: Falls) -> Withdrawn:
    """Its rule is another now, so it may be told anew; in a calendar the same entry moves."""
    old = Withdrawn(row.told_key, row.what_id, WithdrawnBecause.CHANGED)
    _say(row, falls)
    row.round = 0
    row.snoozed_until = row.snoozed_metres = row.overdue_since = None
    row.looked = ReminderState.PLANNED
    return old


def _stays_over(row: Occurrence) -> bool:
    """Dismissed, or one's own and done: until its rule changes. A plan's was done by a record, which is taken back."""
    is_own = row.source != ReminderSource.PLAN
    is_done = row.status == OccurrenceStatus.DONE
    return row.status == OccurrenceStatus.DISMISSED or (is_own and is_done)


def _reopen(row: Occurrence) -> None:
    """What was done turns out not to be, and may be told again."""
    if row.status == OccurrenceStatus.DONE:
        row.round += 1
    row.status, row.closed_at = OccurrenceStatus.ACTIVE, None
    row.looked, row.overdue_since = ReminderState.PLANNED, None


def close(
    work: Work, row: Occurrence, status: OccurrenceStatus, because: WithdrawnBecause
) -> Withdrawn:
    row.status, row.closed_at = status, work.now
    row.snoozed_until = row.snoozed_metres = row.overdue_since = row.look_on = None
    return Withdrawn(row.told_key, row.what_id, because)


def _wake(row: Occurrence, vehicle: Vehicle) -> None:
    """The distance it was put off for has been driven."""
    stands = vehicle.odometer_metres
    if row.snoozed_metres is not None and stands is not None and stands >= row.snoozed_metres:
        row.snoozed_metres, row.looked = None, BEFORE_A_SNOOZE


def _look(work: Work, row: Occurrence, vehicle: Vehicle) -> None:
    """While its car is laid up nobody looks; when the car comes back, whatever began meanwhile is looked at."""
    if is_silent(vehicle.lifecycle, row.kind):
        row.looked, row.look_on, row.overdue_since = ReminderState.PLANNED, None, None
        return
    row.looked, row.overdue_since = moved_back(row.standing, row.looked_state, work.today)
    row.look_on = next_look(row.standing, row.looked_state, work.today)


def look_again(work: Work, row: Occurrence, vehicle: Vehicle) -> None:
    """After somebody has put it off or woken it."""
    row.looked, row.overdue_since = BEFORE_A_SNOOZE, None
    _look(work, row, vehicle)


def write_entry(work: Work, row: Occurrence, vehicle: Vehicle) -> None:
    """RFC 5545, 3.8.7.4: whenever its calendar entry says something else, that is counted and dated."""
    said = [
        vehicle.name,
        row.title,
        row.service_type,
        *(str(day) for day in (row.forecast_on, row.earliest, row.latest, row.due_on)),
        row.due_metres,
        row.lead_days,
        _is_active(row),
    ]
    written = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    if written != row.entry_digest:
        row.sequence += 1
        row.entry_digest, row.modified_at = written, work.now
