from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from datetime import time as time_of_day
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.odometer import (
    Doubt,
    Meter,
    MeterKind,
    ReadingSource,
    ReadingStatus,
    trip_differs,
)
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.segments import Segment, segment_of
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.errors.cars import MeterMissing, ReadingSettled, TripWithoutReading
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.judging import judge_reading, line_of, settle, take_out
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id

ONES_OWN_FOR: Final = timedelta(days=1)
"""How long somebody who may only add readings may still take back their own."""


@dataclass(frozen=True, slots=True)
class NewReading:
    """What somebody, or something, read. `metres` are minutes where `meter` is that of hours."""

    metres: int | None
    """What was shown; None where only a trip was told."""
    read_on: date
    source: ReadingSource
    record_id: UUID | None = None
    """The maintenance record that tells it."""
    note: str | None = None
    origin_id: UUID | None = None
    """What else tells it: a fill, a charge, a row of an import."""
    made_by: UUID | None = None
    time: time_of_day | None = None
    """Of the day, where it is known."""
    meter: Meter = Meter.DISTANCE
    segment: UUID | None = None
    """The cluster, where the day does not tell: on the day of a change."""
    trip: int | None = None
    """Since the reading before, in the same measure."""
    derived: bool = False
    """Nobody read it: whoever tells it has worked it out from a trip."""
    unit: DistanceUnit | None = None
    """In which it was told, where that is not the car's."""
    id: UUID | None = None
    """As its client chose it."""
    guest: str | None = None
    """What the link is called by which somebody without an account told it; then nobody made it."""


async def hold_vehicle(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID | None,
    may: May = May.WRITE_CARE,
    shared: bool = False,
) -> Vehicle:
    """The car, locked, for whoever may do that with it: changes of one car happen one after the other; `shared` beside others that
    leave it as it is. From then on today is the car's day. Raises NotFound, RoleInsufficient.
    """
    if vehicle_id is None:
        raise NotFound
    vehicle = await work.vehicles.one_held(access, vehicle_id, may, shared=shared)
    if not await work.hold(vehicle.owner_id, wait=False):
        raise NotFound  # its owner is being erased, and it with them
    work.segments.forget(vehicle_id)
    await stand_by(work, vehicle, access)
    return vehicle


async def take_reading(work: Work, *, vehicle: Vehicle, new: NewReading) -> OdometerReading:
    """Write a reading down and judge it, and others by it; believed or not, it stays in the ledger.

    The caller holds the vehicle, and recomputes it when all is written. Raises MeterMissing, TripWithoutReading.
    """
    if not MeterKind(vehicle.meter).has(new.meter):
        raise MeterMissing
    segments = await work.segments.of_meter(vehicle.id, new.meter)
    told, doubts = await _told(work, vehicle, new, segments)
    segment = _segment(segments, new, told)
    reading = OdometerReading(
        id=new.id or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=new.made_by,
        guest=new.guest,
        meter=new.meter,
        read_on=new.read_on,
        read_time=new.time,
        metres=told,
        unit=new.unit or (vehicle.distance_unit if new.meter is Meter.DISTANCE else None),
        source=new.source,
        doubts=doubts,
        vouched=False,
        derived=new.derived or new.metres is None,
        segment_id=segment,
        record_id=new.record_id,
        origin_id=new.origin_id,
        note=new.note,
        created_at=work.now,
        updated_at=work.now,
    )
    await judge_reading(work, vehicle=vehicle, reading=reading)
    return work.readings.add(reading)


async def record_reading(
    work: Work, *, access: Access, vehicle_id: UUID, told: Callable[[Vehicle, date], NewReading]
) -> tuple[OdometerReading, Vehicle]:
    """`told`: what was read, of this car and on its own today."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.ADD_READING)
    new = replace(told(vehicle, work.today), made_by=access.person)
    reading = await take_reading(work, vehicle=vehicle, new=new)
    await close(work, vehicle)
    return reading, vehicle


async def close(work: Work, vehicle: Vehicle) -> None:
    """Once all readings of a transaction are written: everything worked out from them, once, and the car announced."""
    told = ({reading.status, was} for reading, was in work.judged.values() if reading.status != was)
    if any(ReadingStatus.ACCEPTED in each for each in told):
        await recompute(work, vehicle=vehicle)
        announce_vehicle(work, vehicle=vehicle)


async def accept_reading(
    work: Work, *, access: Access, reading_id: UUID, void_conflicting: bool
) -> OdometerReading:
    """Somebody vouches for a doubted reading: it is believed, and what contradicts it is doubted, or struck out if they say so."""
    vehicle, reading = await _held(work, access, reading_id)
    if reading.status == ReadingStatus.VOID:
        raise ReadingSettled
    if reading.vouched:
        return reading
    believed = set(work.judged)
    reading.vouched = True
    await judge_reading(work, vehicle=vehicle, reading=reading)
    if void_conflicting:
        for id_, (other, was) in list(work.judged.items()):
            if id_ not in believed and was == ReadingStatus.ACCEPTED and other is not reading:
                settle(work, other, ReadingStatus.VOID, other.doubts)
                other.struck_out = True
    await close(work, vehicle)
    return reading


async def void_reading(work: Work, *, access: Access, reading_id: UUID) -> OdometerReading:
    vehicle, reading = await _held(work, access, reading_id)
    if reading.status != ReadingStatus.VOID:
        reading.struck_out = True
        await take_out(work, vehicle=vehicle, reading=reading)
        await close(work, vehicle)
    return reading


async def void_reading_of_record(work: Work, *, record_id: UUID) -> None:
    """A record that changed or went takes its reading with it; the caller holds record and vehicle, and recomputes the car."""
    await _void(work, await work.readings.of_record(record_id))


async def void_reading_of_origin(
    work: Work, *, origin_id: UUID, meter: Meter = Meter.DISTANCE
) -> None:
    """The same for a fill, a charge or whatever else told a reading."""
    await _void(work, await work.readings.of_origin(origin_id, meter))


async def _void(work: Work, reading: OdometerReading | None) -> None:
    if reading is not None:
        [vehicle] = await work.vehicles.these([reading.vehicle_id])
        await take_out(work, vehicle=vehicle, reading=reading)


async def _held(work: Work, access: Access, reading_id: UUID) -> tuple[Vehicle, OdometerReading]:
    """A reading and its car, for whoever may judge it: a driver their own, for a day."""
    reading = await work.readings.one_seen(access, reading_id)
    is_fresh = reading.made_by == access.person and work.now - reading.created_at <= ONES_OWN_FOR
    may = May.ADD_READING if is_fresh else May.JUDGE_READING
    vehicle = await hold_vehicle(work, access=access, vehicle_id=reading.vehicle_id, may=may)
    return vehicle, await work.readings.one_changed(access, reading_id)


async def _told(
    work: Work, vehicle: Vehicle, new: NewReading, segments: list[Segment]
) -> tuple[int, list[str]]:
    """What was shown, and what the trip typed beside it makes doubtful: what is read beats what is worked out."""
    if new.trip is None:
        if new.metres is None:
            raise TripWithoutReading
        return new.metres, []
    before = await _before(work, vehicle, new, segments)
    if before is None:
        if new.metres is None:
            raise TripWithoutReading
        return new.metres, []
    derived = before + new.trip
    if new.metres is None:
        return derived, []
    differs = trip_differs(new.metres, derived, new.trip)
    return new.metres, [Doubt.TRIP_DIFFERS.value] if differs else []


async def _before(
    work: Work, vehicle: Vehicle, new: NewReading, segments: list[Segment]
) -> int | None:
    """What the cluster of that day showed at the last believed reading before."""
    at = new.segment or next(
        (each.id for each in reversed(segments) if each.starts_on <= new.read_on), None
    )
    await work.flush()
    line = line_of(vehicle.id, new.meter, segments, at)
    found = await work.readings.around(line, new.read_on, each_side=1)
    rows = [row for row in found.believed if _is_before(row.read_on, row.read_time, new)]
    if rows:
        return int(max(row.metres for row in rows))
    return next((each.new_start for each in segments if each.id == at), None)


def _is_before(day: date, at: time_of_day | None, new: NewReading) -> bool:
    if day != new.read_on:
        return day < new.read_on
    return new.time is None or at is None or at <= new.time


def _segment(segments: list[Segment], new: NewReading, shown: int) -> UUID | None:
    if new.segment is not None:
        if new.segment not in {each.id for each in segments}:
            raise NotFound(pointer="/segment")
        return new.segment
    found = segment_of(segments, new.read_on, shown)
    return found.id if found else None
