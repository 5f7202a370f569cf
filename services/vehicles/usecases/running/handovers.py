from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Terms, Work


async def hand_over_fills(work: Work, vehicle: Vehicle, terms: Terms) -> None:
    """They go with the car, without what is not included; no tariff of the giver's prices them any more."""
    await work.fills.hand_over(
        vehicle.id, costs=terms.include_costs, documents=terms.include_documents
    )
