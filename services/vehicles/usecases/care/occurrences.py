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
from uuid import UUID

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
from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.storage.care.books import CareRows
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.care.reminder_models import Occurrence, Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.asking import ask_again
from services.vehicles.usecases.care.books import NO_GAUGE, Gauge, Gauges, read_hours
from services.vehicles.usecases.care.schedule import (
    place_all,
    place_reminder,
    reminder_forecast,
)
from services.vehicles.usecases.care.withdrawals import Withdrawn, withdraw
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
    due_minutes: int | None
    lead_days: int
    lead_metres: int
    lead_minutes: int
    forecast_on: date | None
    earliest: date | None
    latest: date | None
    remind_on: date | None
    passed_on: date | None


_SAID = tuple(field.name for field in fields(Falls))


async def follow_all(
    work: Work, vehicle: Vehicle, days: Sequence[Reading], rate: Rate, care: CareRows
) -> None:
    """A car's plans and reminders are placed, and what falls due of them follows."""
    hours = (await read_hours(work, [vehicle])).get(vehicle.id, NO_GAUGE)
    gauges = Gauge(days, rate), hours
    await place_all(work, vehicle, gauges, care)
    falls: list[Falls] = []
    if vehicle.trashed_at is None and vehicle.lifecycle not in GONE:  # else nothing falls due
        passed = Passed(gauges)
        falls += [of_plan(plan, passed) for plan in care.plans if plan.active]
        falls += [of_reminder(work, reminder, gauges, passed) for reminder in care.reminders]
    stands = await _follow(work, vehicle, falls, care.occurrences)
    await ask_again(work, vehicle, stands, care.request)


async def follow_reminder(work: Work, reminder: Reminder, vehicle: Vehicle) -> Occurrence:
    """One reminder that changed is placed, and followed; the car did not change. The caller holds the vehicle."""
    gauges = await place_reminder(work, reminder=reminder, vehicle=vehicle)
    await work.flush()
    falls = of_reminder(work, reminder, gauges, Passed(gauges))
    rows = await work.occurrences.of_vehicle(vehicle.id, what_id=reminder.id)
    await _follow(work, vehicle, [falls], rows)
    await work.flush()
    if reminder.due_metres is not None:
        ahead = await work.occurrences.of_vehicle(vehicle.id)
        request = await work.reading_requests.of_vehicle(vehicle.id)
        await ask_again(work, vehicle, [row for row in ahead if _is_active(row)], request)
    return (await work.occurrences.of_vehicle(vehicle.id, what_id=reminder.id))[-1]


async def forget_what(work: Work, *, vehicle: Vehicle, what_id: UUID) -> None:
    """A plan or a reminder is removed: nobody waits for it any more, and its entry in a calendar says so."""
    rows = await work.occurrences.of_vehicle(vehicle.id, what_id=what_id)
    over = [close(work, row, OccurrenceStatus.GONE, WithdrawnBecause.REMOVED) for row in rows
            if row.status != OccurrenceStatus.GONE]  # fmt: skip
    for row in rows:
        write_entry(work, row, vehicle)
    await withdraw(work, vehicle.id, over)


async def follow_handover(work: Work, vehicle: Vehicle) -> None:
    """What was told to those who had the car is withdrawn; whoever has it now hears of it for themselves."""
    rows = [row for row in await work.occurrences.of_vehicle(vehicle.id) if _is_active(row)]
    for row in rows:
        row.looked, row.overdue_since = ReminderState.PLANNED, None
    told = [Withdrawn(row.told_key, row.what_id, WithdrawnBecause.REMOVED) for row in rows]
    await withdraw(work, vehicle.id, told)


class Passed:
    """When the accepted readings of a car's meters passed a distance or a number of hours."""

    def __init__(self, gauges: Gauges) -> None:
        self._meters = [
            sorted((reading.metres, reading.read_on) for reading in gauge.readings)
            for gauge in gauges
        ]

    def on(self, metres: int | None, minutes: int | None) -> date | None:
        """Whichever came first."""
        found = map(_passed, self._meters, (metres, minutes))
        return min((day for day in found if day is not None), default=None)


def _passed(readings: Sequence[tuple[int, date]], threshold: int | None) -> date | None:
    if threshold is None or not readings or readings[-1][0] < threshold:
        return None
    return readings[bisect_left(readings, threshold, key=lambda reading: reading[0])][1]


def of_plan(plan: MaintenancePlan, passed: Passed) -> Falls:
    """A plan that rests falls due at no time, and keeps its place."""
    rests = plan.paused_on is not None
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
        due_on=None if rests else plan.due_on,
        due_metres=None if rests else plan.due_metres,
        due_minutes=None if rests else plan.due_minutes,
        lead_days=plan.lead_days,
        lead_metres=plan.lead_metres,
        lead_minutes=plan.lead_minutes,
        forecast_on=plan.forecast_on,
        earliest=plan.forecast_from,
        latest=plan.forecast_to,
        remind_on=plan.remind_on,
        passed_on=None if rests else passed.on(plan.due_metres, plan.due_minutes),
    )


def of_reminder(work: Work, reminder: Reminder, gauges: Gauges, passed: Passed) -> Falls:
    found = reminder_forecast(reminder, gauges, work.today).range
    return Falls(
        what_id=reminder.id,
        source=ReminderSource(reminder.source),
        kind=ReminderKind(reminder.kind),
        key=reminder.occurrence,
        revision=reminder.revision,
        title=reminder.title or None,
        service_type=_asked_for(reminder),
        note=reminder.note,
        document_id=reminder.document_id,
        due_on=reminder.due_on,
        due_metres=reminder.due_metres,
        due_minutes=reminder.due_minutes,
        lead_days=reminder.lead_days,
        lead_metres=reminder.lead_metres,
        lead_minutes=reminder.lead_minutes,
        forecast_on=reminder.forecast_on,
        earliest=found.earliest,
        latest=found.latest,
        remind_on=reminder.remind_on,
        passed_on=passed.on(reminder.due_metres, reminder.due_minutes),
    )


def _asked_for(reminder: Reminder) -> str | None:
    """By which it is called where it has no title: the paper's kind, or what a rule asks for."""
    if reminder.rule is not None:
        return reminder.rule.partition(":")[0]
    return reminder.kind if reminder.source == ReminderSource.DOCUMENT else None


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
    await work.occurrences.write_together(rows)
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
        said = getattr(falls, name)
        if getattr(row, name) != said:
            setattr(row, name, said)


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
    travelled = vehicle.travelled_metres
    if row.snoozed_metres is not None and (travelled or 0) >= row.snoozed_metres:
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
        row.due_minutes,
        row.lead_days,
        _is_active(row),
    ]
    written = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    if written != row.entry_digest:
        row.sequence += 1
        row.entry_digest, row.modified_at = written, work.now
