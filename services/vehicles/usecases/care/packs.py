"""Many plans at once: a whole pack of templates, another car's plans, a file. Each has its own answer, and the car is worked out once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.vehicles.domain.care.beats import PlanMode
from services.vehicles.domain.care.services import canonical, is_known, service_types
from services.vehicles.domain.care.templates import Fit, Use, fit, templates
from services.vehicles.domain.cars.roles import May
from services.vehicles.errors.care import PlanWithoutInterval, UnknownService, UnknownTemplate
from services.vehicles.storage.care.models import MaintenancePlan
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.plans import (
    Intervals,
    PlanFacts,
    PlanView,
    new_plan,
    running_of,
    view_of,
)
from services.vehicles.usecases.care.templates import ready_intervals
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access


class Result(StrEnum):
    CREATED = "created"
    WOULD_BE_CREATED = "would_be_created"
    """In a dry run."""
    EXISTS = "exists"
    DOES_NOT_FIT = "does_not_fit"
    NEEDS_CONFIRMATION = "needs_confirmation"


@dataclass(frozen=True, slots=True)
class Planned:
    facts: PlanFacts
    ready: Intervals


@dataclass(frozen=True, slots=True)
class Outcome:
    service_type: str
    result: Result
    plan: UUID | None = None
    """The one that was made, or is there."""
    view: PlanView | None = None


@dataclass(frozen=True, slots=True)
class PackUse:
    """Which templates, how the car is used, and which of those that ask are right for it."""

    use: Use
    mode: PlanMode
    only: Collection[str] | None
    confirmed: Collection[str]


async def apply_pack(
    work: Work, *, access: Access, vehicle_id: UUID, pack: PackUse
) -> list[Outcome]:
    """Raises UnknownTemplate."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    for name, ids in (("templates", pack.only or ()), ("confirmed", pack.confirmed)):
        for number, id_ in enumerate(ids):
            if id_ not in templates():
                raise UnknownTemplate(pointer=f"/{name}/{number}")
    planned, others = [], []
    for id_, ready in templates().items():
        if pack.only is not None and id_ not in pack.only:
            continue
        found = fit(ready, vehicle, is_confirmed=id_ in pack.confirmed)
        if found is Fit.YES:
            facts = PlanFacts(service_type=id_, mode=pack.mode)
            planned.append(Planned(facts, ready_intervals(ready, pack.use)))
        elif found is Fit.ASK:
            others.append(Outcome(id_, Result.NEEDS_CONFIRMATION))
        elif pack.only is not None:
            others.append(Outcome(id_, Result.DOES_NOT_FIT))
    return await _begin_all(work, access, vehicle, planned) + others


async def copy_plans(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    from_vehicle: UUID,
    only: Collection[UUID] | None,
) -> list[Outcome]:
    """The rules of another car's plans, not its history: the start is this car's own."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    await read_vehicle(work, access=access, vehicle_id=from_vehicle, may=May.READ_CARE)
    planned, others = [], []
    for plan in await work.plans.all_seen(access, vehicle_id=from_vehicle):
        if only is not None and plan.id not in only:
            continue
        known = service_types().get(canonical(plan.service_type))
        if known and not known.suits(fuel=vehicle.fuel_type, transmission=vehicle.transmission):
            others.append(Outcome(plan.service_type, Result.DOES_NOT_FIT))
        else:
            planned.append(_planned(plan, source=f"copy:{from_vehicle}"))
    return await _begin_all(work, access, vehicle, planned) + others


def _planned(plan: MaintenancePlan, *, source: str) -> Planned:
    facts = PlanFacts(
        service_type=plan.service_type,
        title=plan.title,
        mode=PlanMode(plan.mode),
        lead_days=plan.lead_days,
        lead_metres=plan.lead_metres,
        lead_minutes=plan.lead_minutes,
        active=plan.active,
    )
    ready = Intervals(plan.every_metres, plan.every_months, plan.every_minutes, source)
    return Planned(facts, ready)


async def import_pack(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    planned: Sequence[Planned],
    is_dry_run: bool,
) -> list[Outcome]:
    """Raises UnknownService, PlanWithoutInterval with the place in the file."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    for number, each in enumerate(planned):
        service, ready = each.facts["service_type"], each.ready
        if each.facts.get("title") is None and not is_known(service):
            raise UnknownService(pointer=f"/plans/{number}/service_type")
        if not any((ready.metres, ready.months, ready.minutes)):
            raise PlanWithoutInterval(pointer=f"/plans/{number}/every_months")
    return await _begin_all(work, access, vehicle, planned, is_dry_run=is_dry_run)


async def _begin_all(
    work: Work,
    access: Access,
    vehicle: Vehicle,
    planned: Sequence[Planned],
    *,
    is_dry_run: bool = False,
) -> list[Outcome]:
    there = {canonical(p.service_type): p.id for p in await work.plans.of_vehicle(vehicle.id)}
    made: list[MaintenancePlan] = []
    outcomes: list[Outcome] = []
    for each in planned:
        service = canonical(each.facts["service_type"])
        if service in there:
            outcomes.append(Outcome(service, Result.EXISTS, there[service]))
            continue
        plan = await new_plan(work, vehicle, each.facts, ready=each.ready)
        there[service] = plan.id
        if is_dry_run:
            outcomes.append(Outcome(service, Result.WOULD_BE_CREATED))
            continue
        plan.made_by = access.person
        made.append(work.plans.add(plan))
        outcomes.append(Outcome(service, Result.CREATED, plan.id))
    if not made:
        return outcomes
    rate = await recompute(work, vehicle=vehicle)
    running = await running_of(work, vehicle)
    views = {plan.id: view_of(plan, vehicle, rate, running, today=work.today) for plan in made}
    return [
        Outcome(each.service_type, each.result, each.plan, views.get(each.plan))
        if each.plan
        else each
        for each in outcomes
    ]
