from dataclasses import dataclass
from uuid import UUID

from services.vehicles.domain.care.services import ServiceType
from services.vehicles.domain.care.templates import Fit, Use, fit, intervals, version
from services.vehicles.errors.care import TemplateDoesNotFit, TemplateNeedsYes
from services.vehicles.usecases.care.plans import Intervals, PlanFacts, PlanView, begin_plan
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which ready plan, and how."""

    ready: ServiceType
    use: Use
    is_confirmed: bool


async def apply_template(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    chosen: Chosen,
    facts: PlanFacts,
    plan_id: UUID | None = None,
) -> PlanView:
    """The ready intervals, for this car; what the owner adds (when it was done last, another rhythm) wins. `plan_id`: as its client
    chose it.
    """
    ready = chosen.ready
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    match fit(ready, vehicle, is_confirmed=chosen.is_confirmed):
        case Fit.NO:
            raise TemplateDoesNotFit(pointer="/template")
        case Fit.ASK:
            raise TemplateNeedsYes(pointer="/confirmed")
        case Fit.YES:
            return await begin_plan(
                work,
                vehicle,
                PlanFacts(service_type=ready.id, **facts),
                made_by=access.person,
                ready=ready_intervals(ready, chosen.use),
                plan_id=plan_id,
            )


def ready_intervals(ready: ServiceType, use: Use) -> Intervals:
    metres, months = intervals(ready, use)
    return Intervals(metres, months, source=f"{version()}:{use}")
