"""When a plan will fall due, shown before anything is kept: of one that is not made yet, changed, or done on some day."""

from uuid import UUID

from sqlalchemy import inspect

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.storage.care.models import MaintenancePlan, PlanEntry
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.books import EntryKind, open_book
from services.vehicles.usecases.care.completions import Completion
from services.vehicles.usecases.care.plans import (
    PlanFacts,
    PlanView,
    describe_plan,
    new_plan,
    travelled,
    view_of,
)
from services.vehicles.usecases.care.schedule import place
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id


async def preview_new(
    work: Work, *, access: Access, vehicle_id: UUID, facts: PlanFacts, done: Completion | None
) -> PlanView:
    """Raises PlanWithoutInterval, UnknownService."""
    vehicle = await _seen_car(work, access, vehicle_id)
    plan = await new_plan(work, vehicle, facts)
    return await _placed(work, vehicle, plan, done)


async def preview_change(
    work: Work, *, access: Access, plan_id: UUID, facts: PlanFacts, done: Completion | None
) -> PlanView:
    """Raises PlanWithoutInterval, UnknownService."""
    kept = await work.plans.one_seen(access, plan_id)
    vehicle = await _seen_car(work, access, kept.vehicle_id)
    columns = inspect(MaintenancePlan).column_attrs
    plan = MaintenancePlan(**{column.key: getattr(kept, column.key) for column in columns})
    await describe_plan(work, plan, vehicle, facts)
    return await _placed(work, vehicle, plan, done)


async def _seen_car(work: Work, access: Access, vehicle_id: UUID) -> Vehicle:
    return await hold_vehicle(
        work, access=access, vehicle_id=vehicle_id, may=May.READ_CARE, shared=True
    )


async def _placed(
    work: Work, vehicle: Vehicle, plan: MaintenancePlan, done: Completion | None
) -> PlanView:
    """`plan` is in no session, and nothing of it is kept. A reading given with `done` is taken as believed."""
    book = await open_book(work, vehicle)
    if done is not None:
        unit = DistanceUnit(vehicle.distance_unit)
        shown = None if done.distance is None else to_metres(done.distance, unit)
        metres = await travelled(work, vehicle, shown, done.on)
        entry = PlanEntry(
            id=new_id(),
            plan_id=plan.id,
            kind=EntryKind.DONE,
            begins_on=done.on,
            minutes=done.minutes,
        )
        book.note(entry, metres, done.minutes)
    for name, value in place(plan, book, work.today).items():
        setattr(plan, name, value)
    return view_of(plan, vehicle, book.odometer.known_rate, book.running, today=work.today)
