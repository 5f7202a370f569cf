from services.vehicles.usecases.cars.trash import empty
from services.vehicles.usecases.work import Work
from shared.bus.schedule import every


@every("*/10 * * * *", name="vehicles.empty_trash")
async def empty_trash(work: Work) -> None:
    """Some each time: what a batch leaves, the next slot takes."""
    await empty(work)
