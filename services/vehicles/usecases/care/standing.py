from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.standing import Standing
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work


async def standing_of(work: Work, vehicle: Vehicle) -> list[Standing]:
    """Where a car's plans stand; the caller holds it."""
    return [
        Standing(
            id=plan.id,
            title=plan.title or service_name(plan.service_type) or plan.service_type,
            due_on=plan.due_on,
            due_metres=plan.due_metres,
            forecast_on=plan.forecast_on,
        )
        for plan in await work.plans.of_vehicle(vehicle.id)
    ]
