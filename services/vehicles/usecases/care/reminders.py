from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypedDict
from uuid import UUID

from pydantic import BaseModel

from services.vehicles.domain.care.plans import LEAD_DAYS, LEAD_METRES, plan_forecast
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.forecast import DueRange
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.errors.care import ReminderWithoutDue
from services.vehicles.storage.care.models import CalendarToken, MaintenancePlan, Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.schedule import (
    forecast_of,
    place_reminder,
    reminder_rule,
)
from services.vehicles.usecases.cars.ledger import rate_of
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import ReminderDue
from shared.errors import NotFound
from shared.ids import new_id
from shared.local_day import days_by_zone, is_daytime
from shared.security.secrets import digest, opaque_token

REMIND = "vehicles.remind"
BATCH = 1000


class ReminderStatus(StrEnum):
    ACTIVE = "ACTIVE"
    DISMISSED = "DISMISSED"


class ReminderFacts(TypedDict, total=False):
    """What an owner says about a reminder; distances in the car's unit; what is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    title: str
    note: str | None
    due_on: date | None
    due_distance: int | None
    lead_days: int
    lead_distance: int


async def add_reminder(
    work: Work, *, access: Access, vehicle_id: UUID, facts: ReminderFacts
) -> tuple[Reminder, Vehicle]:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, shared=True)
    reminder = Reminder(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        version=1,
        lead_days=LEAD_DAYS,
        lead_metres=LEAD_METRES,
        status=ReminderStatus.ACTIVE,
        revision=1,
        made_by=access.person,
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(reminder, vehicle, facts)
    work.reminders.add(reminder)
    await place_reminder(work, reminder=reminder, vehicle=vehicle)
    return reminder, vehicle


async def edit_reminder(
    work: Work, *, access: Access, reminder_id: UUID, facts: ReminderFacts
) -> tuple[Reminder, Vehicle]:
    reminder, vehicle = await _held(work, access, reminder_id)
    if {"due_on", "due_distance", "lead_days", "lead_distance"} & set(facts):
        reminder.revision += 1
        reminder.snoozed_until = None
    _describe(reminder, vehicle, facts)
    await _placed(work, reminder, vehicle)
    return reminder, vehicle


async def snooze_reminder(
    work: Work, *, access: Access, reminder_id: UUID, until: date
) -> tuple[Reminder, Vehicle]:
    """Silent until then; it is told anew on that day."""
    reminder, vehicle = await _held(work, access, reminder_id)
    reminder.snoozed_until = until
    reminder.status = ReminderStatus.ACTIVE
    reminder.revision += 1
    await _placed(work, reminder, vehicle)
    return reminder, vehicle


async def dismiss_reminder(
    work: Work, *, access: Access, reminder_id: UUID
) -> tuple[Reminder, Vehicle]:
    reminder, vehicle = await _held(work, access, reminder_id)
    reminder.status = ReminderStatus.DISMISSED
    await _placed(work, reminder, vehicle)
    return reminder, vehicle


async def remove_reminder(work: Work, *, access: Access, reminder_id: UUID) -> None:
    reminder = await work.reminders.one_changed(access, reminder_id)
    await work.reminders.remove(reminder)


async def read_reminder(
    work: Work, *, access: Access, reminder_id: UUID
) -> tuple[Reminder, Vehicle]:
    reminder = await work.reminders.one_seen(access, reminder_id)
    return reminder, await work.vehicles.one_seen(access, reminder.vehicle_id)


async def _held(work: Work, access: Access, reminder_id: UUID) -> tuple[Reminder, Vehicle]:
    vehicle_id = await work.reminders.vehicle_of(access, reminder_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, shared=True)
    reminder = await work.reminders.one_changed(access, reminder_id)
    return reminder, vehicle


async def _placed(work: Work, reminder: Reminder, vehicle: Vehicle) -> None:
    reminder.version += 1
    reminder.updated_at = work.now
    await place_reminder(work, reminder=reminder, vehicle=vehicle)


def _describe(reminder: Reminder, vehicle: Vehicle, facts: ReminderFacts) -> None:
    said: dict[str, Any] = dict(facts)
    unit = DistanceUnit(vehicle.distance_unit)
    for name in ("due", "lead"):
        if f"{name}_distance" in said:
            distance = said.pop(f"{name}_distance")
            said[f"{name}_metres"] = None if distance is None else to_metres(distance, unit)
    due = (said.get("due_on", reminder.due_on), said.get("due_metres", reminder.due_metres))
    if due == (None, None):
        raise ReminderWithoutDue(pointer="/due_on")
    for name, value in said.items():
        setattr(reminder, name, value)


class RemindOwner(BaseModel):
    owner_id: UUID


async def queue_due(work: Work) -> None:
    """One job for each person whom something falls due, in the daytime of where they live: what is wrong with one of them is theirs
    alone.

    Whose job is dead is not asked again until an operator has looked at it.
    """
    days, last = days_by_zone(work.now, await work.owners.all_zones()), None
    while owners := await work.occurrences.owners_to_remind(
        days, kind=REMIND, after=last, limit=BATCH
    ):
        for owner_id in owners:
            work.enqueue(REMIND, RemindOwner(owner_id=owner_id), key=str(owner_id))
        last = owners[-1]


async def tell_due(work: Work, *, owner_id: UUID) -> None:
    """Each of this owner's plans and reminders whose lead time has begun is told once per occurrence, however many workers look.

    A job that comes late, into their night, leaves it to the morning's.
    """
    access = Access(owner_id)
    zone = await stand_with(work, access)
    if not is_daytime(work.now, zone):
        return
    today = work.today
    for plan in await work.plans.to_remind(access, today):
        await _tell_plan(work, plan)
    for reminder in await work.reminders.to_remind(access, today):
        await _tell_reminder(work, reminder)


async def _tell_plan(work: Work, plan: MaintenancePlan) -> None:
    plan.reminded = plan.occurrence
    vehicle = await work.vehicles.one_seen(Access(plan.owner_id), plan.vehicle_id)
    if not await _first_time(work, plan.owner_id, plan.occurrence):
        return
    rate = rate_of(vehicle, await work.readings.accepted(vehicle.id))
    titles = titles_of(plan.title, plan.service_type)
    found = forecast_of(work, plan, rate).range
    _emit_due(work, plan, vehicle, titles=titles, found=found, service=plan.service_type)


async def _tell_reminder(work: Work, reminder: Reminder) -> None:
    reminder.reminded = reminder.occurrence
    vehicle = await work.vehicles.one_seen(Access(reminder.owner_id), reminder.vehicle_id)
    if not await _first_time(work, reminder.owner_id, reminder.occurrence):
        return
    rate = rate_of(vehicle, await work.readings.accepted(vehicle.id))
    rule, due = reminder_rule(work, reminder)
    found = plan_forecast(rule, due, rate=rate, today=work.today).range
    titles = titles_of(reminder.title, "")
    _emit_due(work, reminder, vehicle, titles=titles, found=found, service=None)


async def _first_time(work: Work, owner_id: UUID, occurrence: str) -> bool:
    return await work.occurrences.add_once(
        owner_id=owner_id, occurrence=occurrence, told_at=work.now
    )


def titles_of(title: str | None, service: str) -> dict[Language, str]:
    """What the owner called it, in every language; else the reference list's names."""
    name = service_name(service)
    return {language: title or (name.into(language) if name else service) for language in Language}


def _emit_due(
    work: Work,
    what: MaintenancePlan | Reminder,
    vehicle: Vehicle,
    *,
    titles: dict[Language, str],
    found: DueRange,
    service: str | None,
) -> None:
    work.emit(
        ReminderDue(
            reminder_id=what.id,
            owner_id=what.owner_id,
            vehicle_id=vehicle.id,
            vehicle_name=vehicle.name,
            service=service,
            titles=titles,
            due_on=found.on,
            due_from=found.earliest,
            due_to=found.latest,
            due_odometer_m=what.due_metres,
            distance_unit=vehicle.distance_unit,
            occurrence=what.occurrence,
        )
    )


async def open_calendar(work: Work, *, access: Access, language: Language) -> str:
    """A new private token for the calendar feed; the old one stops working. Shown once, kept as a digest of its 256 random bits."""
    token = opaque_token()
    await work.calendar_tokens.replace(
        CalendarToken(
            owner_id=access.person,
            token_digest=digest(token),
            language=language.value,
            created_at=work.now,
        )
    )
    return token


async def read_calendar(
    work: Work, *, token: str
) -> tuple[Language, Sequence[MaintenancePlan], Sequence[Reminder], dict[UUID, Vehicle]]:
    """What the feed of this token shows. Raises NotFound for a token nobody holds."""
    found = await work.calendar_tokens.by_digest(digest(token))
    if found is None:
        raise NotFound
    access = Access(found.owner_id)
    await stand_with(work, access)
    plans = await work.plans.active(access)
    reminders = await work.reminders.active(access)
    vehicles = {car.id: car for car in await work.vehicles.all_seen(access)}
    return Language(found.language), plans, reminders, vehicles
