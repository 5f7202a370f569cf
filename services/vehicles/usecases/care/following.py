"""What a car's ledger moves of its care."""

from collections.abc import Sequence

from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.obligations import follow_obligations
from services.vehicles.usecases.care.occurrences import follow_all
from services.vehicles.usecases.care.warranties import follow_ends
from services.vehicles.usecases.work import Work


async def follow_car(work: Work, vehicle: Vehicle, days: Sequence[Reading], rate: Rate) -> None:
    """Follows a car: its warranties' ends and what the law asks of it, then its plans and reminders, and what falls due of them.

    As many statements for one plan as for thirty.
    """
    if not await work.hold(vehicle.owner_id, wait=False):
        return
    judged = [reading for reading, _ in work.judged.values() if reading.vehicle_id == vehicle.id]
    told = [reading.record_id for reading in judged if reading.record_id]
    care = await work.care_books.of_car(vehicle.id, or_warranted=told)
    if care.warranted:
        await follow_ends(work, vehicle, care.warranted)
    if await follow_obligations(work, vehicle, care) or care.warranted:
        await work.flush()
        care = await work.care_books.of_car(vehicle.id, or_warranted=())
    await follow_all(work, vehicle, days, rate, care)
