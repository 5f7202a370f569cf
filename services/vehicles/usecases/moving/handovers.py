from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Terms, Work


async def end_links(work: Work, vehicle: Vehicle, _terms: Terms) -> None:
    """Who could write down or read something of a car by its giver's word cannot by its receiver's."""
    await work.guest_links.forget(vehicle.id)
    await work.passport_links.forget(vehicle.id)
