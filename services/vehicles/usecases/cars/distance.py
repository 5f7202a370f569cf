from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.distance import Driven, distance_between
from services.vehicles.domain.cars.odometer import Meter, MeterKind
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import RoleInsufficient


async def measure(
    work: Work, *, access: Access, vehicle_id: UUID, since: date, until: date
) -> tuple[Vehicle, Driven | None, Driven | None]:
    """How far a car was driven in those days, both included, and how long it ran, in minutes; each None where it counts none or its
    readings say nothing. Raises NotFound, RoleInsufficient.
    """
    vehicle = await read_vehicle(work, access=access, vehicle_id=vehicle_id)
    if not standing_of(vehicle, access.person).may(May.READ_LEDGER):
        raise RoleInsufficient
    found = {
        meter: await _between(work, vehicle, meter, since, until)
        for meter in Meter
        if MeterKind(vehicle.meter).has(meter)
    }
    return vehicle, found.get(Meter.DISTANCE), found.get(Meter.HOURS)


async def _between(
    work: Work, vehicle: Vehicle, meter: Meter, since: date, until: date
) -> Driven | None:
    ledgers = await work.readings.of_period([vehicle.id], since, until, meter)
    return distance_between(ledgers.get(vehicle.id, []), since, until)
