from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.care.beats import LEAD_DAYS, LEAD_METRES, LEAD_MINUTES, Due, PlanMode
from services.vehicles.domain.care.plans import Forecast, Urgency, urgency
from services.vehicles.domain.care.services import canonical, is_known, listed
from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.cars.segments import travelled_at
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_metres
from services.vehicles.errors.care import PlanExists, PlanWithoutInterval, UnknownService
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.books import NO_GAUGE, Gauge, read_hours
from services.vehicles.usecases.care.occurrences import forget_what
from services.vehicles.usecases.care.schedule import due_of, forecast_of
from services.vehicles.usecases.cars.days import CarDays, days_of
from services.vehicles.usecases.cars.ledger import rate_of, recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id

RULE_COLUMNS = (
    "mode",
    "every_metres",
    "every_months",
    "every_minutes",
    "start_on",
    "start_metres",
    "start_minutes",
    "start_is_assumed",
    "first_due_on",
    "first_due_metres",
    "first_due_minutes",
)
"""Which begin a new cycle when they change."""


class PlanFacts(TypedDict, total=False):
    """What an owner says about recurring work; distances in the car's unit; what is absent stays as it is."""

    service_type: str
    title: str | None
    mode: PlanMode
    every_distance: int | None
    every_months: int | None
    every_minutes: int | None
    lead_days: int
    lead_distance: int
    lead_metres: int
    """Where it is not said in the car's unit."""
    lead_minutes: int
    start_on: date | None
    """When it was done last; None: nobody knows, and the start is assumed again."""
    start_distance: int | None
    start_minutes: int | None
    first_due_on: date | None
    first_due_distance: int | None
    first_due_minutes: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class Intervals:
    """Ready ones, that what the owner says wins over."""

    metres: int | None = None
    months: int | None = None
    minutes: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan, where it stands and when it falls due."""

    plan: MaintenancePlan
    vehicle: Vehicle
    due: Due
    forecast: Forecast
    urgency: Urgency
    rate: Rate
    minutes: int | None
    """What the hour meter shows."""
    today: date

    @property
    def days_left(self) -> int | None:
        """Until the forecast day; none are left of what is overdue."""
        if self.urgency is Urgency.OVERDUE:
            on = self.due.on
            return min((on - self.today).days, 0) if on else 0
        on = self.forecast.range.on
        return None if on is None else (on - self.today).days

    @property
    def metres_left(self) -> int | None:
        return _left(self.due.metres, self.vehicle.travelled_metres)

    @property
    def minutes_left(self) -> int | None:
        return _left(self.due.minutes, self.minutes)


def _left(due: int | None, at: int | None) -> int | None:
    return None if due is None or at is None else due - at


async def add_plan(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    facts: PlanFacts,
    plan_id: UUID | None = None,
) -> PlanView:
    """`plan_id`: as its client chose it."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    return await begin_plan(work, vehicle, facts, made_by=access.person, plan_id=plan_id)


async def begin_plan(
    work: Work,
    vehicle: Vehicle,
    facts: PlanFacts,
    *,
    made_by: UUID,
    ready: Intervals | None = None,
    plan_id: UUID | None = None,
) -> PlanView:
    """The caller holds the vehicle. Raises PlanExists, PlanWithoutInterval, UnknownService."""
    service = canonical(facts["service_type"])
    for known in await work.plans.of_vehicle(vehicle.id):
        if canonical(known.service_type) == service:
            raise PlanExists(pointer="/service_type", plan_id=str(known.id))
    plan = await new_plan(work, vehicle, facts, ready=ready)
    plan.id = plan_id or plan.id
    plan.made_by = made_by
    work.plans.add(plan)
    rate = await recompute(work, vehicle=vehicle)
    running = await running_of(work, vehicle)
    return view_of(plan, vehicle, rate, running, today=work.today)


async def new_plan(
    work: Work, vehicle: Vehicle, facts: PlanFacts, *, ready: Intervals | None = None
) -> MaintenancePlan:
    """Described, and not kept yet. Raises PlanWithoutInterval, UnknownService."""
    ready = ready or Intervals()
    plan = MaintenancePlan(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        version=1,
        mode=PlanMode.FLOATING,
        every_metres=ready.metres,
        every_months=ready.months,
        every_minutes=ready.minutes,
        source=ready.source,
        lead_days=LEAD_DAYS,
        lead_metres=LEAD_METRES,
        lead_minutes=LEAD_MINUTES,
        start_on=work.today,
        start_is_assumed=True,
        assumed_on=work.today,
        active=True,
        revision=1,
        unmoved=[],
        occurrence="",
        created_at=work.now,
        updated_at=work.now,
    )
    await describe_plan(work, plan, vehicle, facts)
    return plan


async def edit_plan(work: Work, *, access: Access, plan_id: UUID, facts: PlanFacts) -> PlanView:
    vehicle_id = await work.plans.vehicle_of(access, plan_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    plan = await work.plans.one_changed(access, plan_id)
    before = [getattr(plan, name) for name in RULE_COLUMNS]
    await describe_plan(work, plan, vehicle, facts)
    if before != [getattr(plan, name) for name in RULE_COLUMNS]:
        plan.revision += 1
    plan.version += 1
    plan.updated_at = work.now
    rate = await recompute(work, vehicle=vehicle)
    running = await running_of(work, vehicle)
    return view_of(plan, vehicle, rate, running, today=work.today)


async def remove_plan(work: Work, *, access: Access, plan_id: UUID) -> None:
    vehicle_id = await work.plans.vehicle_of(access, plan_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    plan = await work.plans.one_changed(access, plan_id)
    await forget_what(work, vehicle=vehicle, what_id=plan.id)
    await work.plans.remove(plan)


async def describe_plan(
    work: Work, plan: MaintenancePlan, vehicle: Vehicle, facts: PlanFacts
) -> None:
    """Refusals first, then the whole change."""
    said: dict[str, Any] = dict(facts)
    _leave_as_shown(plan, vehicle, said)
    await _say_distances(work, plan, vehicle, said)
    title = said.get("title", plan.title)
    service = said.get("service_type", plan.service_type)
    if title is None and not is_known(service):
        raise UnknownService(pointer="/service_type")
    said["service_type"] = listed(service)
    intervals = ("every_metres", "every_months", "every_minutes")
    if not any(said.get(name, getattr(plan, name)) for name in intervals):
        raise PlanWithoutInterval(pointer="/every_months")
    _say_start(said, work.today)
    for name, value in said.items():
        setattr(plan, name, value)


def _leave_as_shown(plan: MaintenancePlan, vehicle: Vehicle, said: dict[str, Any]) -> None:
    """When it was done last is told of records too, as a day and a distance; sent back as it was told it does not become the owner's own
    word. What is said of the hours as well is not a form sent back: it was not told so.
    """
    unit = DistanceUnit(vehicle.distance_unit)
    shown = {
        "start_on": plan.last_done_on,
        "start_distance": in_unit(vehicle.shown(plan.last_done_metres), unit),
    }
    are_same = all(said[name] == known for name, known in shown.items() if name in said)
    if are_same and "start_minutes" not in said:
        for name in shown:
            said.pop(name, None)


async def _say_distances(
    work: Work, plan: MaintenancePlan, vehicle: Vehicle, said: dict[str, Any]
) -> None:
    """In metres, and what a cluster showed as what was travelled. Sent back as it was shown a distance stays what it is, to the metre."""
    unit = DistanceUnit(vehicle.distance_unit)
    days = {"start": said.get("start_on") or plan.start_on, "first_due": date.max}
    for name in ("every", "lead", "start", "first_due"):
        if f"{name}_distance" not in said:
            continue
        distance, column = said.pop(f"{name}_distance"), f"{name}_metres"
        known = getattr(plan, column)
        if name in days:
            known = vehicle.shown(known)
        if distance is None:
            said[column] = None
        elif in_unit(known, unit) != distance:
            metres: int | None = to_metres(distance, unit)
            said[column] = (
                await travelled(work, vehicle, metres, days[name]) if name in days else metres
            )


async def travelled(work: Work, vehicle: Vehicle, shown: int | None, on: date) -> int | None:
    """What the car had travelled when its cluster of that day showed that."""
    if shown is None or not vehicle.odometer_offset:
        return shown
    segments = await work.segments.of_meter(vehicle.id, Meter.DISTANCE)
    return travelled_at(segments, shown, on=on)


def _say_start(said: dict[str, Any], today: date) -> None:
    if "start_on" not in said:
        return
    said["start_is_assumed"] = said["start_on"] is None
    if said["start_on"] is None:
        said |= {"start_on": today, "assumed_on": today}
        said |= {"start_metres": None, "start_minutes": None}


async def read_plan(work: Work, *, access: Access, plan_id: UUID) -> PlanView:
    plan = await work.plans.one_seen(access, plan_id)
    return (await view_plans(work, access=access, plans=[plan]))[0]


async def view_plans(
    work: Work, *, access: Access, plans: Sequence[MaintenancePlan], days: CarDays | None = None
) -> list[PlanView]:
    """Any number of plans in two queries, another where a car has an hour meter, another where cars are others'."""
    if not plans:
        return []
    vehicles = {vehicle.id: vehicle for vehicle in await work.vehicles.all_seen(access)}
    ledgers = await work.readings.accepted_of_each({plan.vehicle_id for plan in plans})
    rates = {id_: rate_of(vehicle, ledgers.get(id_, [])) for id_, vehicle in vehicles.items()}
    running = await read_hours(work, vehicles.values())
    days = days or await days_of(work, access, vehicles.values())
    return [
        view_of(plan, car, rates[car.id], running.get(car.id, NO_GAUGE), today=days.of(car))
        for plan in plans
        if (car := vehicles.get(plan.vehicle_id)) is not None
    ]


async def due_plans(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID | None,
    within_days: int | None,
    days: CarDays | None = None,
) -> list[PlanView]:
    """Active plans of cars that are still theirs, the most pressing first; a plan without any date comes last."""
    plans = await work.plans.active(access, vehicle_id=vehicle_id)
    views = await view_plans(work, access=access, plans=plans, days=days)
    views = [view for view in views if view.vehicle.lifecycle not in GONE]
    if within_days is not None:
        views = [view for view in views if _nearness(view) <= within_days]
    return sorted(
        views,
        key=lambda view: (
            list(Urgency).index(view.urgency),
            _nearness(view),
            view.metres_left or 0,
            str(view.plan.id),
        ),
    )


def _nearness(view: PlanView) -> int:
    """In days; below zero, overdue by so many: what has waited longest comes first."""
    left = None if view.urgency is Urgency.PAUSED else view.days_left
    return date.max.toordinal() if left is None else left


def view_of(
    plan: MaintenancePlan, vehicle: Vehicle, rate: Rate, running: Gauge = NO_GAUGE, *, today: date
) -> PlanView:
    """`today`: of the car."""
    due, found = due_of(plan), forecast_of(plan, rate, running, today)
    minutes = running.last.metres if running.last else None
    pressing = urgency(due, found, today=today, metres=vehicle.travelled_metres, minutes=minutes)
    if plan.paused_on is not None:
        pressing = Urgency.PAUSED
    return PlanView(
        plan=plan,
        vehicle=vehicle,
        due=due,
        forecast=found,
        urgency=pressing,
        rate=rate,
        minutes=minutes,
        today=today,
    )


async def views_of_vehicle(
    work: Work, *, vehicle: Vehicle, plans: Sequence[MaintenancePlan]
) -> list[PlanView]:
    """For plans of one car that is at hand."""
    rate = rate_of(vehicle, await work.readings.accepted(vehicle.id))
    running = await running_of(work, vehicle)
    return [view_of(plan, vehicle, rate, running, today=work.today) for plan in plans]


async def running_of(work: Work, vehicle: Vehicle) -> Gauge:
    return (await read_hours(work, [vehicle])).get(vehicle.id, NO_GAUGE)
