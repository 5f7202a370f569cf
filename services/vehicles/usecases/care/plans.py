from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.care.plans import (
    LEAD_DAYS,
    LEAD_METRES,
    Due,
    Forecast,
    PlanMode,
    Urgency,
    urgency,
)
from services.vehicles.domain.care.services import canonical, is_known, listed
from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.errors.care import PlanExists, PlanWithoutInterval, UnknownService
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.occurrences import forget_what
from services.vehicles.usecases.care.schedule import due_of, forecast_of
from services.vehicles.usecases.cars.ledger import rate_of, recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id

RULE_FIELDS = frozenset({"mode", "every_distance", "every_months", "start_on", "start_distance"})


class PlanFacts(TypedDict, total=False):
    """What an owner says about recurring work; distances in the car's unit; what is absent stays as it is."""

    service_type: str
    title: str | None
    mode: PlanMode
    every_distance: int | None
    every_months: int | None
    lead_days: int
    lead_distance: int
    start_on: date
    start_distance: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan, where it stands and when it falls due."""

    plan: MaintenancePlan
    vehicle: Vehicle
    due: Due
    forecast: Forecast
    urgency: Urgency
    rate: Rate


async def add_plan(work: Work, *, access: Access, vehicle_id: UUID, facts: PlanFacts) -> PlanView:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    return await begin_plan(work, vehicle, facts, every_metres=None, every_months=None)


async def begin_plan(
    work: Work,
    vehicle: Vehicle,
    facts: PlanFacts,
    *,
    every_metres: int | None,
    every_months: int | None,
) -> PlanView:
    service = canonical(facts["service_type"])
    for known in await work.plans.of_vehicle(vehicle.id):
        if canonical(known.service_type) == service:
            raise PlanExists(pointer="/service_type", plan_id=str(known.id))
    plan = MaintenancePlan(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        version=1,
        mode=PlanMode.FLOATING,
        every_metres=every_metres,
        every_months=every_months,
        lead_days=LEAD_DAYS,
        lead_metres=LEAD_METRES,
        start_on=work.today,
        start_is_assumed="start_on" not in facts,
        active=True,
        revision=1,
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(plan, vehicle, facts)
    work.plans.add(plan)
    rate = await recompute(work, vehicle=vehicle)
    return _view(work, plan, vehicle, rate)


async def edit_plan(work: Work, *, access: Access, plan_id: UUID, facts: PlanFacts) -> PlanView:
    vehicle_id = await work.plans.vehicle_of(access, plan_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    plan = await work.plans.one_changed(access, plan_id)
    if RULE_FIELDS & set(facts):
        plan.revision += 1
    if "start_on" in facts:
        plan.start_is_assumed = False
    _describe(plan, vehicle, facts)
    plan.version += 1
    plan.updated_at = work.now
    rate = await recompute(work, vehicle=vehicle)
    return _view(work, plan, vehicle, rate)


async def remove_plan(work: Work, *, access: Access, plan_id: UUID) -> None:
    plan = await work.plans.one_changed(access, plan_id)
    await forget_what(work, vehicle_id=plan.vehicle_id, what_id=plan.id)
    await work.plans.remove(plan)


def _describe(plan: MaintenancePlan, vehicle: Vehicle, facts: PlanFacts) -> None:
    said: dict[str, Any] = dict(facts)
    unit = DistanceUnit(vehicle.distance_unit)
    for name in ("every", "lead", "start"):
        if f"{name}_distance" in said:
            distance = said.pop(f"{name}_distance")
            said[f"{name}_metres"] = None if distance is None else to_metres(distance, unit)
    title = said.get("title", plan.title)
    service = said.get("service_type", plan.service_type)
    if title is None and not is_known(service):
        raise UnknownService(pointer="/service_type")
    said["service_type"] = listed(service)
    every = (
        said.get("every_metres", plan.every_metres),
        said.get("every_months", plan.every_months),
    )
    if not any(every):
        raise PlanWithoutInterval(pointer="/every_months")
    for name, value in said.items():
        setattr(plan, name, value)


async def read_plan(work: Work, *, access: Access, plan_id: UUID) -> PlanView:
    plan = await work.plans.one_seen(access, plan_id)
    return (await view_plans(work, access=access, plans=[plan]))[0]


async def view_plans(
    work: Work, *, access: Access, plans: Sequence[MaintenancePlan]
) -> list[PlanView]:
    """Any number of plans in two queries."""
    if not plans:
        return []
    vehicles = {vehicle.id: vehicle for vehicle in await work.vehicles.all_seen(access)}
    ledgers = await work.readings.accepted_of_each({plan.vehicle_id for plan in plans})
    rates = {id_: rate_of(vehicle, ledgers.get(id_, [])) for id_, vehicle in vehicles.items()}
    return [
        _view(work, plan, vehicles[plan.vehicle_id], rates[plan.vehicle_id])
        for plan in plans
        if plan.vehicle_id in vehicles
    ]


async def due_plans(
    work: Work, *, access: Access, vehicle_id: UUID | None, within_days: int | None
) -> list[PlanView]:
    """Active plans, the most pressing first; a plan without any date comes last."""
    plans = await work.plans.active(access, vehicle_id=vehicle_id)
    views = await view_plans(work, access=access, plans=plans)
    today = work.today
    if within_days is not None:
        views = [view for view in views if _days_left(view, today) <= within_days]
    return sorted(
        views,
        key=lambda view: (
            list(Urgency).index(view.urgency),
            _days_left(view, today),
            str(view.plan.id),
        ),
    )


def _days_left(view: PlanView, today: date) -> int:
    if view.urgency is Urgency.OVERDUE:
        return -1
    on = view.forecast.range.on
    return (on - today).days if on else date.max.toordinal()


def _view(work: Work, plan: MaintenancePlan, vehicle: Vehicle, rate: Rate) -> PlanView:
    due, found = due_of(plan), forecast_of(work, plan, rate)
    return PlanView(
        plan=plan,
        vehicle=vehicle,
        due=due,
        forecast=found,
        urgency=urgency(due, found, today=work.today, metres=vehicle.odometer_metres),
        rate=rate,
    )


async def views_of_vehicle(
    work: Work, *, vehicle: Vehicle, plans: Sequence[MaintenancePlan]
) -> list[PlanView]:
    """For plans of one car that is at hand."""
    rate = rate_of(vehicle, await work.readings.accepted(vehicle.id))
    return [_view(work, plan, vehicle, rate) for plan in plans]
