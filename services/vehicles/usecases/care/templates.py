from uuid import UUID

from services.vehicles.domain.care.services import template as ready_template
from services.vehicles.errors.care import TemplateDoesNotFit
from services.vehicles.usecases.care.plans import Intervals, PlanFacts, PlanView, begin_plan
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound


async def apply_template(
    work: Work, *, access: Access, vehicle_id: UUID, template: str, facts: PlanFacts
) -> PlanView:
    """The ready intervals, for this car; what the owner adds (when it was done last, another rhythm) wins."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    ready = ready_template(template)
    if ready is None:
        raise NotFound
    if not ready.suits(fuel=vehicle.fuel_type, transmission=vehicle.transmission):
        raise TemplateDoesNotFit(pointer="/template")
    return await begin_plan(
        work,
        vehicle,
        PlanFacts(service_type=ready.id, **facts),
        made_by=access.person,
        ready=Intervals(ready.every_metres, ready.every_months),
    )
