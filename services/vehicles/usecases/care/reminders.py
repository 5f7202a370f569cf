from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.care.beats import LEAD_DAYS, LEAD_METRES, LEAD_MINUTES
from services.vehicles.domain.care.reminders import (
    ENDS,
    OccurrenceStatus,
    ReminderKind,
    ReminderSource,
)
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_metres
from services.vehicles.errors.care import (
    ReminderOfPlan,
    ReminderOfRule,
    ReminderOver,
    ReminderWithoutDue,
    SnoozeNeedsReading,
    SnoozeNotAhead,
    SnoozeWithoutEnd,
)
from services.vehicles.storage.care.reminder_models import Occurrence, Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.occurrences import (
    close,
    follow_reminder,
    forget_what,
    look_again,
    write_entry,
)
from services.vehicles.usecases.care.withdrawals import withdraw
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import WithdrawnBecause
from shared.ids import new_id


class ReminderFacts(TypedDict, total=False):
    """What an owner says about a reminder; distances in the car's unit; what is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    title: str
    note: str | None
    kind: ReminderKind
    due_on: date | None
    due_distance: int | None
    due_metres: int | None
    """Instead, of what is worked out: travelled over all clusters."""
    due_minutes: int | None
    lead_days: int
    lead_distance: int
    lead_minutes: int


Stands = tuple[Occurrence, Vehicle]
RULE = frozenset(
    {"due_on", "due_distance", "due_minutes", "lead_days", "lead_distance", "lead_minutes"}
)


async def add_reminder(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    facts: ReminderFacts,
    source: ReminderSource = ReminderSource.OWN,
    document_id: UUID | None = None,
) -> Stands:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, shared=True)
    reminder = new_reminder(work, access=access, vehicle=vehicle, facts=facts)
    reminder.source, reminder.document_id = source, document_id
    work.reminders.add(reminder)
    return await follow_reminder(work, reminder, vehicle), vehicle


def new_reminder(work: Work, *, access: Access, vehicle: Vehicle, facts: ReminderFacts) -> Reminder:
    """One's own, described, and not kept yet. The caller holds the vehicle."""
    reminder = Reminder(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        source=ReminderSource.OWN,
        kind=ReminderKind.OTHER,
        version=1,
        lead_days=LEAD_DAYS,
        lead_metres=LEAD_METRES,
        lead_minutes=LEAD_MINUTES,
        revision=1,
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(reminder, vehicle, facts)
    return reminder


async def edit_reminder(
    work: Work, *, access: Access, reminder_id: UUID, facts: ReminderFacts
) -> Stands:
    """A new day, distance or lead may remind anew. Raises ReminderOfPlan."""
    reminder, vehicle = await _held(work, access, reminder_id)
    if any(_says_anew(reminder, vehicle, name, facts) for name in RULE & set(facts)):
        reminder.revision += 1
    _describe(reminder, vehicle, facts)
    reminder.version += 1
    reminder.updated_at = work.now
    return await follow_reminder(work, reminder, vehicle), vehicle


async def remove_reminder(work: Work, *, access: Access, reminder_id: UUID) -> None:
    """What was told of it is withdrawn. Raises ReminderOfPlan."""
    reminder, vehicle = await _held(work, access, reminder_id)
    await forget_what(work, vehicle=vehicle, what_id=reminder.id)
    await work.reminders.remove(reminder)


async def snooze_reminder(
    work: Work,
    *,
    access: Access,
    reminder_id: UUID,
    until: date | None,
    for_distance: int | None = None,
) -> Stands:
    """Silent until that day, or until so much has been driven; its state comes back without being told twice.

    `for_distance`: in the car's unit, from its last reading. Raises SnoozeWithoutEnd, SnoozeNotAhead, SnoozeNeedsReading,
    ReminderOver.
    """
    if (until is None) == (for_distance is None):
        raise SnoozeWithoutEnd(pointer="/until")
    row, vehicle = await _held_occurrence(work, access, reminder_id)
    if until is not None and until <= work.today:
        raise SnoozeNotAhead(pointer="/until")
    row.snoozed_until, row.snoozed_metres = until, None
    if for_distance is not None:
        if vehicle.travelled_metres is None:
            raise SnoozeNeedsReading(pointer="/for_distance")
        further = to_metres(for_distance, DistanceUnit(vehicle.distance_unit))
        row.snoozed_metres = vehicle.travelled_metres + further
    look_again(work, row, vehicle)
    return row, vehicle


async def wake_reminder(work: Work, *, access: Access, reminder_id: UUID) -> Stands:
    """It is not put off any longer."""
    row, vehicle = await _held_occurrence(work, access, reminder_id)
    row.snoozed_until = row.snoozed_metres = None
    look_again(work, row, vehicle)
    return row, vehicle


async def dismiss_reminder(work: Work, *, access: Access, reminder_id: UUID) -> Stands:
    """This once: a plan's next cycle reminds again."""
    return await _end(
        work, access, reminder_id, OccurrenceStatus.DISMISSED, WithdrawnBecause.DISMISSED
    )


async def finish_reminder(work: Work, *, access: Access, reminder_id: UUID) -> Stands:
    """Raises ReminderOfPlan: a plan is done by a record, or as its own wing says."""
    await _held(work, access, reminder_id)
    return await _end(work, access, reminder_id, OccurrenceStatus.DONE, WithdrawnBecause.DONE)


async def reopen_reminder(work: Work, *, access: Access, reminder_id: UUID) -> Stands:
    """Dismissed or done by mistake: it is looked at again, and what was told of it is not told twice."""
    row, vehicle = await _latest(work, access, reminder_id)
    row.status, row.closed_at = OccurrenceStatus.ACTIVE, None
    look_again(work, row, vehicle)
    write_entry(work, row, vehicle)
    return row, vehicle


async def read_reminder(work: Work, *, access: Access, reminder_id: UUID) -> Stands:
    """Of a reminder, or of a plan by the plan's id. Raises NotFound, RoleInsufficient."""
    row = await work.occurrences.one_latest(access, reminder_id)
    return row, await work.vehicles.one_seen(access, row.vehicle_id)


async def _end(
    work: Work,
    access: Access,
    reminder_id: UUID,
    status: OccurrenceStatus,
    because: WithdrawnBecause,
) -> Stands:
    row, vehicle = await _latest(work, access, reminder_id)
    if row.status != status:
        over = close(work, row, status, because)
        write_entry(work, row, vehicle)
        await withdraw(work, vehicle.id, [over])
    return row, vehicle


async def _latest(work: Work, access: Access, reminder_id: UUID) -> Stands:
    """Held, with its car. Raises NotFound, RoleInsufficient."""
    seen = await work.occurrences.one_latest(access, reminder_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=seen.vehicle_id, shared=True)
    if seen.source != ReminderSource.PLAN:
        await work.reminders.one_changed(access, reminder_id)  # first, as whoever edits it does
    return await work.occurrences.one_changed(access, seen.id), vehicle


async def _held_occurrence(work: Work, access: Access, reminder_id: UUID) -> Stands:
    row, vehicle = await _latest(work, access, reminder_id)
    if row.status == OccurrenceStatus.DONE:
        raise ReminderOver
    row.status, row.closed_at = OccurrenceStatus.ACTIVE, None
    write_entry(work, row, vehicle)
    return row, vehicle


async def _held(work: Work, access: Access, reminder_id: UUID) -> tuple[Reminder, Vehicle]:
    vehicle_id = await work.reminders.vehicle_of(access, reminder_id)
    if vehicle_id is None and await work.plans.vehicle_of(access, reminder_id) is not None:
        await work.plans.one_seen(access, reminder_id)
        raise ReminderOfPlan(plan_id=str(reminder_id))
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, shared=True)
    reminder = await work.reminders.one_changed(access, reminder_id)
    if reminder.source == ReminderSource.RULE:
        raise ReminderOfRule
    return reminder, vehicle


def _says_anew(reminder: Reminder, vehicle: Vehicle, name: str, facts: ReminderFacts) -> bool:
    """Whether a form says something else than it was shown; what it sends back unchanged changes nothing."""
    said: dict[str, Any] = dict(facts)
    value = said[name]
    if not name.endswith("_distance"):
        return bool(value != getattr(reminder, name))
    metres = getattr(reminder, name.replace("_distance", "_metres"))
    if name == "due_distance":
        metres = vehicle.shown(metres)
    return bool(value != in_unit(metres, DistanceUnit(vehicle.distance_unit)))


def _describe(reminder: Reminder, vehicle: Vehicle, facts: ReminderFacts) -> None:
    said: dict[str, Any] = dict(facts)
    unit = DistanceUnit(vehicle.distance_unit)
    for name in ("due", "lead"):
        field = f"{name}_distance"
        if field in said:
            is_new = _says_anew(reminder, vehicle, field, facts)
            distance = said.pop(field)
            if is_new:
                said[f"{name}_metres"] = None if distance is None else to_metres(distance, unit)
            if is_new and name == "due" and distance is not None:
                said["due_metres"] += vehicle.odometer_offset  # as its present cluster shows it
    whens = ("due_on", "due_metres", "due_minutes")
    if all(said.get(when, getattr(reminder, when)) is None for when in whens):
        raise ReminderWithoutDue(pointer="/due_on")
    for name, value in said.items():
        setattr(reminder, name, value)


def titles_of(title: str | None, service: str | None) -> dict[Language, str]:
    """What the owner called it, in every language; else the reference list's names."""
    name = (ENDS.get(service) or service_name(service)) if service else None
    return {
        language: title or (name.into(language) if name else service or "") for language in Language
    }
