"""What an owner says of a plan beside the records: done without one, left out once, paused while the car is laid up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.odometer import Meter, ReadingSource, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.errors.care import (
    CompletedInFuture,
    NotPaused,
    PausedAlready,
    PauseTooEarly,
    ResumedTooEarly,
)
from services.vehicles.storage.care.models import MaintenancePlan, PlanEntry
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.care.books import EntryKind
from services.vehicles.usecases.care.plans import PlanView, read_plan, running_of, view_of
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.judging import take_out
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    hold_vehicle,
    take_reading,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Completion:
    """Work that was done, without a record: the distance in the car's unit, the hour meter in minutes."""

    on: date
    distance: int | None = None
    minutes: int | None = None
    note: str | None = None
    id: UUID | None = None
    """As its client chose it."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What was said, and where the plan stands with it."""

    entry: PlanEntry
    view: PlanView
    is_doubted: bool = False
    """What it told a meter cannot be believed: that threshold stays."""


async def complete_plan(work: Work, *, access: Access, plan_id: UUID, done: Completion) -> Noted:
    """Everything counts from the day and the reading given, never from today. Raises CompletedInFuture, MeterMissing."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    if done.on > work.today:
        raise CompletedInFuture(pointer="/on")
    entry = new_entry(work, access, plan, EntryKind.DONE, done.on, id_=done.id)
    entry.minutes, entry.note = done.minutes, done.note
    doubted = []
    if done.distance is not None:
        entry.metres = to_metres(done.distance, DistanceUnit(vehicle.distance_unit))
        reading = await _read(work, vehicle, entry, Meter.DISTANCE, entry.metres)
        entry.reading_id = reading.id
        doubted.append(reading.status != ReadingStatus.ACCEPTED)
    if done.minutes is not None:
        reading = await _read(work, vehicle, entry, Meter.HOURS, done.minutes)
        entry.hours_reading_id = reading.id
        doubted.append(reading.status != ReadingStatus.ACCEPTED)
    view = await moved(work, plan, vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return Noted(entry, view, any(doubted))


async def _read(
    work: Work, vehicle: Vehicle, entry: PlanEntry, meter: Meter, shown: int
) -> OdometerReading:
    new = NewReading(
        shown,
        entry.begins_on,
        ReadingSource.MANUAL,
        note=entry.note,
        made_by=entry.made_by,
        meter=meter,
    )
    return await take_reading(work, vehicle=vehicle, new=new)


async def remove_completion(work: Work, *, access: Access, plan_id: UUID, entry_id: UUID) -> None:
    """It takes its readings out of the ledger again, and the plan stands where it stood before."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    entry = await _held_entry(work, access, plan, entry_id, EntryKind.DONE)
    told = [id_ for id_ in (entry.reading_id, entry.hours_reading_id) if id_ is not None]
    for reading in await work.readings.some_of_vehicle(vehicle.id, told):
        if reading.status != ReadingStatus.VOID:
            await take_out(work, vehicle=vehicle, reading=reading)
    await work.plan_entries.remove(entry)
    await moved(work, plan, vehicle)
    announce_vehicle(work, vehicle=vehicle)


async def skip_beat(
    work: Work,
    *,
    access: Access,
    plan_id: UUID,
    reason: str,
    on: date | None = None,
    skip_id: UUID | None = None,
) -> Noted:
    """The plan moves on by one beat. `skip_id`: as its client chose it. Raises CompletedInFuture."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    day = on or work.today
    if day > work.today:
        raise CompletedInFuture(pointer="/on")
    entry = new_entry(work, access, plan, EntryKind.SKIP, day, id_=skip_id)
    entry.note = reason
    entry.due_on, entry.due_metres, entry.due_minutes = (
        plan.due_on,
        plan.due_metres,
        plan.due_minutes,
    )
    return Noted(entry, await moved(work, plan, vehicle))


async def read_noted(work: Work, *, access: Access, plan_id: UUID, entry_id: UUID) -> Noted:
    """What was said, and where the plan stands now. Raises NotFound."""
    entry = await work.plan_entries.one_seen(access, entry_id)
    if entry.plan_id != plan_id:
        raise NotFound
    told = [id_ for id_ in (entry.reading_id, entry.hours_reading_id) if id_ is not None]
    readings = await work.readings.some_of_vehicle(entry.vehicle_id, told) if told else []
    is_doubted = any(reading.status != ReadingStatus.ACCEPTED for reading in readings)
    return Noted(entry, await read_plan(work, access=access, plan_id=plan_id), is_doubted)


async def remove_skip(work: Work, *, access: Access, plan_id: UUID, entry_id: UUID) -> None:
    plan, vehicle = await hold_plan(work, access, plan_id)
    entry = await _held_entry(work, access, plan, entry_id, EntryKind.SKIP)
    await work.plan_entries.remove(entry)
    await moved(work, plan, vehicle)


async def pause_plan(
    work: Work,
    *,
    access: Access,
    plan_id: UUID,
    on: date | None,
    reason: str | None,
    pause_id: UUID | None = None,
) -> Noted:
    """Days do not count from `on` (today) until it is resumed. Raises PausedAlready, PauseTooEarly, CompletedInFuture."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    entry = await _pause(work, access, plan, on or work.today, pause_id)
    entry.note = reason
    return Noted(entry, await moved(work, plan, vehicle))


async def resume_plan(work: Work, *, access: Access, plan_id: UUID, on: date | None) -> Noted:
    """Days count again from `on` (today). Raises NotPaused, ResumedTooEarly, CompletedInFuture."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    entry = await _resume(work, plan, on or work.today)
    return Noted(entry, await moved(work, plan, vehicle))


async def hold_plan(work: Work, access: Access, plan_id: UUID) -> tuple[MaintenancePlan, Vehicle]:
    """Its car is held first. Raises NotFound, RoleInsufficient."""
    vehicle_id = await work.plans.vehicle_of(access, plan_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    return await work.plans.one_changed(access, plan_id), vehicle


async def _held_entry(
    work: Work, access: Access, plan: MaintenancePlan, entry_id: UUID, kind: EntryKind
) -> PlanEntry:
    entry = await work.plan_entries.one_changed(access, entry_id)
    if entry.plan_id != plan.id or entry.kind != kind:
        raise NotFound
    return entry


def new_entry(
    work: Work,
    access: Access,
    plan: MaintenancePlan,
    kind: EntryKind,
    on: date,
    *,
    id_: UUID | None = None,
) -> PlanEntry:
    return work.plan_entries.add(
        PlanEntry(
            id=id_ or new_id(),
            owner_id=plan.owner_id,
            vehicle_id=plan.vehicle_id,
            plan_id=plan.id,
            made_by=access.person,
            kind=kind,
            begins_on=on,
            created_at=work.now,
            updated_at=work.now,
        )
    )


async def _pause(
    work: Work, access: Access, plan: MaintenancePlan, on: date, id_: UUID | None
) -> PlanEntry:
    pauses = await _pauses(work, plan)
    if on > work.today:
        raise CompletedInFuture(pointer="/on")
    if pauses and pauses[-1].ends_on is None:
        raise PausedAlready
    if pauses and on < (pauses[-1].ends_on or on):
        raise PauseTooEarly(pointer="/on", last_ended_on=str(pauses[-1].ends_on))
    return new_entry(work, access, plan, EntryKind.PAUSE, on, id_=id_)


async def _resume(work: Work, plan: MaintenancePlan, on: date) -> PlanEntry:
    pauses = await _pauses(work, plan)
    if not pauses or pauses[-1].ends_on is not None:
        raise NotPaused
    if on > work.today:
        raise CompletedInFuture(pointer="/on")
    if on < pauses[-1].begins_on:
        raise ResumedTooEarly(pointer="/on")
    pauses[-1].ends_on = on
    pauses[-1].updated_at = work.now
    return pauses[-1]


async def _pauses(work: Work, plan: MaintenancePlan) -> Sequence[PlanEntry]:
    return await work.plan_entries.of_plan(plan.id, EntryKind.PAUSE)


async def moved(work: Work, plan: MaintenancePlan, vehicle: Vehicle) -> PlanView:
    rate = await recompute(work, vehicle=vehicle)
    running = await running_of(work, vehicle)
    return view_of(plan, vehicle, rate, running, today=work.today)
