"""What a fill tells the odometer's ledger: its reading, or the place its trip leads to."""

from collections.abc import Sequence
from uuid import UUID

from services.vehicles.domain.cars.odometer import Meter, MeterKind, ReadingSource
from services.vehicles.domain.running.trips import Leg, places_by_trip
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.running.models import Fill
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    close,
    take_reading,
    void_reading_of_origin,
)
from services.vehicles.usecases.work import Work


async def follow_fills(work: Work, *, vehicle: Vehicle, changed: Sequence[Fill]) -> None:
    """Bring the ledger up to what the fills say now. The caller holds the car; what hangs on it is worked out anew, once."""
    await work.flush()
    moved = await _follow_trips(work, vehicle)
    for fill in sorted({*changed, *moved}, key=lambda fill: (fill.day, str(fill.id))):
        await _follow_ledger(work, fill, vehicle)
    await close(work, vehicle)


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


async def _follow_ledger(work: Work, fill: Fill, vehicle: Vehicle) -> None:
    """What it tells of each meter. What changed takes its old reading out again."""
    is_here = fill.trashed_at is None and fill.vehicle_id == vehicle.id
    meters = MeterKind(vehicle.meter)
    distance = fill.odometer_metres if is_here else None
    fill.reading_id = await _told(work, fill, vehicle, Meter.DISTANCE, distance)
    counts_hours = is_here and meters.has(Meter.HOURS)
    hours = fill.engine_minutes if counts_hours else None
    await _told(work, fill, vehicle, Meter.HOURS, hours)


async def _told(
    work: Work, fill: Fill, vehicle: Vehicle, meter: Meter, says: int | None
) -> UUID | None:
    """The reading in which it says so; what somebody has struck out stays so as long as the fill says the same."""
    known = await work.readings.of_origin(fill.id, meter)
    told = known
    if told is None and meter is Meter.DISTANCE:
        told = await work.readings.struck_out(fill.reading_id)
    elif told is None and says is not None:
        told = await work.readings.struck_out_of(fill.id, meter)
    if told is not None:
        says_so = (told.metres, told.read_on, told.read_time, told.derived, told.vehicle_id)
        is_derived = meter is Meter.DISTANCE and fill.odometer_derived
        if says_so == (says, fill.day, fill.at, is_derived, vehicle.id):
            return told.id
    if known is not None:
        await void_reading_of_origin(work, origin_id=fill.id, meter=meter)
    elif told is not None:
        told.struck_out = False  # the fill says something else now
    if says is None:
        return None
    new = NewReading(
        says,
        fill.day,
        ReadingSource.FUEL,
        origin_id=fill.id,
        made_by=fill.made_by,
        guest=fill.guest,
        time=fill.at,
        meter=meter,
        derived=meter is Meter.DISTANCE and fill.odometer_derived,
    )
    return (await take_reading(work, vehicle=vehicle, new=new)).id
