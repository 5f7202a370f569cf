from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.distance import Driven, distance_between
from services.vehicles.domain.cars.odometer import Meter, MeterKind
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.days import day_at
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import RoleInsufficient

A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Measured:
    """How far a car was driven in those days, both included, and how long it ran, in minutes; each None where it counts none or its
    readings say nothing.
    """

    vehicle: Vehicle
    since: date
    until: date
    driven: Driven | None
    ran: Driven | None


async def measure(
    work: Work, *, access: Access, vehicle_id: UUID, since: date | None, until: date | None
) -> Measured:
    """The last year when nothing is said. Raises NotFound, RoleInsufficient."""
    vehicle = await read_vehicle(work, access=access, vehicle_id=vehicle_id)
    if not standing_of(vehicle, access.person).may(May.READ_LEDGER):
        raise RoleInsufficient
    last = until or await day_at(work, access, vehicle)
    first = since or max(last, date.min + A_YEAR) - A_YEAR
    found = {
        meter: await _between(work, vehicle, meter, first, last)
        for meter in Meter
        if MeterKind(vehicle.meter).has(meter)
    }
    return Measured(vehicle, first, last, found.get(Meter.DISTANCE), found.get(Meter.HOURS))


async def _between(
    work: Work, vehicle: Vehicle, meter: Meter, since: date, until: date
) -> Driven | None:
    ledgers = await work.readings.of_period([vehicle.id], since, until, meter)
    return distance_between(ledgers.get(vehicle.id, []), since, until)
