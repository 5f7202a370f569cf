"""Where a car stands, worked out from its ledger alone: whatever order the changes came in, the same history gives the same car."""

from collections.abc import Sequence

from services.vehicles.domain.cars.forecast import Rate, estimate_rate
from services.vehicles.domain.cars.odometer import Reading, current
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work


async def recompute(work: Work, *, vehicle: Vehicle) -> Rate:
    """The caller holds the vehicle; announcing it is the caller's part too. What follows the car is worked out anew with it."""
    await work.flush()  # what was just added is read below
    ledger = await work.readings.accepted(vehicle.id)
    latest = current(ledger)
    vehicle.odometer_metres = latest.metres if latest else None
    vehicle.odometer_on = latest.read_on if latest else None
    rate = rate_of(vehicle, ledger)
    vehicle.metres_a_year = rate.metres_a_year if rate.weight else None
    for follow in work.followers:
        await follow(work, vehicle, ledger, rate)
    return rate


def rate_of(vehicle: Vehicle, ledger: Sequence[Reading]) -> Rate:
    return estimate_rate(ledger, built_year=vehicle.year)
