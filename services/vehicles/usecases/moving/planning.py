"""What a file foresees becomes a plan where it comes back, and a reminder where it comes once; its notes become fields of the car."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from services.vehicles.domain.care.services import is_known
from services.vehicles.domain.cars.units import MINUTES_AN_HOUR, DistanceUnit
from services.vehicles.domain.moving.fitting import metres_of
from services.vehicles.domain.moving.found import FoundNote, FoundPlan
from services.vehicles.domain.moving.neutral import clean
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.care.reminder_models import Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.plans import PlanFacts, new_plan
from services.vehicles.usecases.care.reminders import ReminderFacts, new_reminder
from services.vehicles.usecases.moving.judging import note_name, plan_word
from services.vehicles.usecases.moving.landing import line_of, note_of
from services.vehicles.usecases.moving.targets import LONGEST_KEY, LONGEST_VALUE, Target
from services.vehicles.usecases.work import Work
from shared.access import Access

DAYS_A_MONTH: Final = Decimal("30.4375")
REMINDER: Final = "reminder:"


async def land_plan(
    work: Work, access: Access, target: Target, found: FoundPlan
) -> MaintenancePlan | Reminder:
    word = plan_word(found)
    if word.startswith(REMINDER):
        return _remind(work, access, target, found)
    vehicle, unit = target.vehicle, target.terms.distance_unit
    facts: PlanFacts = {
        "service_type": word,
        "title": None if is_known(word) else line_of(found.title) or "-",
        "start_on": found.day,
        "first_due_on": found.next_on,
        "every_months": _months(found),
    }
    if found.every_hours:
        facts["every_minutes"] = round(found.every_hours * MINUTES_AN_HOUR)
    plan = await new_plan(work, vehicle, facts_with(facts, found, unit, vehicle))
    plan.made_by = access.person
    return work.plans.add(plan)


def facts_with(
    facts: PlanFacts, found: FoundPlan, unit: DistanceUnit, vehicle: Vehicle
) -> PlanFacts:
    """Distances in the car's own unit, whole as they are shown."""
    own = DistanceUnit(vehicle.distance_unit)

    def said(distance: Decimal | None) -> int | None:
        metres = metres_of(distance, unit)
        return None if metres is None else round(metres / own.metres)

    facts["every_distance"] = said(found.every_distance)
    facts["first_due_distance"] = said(found.next_at)
    if found.day is not None:
        facts["start_distance"] = said(found.odometer)
    return facts


def _months(found: FoundPlan) -> int | None:
    if found.every_months:
        return found.every_months
    if not found.every_days:
        return None
    return max(1, round(Decimal(found.every_days) / DAYS_A_MONTH))


def _remind(work: Work, access: Access, target: Target, found: FoundPlan) -> Reminder:
    facts: ReminderFacts = {
        "title": line_of(found.title) or "-",
        "note": note_of(found),
        "due_on": found.next_on,
    }
    metres = metres_of(found.next_at, target.terms.distance_unit)
    if metres is not None:
        facts["due_distance"] = round(metres / DistanceUnit(target.vehicle.distance_unit).metres)
    reminder = new_reminder(work, access=access, vehicle=target.vehicle, facts=facts)
    return work.reminders.add(reminder)


def land_note(vehicle: Vehicle, found: FoundNote) -> UUID:
    """A field of its own, named after its title; one of that name that is there is not touched."""
    name = note_name(found)
    value = clean(note_of(found) or found.title, LONGEST_VALUE)
    vehicle.custom_fields = {**vehicle.custom_fields, _free(vehicle, name): value}
    return vehicle.id


def _free(vehicle: Vehicle, name: str) -> str:
    """Two notes of one title are two notes."""
    taken, number, free = vehicle.custom_fields.keys(), 1, name
    while free in taken:
        number += 1
        free = f"{name[: LONGEST_KEY - 5]} ({number})"
    return free
