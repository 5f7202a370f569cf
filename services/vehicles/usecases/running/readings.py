"""What a fill tells the odometer's ledger: its reading, or the place its trip leads to."""

from collections.abc import Sequence

from services.vehicles.domain.cars.odometer import ReadingSource, ReadingStatus
from services.vehicles.domain.running.trips import Leg, places_by_trip
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.running.models import Fill
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    take_reading,
    void_reading_of_record,
)
from services.vehicles.usecases.work import Work


async def follow_fills(work: Work, *, vehicle: Vehicle, changed: Sequence[Fill]) -> None:
    """Bring the ledger up to what the fills say now. The caller holds the car; what hangs on it is worked out anew, once."""
    await work.flush()
    moved = await _follow_trips(work, vehicle)
    changes = [await _follow_ledger(work, fill, vehicle) for fill in {*changed, *moved}]
    if any(changes):
        await recompute(work, vehicle=vehicle)
        announce_vehicle(work, vehicle=vehicle)


async def _follow_trips(work: Work, vehicle: Vehicle) -> list[Fill]:
    """Those that stand elsewhere now, because something before them changed."""
    if not await work.fills.has_trips(vehicle.id):
        return []
    fills = await work.fills.moving_of(vehicle.id)
    places = places_by_trip(_leg(fill) for fill in fills)
    moved = []
    for fill in fills:
        place = places.get(fill.id)
        fill.by_trip_metres = place
        is_typed = fill.odometer_metres is not None and not fill.odometer_derived
        if not is_typed and fill.odometer_metres != place:
            fill.odometer_metres, fill.odometer_derived = place, place is not None
            moved.append(fill)
    return moved


def _leg(fill: Fill) -> Leg:
    typed = None if fill.odometer_derived else fill.odometer_metres
    return Leg(fill.id, fill.day, fill.at, typed, fill.trip_metres)


async def _follow_ledger(work: Work, fill: Fill, vehicle: Vehicle) -> bool:
    """Whether the ledger changed. What changed takes its old reading out again."""
    is_here = fill.trashed_at is None and fill.vehicle_id == vehicle.id
    says = fill.odometer_metres if is_here else None
    known = await work.readings.of_record(fill.id)
    if known is not None and known.status != ReadingStatus.VOID:
        if (known.metres, known.read_on, known.vehicle_id) == (says, fill.day, vehicle.id):
            return False
        await void_reading_of_record(work, record_id=fill.id)
    fill.reading_id = None
    if says is None:
        return known is not None
    new = NewReading(says, fill.day, ReadingSource.FUEL, record_id=fill.id)
    fill.reading_id = (await take_reading(work, vehicle=vehicle, new=new)).id
    return True
