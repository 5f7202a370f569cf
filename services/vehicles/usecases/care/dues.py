from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.dues import FallsDue
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work


async def dues_of(work: Work, vehicle: Vehicle) -> list[FallsDue]:
    """A car's plans; the caller holds it."""
    return [
        FallsDue(
            id=plan.id,
            title=plan.title or service_name(plan.service_type) or plan.service_type,
            due_on=plan.due_on,
            due_metres=plan.due_metres,
            due_minutes=plan.due_minutes,
            forecast_on=plan.forecast_on,
        )
        for plan in await work.plans.of_vehicle(vehicle.id)
    ]
