"""A new instrument cluster: readings from its day on are its own, and what the car has travelled goes on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.odometer import Meter, MeterKind
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.segments import segment_of
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.errors.cars import MeterMissing, SegmentExists
from services.vehicles.storage.cars.models import OdometerSegment, Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.judging import judge_all
from services.vehicles.usecases.cars.ledger import place_segments, recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class NewSegment:
    """Of a meter of hours, minutes."""

    starts_on: date
    new_start: int
    old_end: int | None = None
    """Where the old one ended, if anybody knows."""
    meter: Meter = Meter.DISTANCE
    unit: DistanceUnit | None = None
    """In which the new one counts, where that is not what the old one did."""
    id: UUID | None = None
    """As its client chose it."""


async def begin_segment(
    work: Work, *, access: Access, vehicle_id: UUID, new: NewSegment
) -> tuple[OdometerSegment, Vehicle]:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.JUDGE_READING)
    if not MeterKind(vehicle.meter).has(new.meter):
        raise MeterMissing(pointer="/meter")
    known = await work.segments.of_meter(vehicle.id, new.meter)
    if any(each.starts_on == new.starts_on for each in known):
        raise SegmentExists(pointer="/starts_on")
    before = next((each for each in reversed(known) if each.starts_on < new.starts_on), None)
    row = work.segments.add(
        OdometerSegment(
            id=new.id or new_id(),
            owner_id=vehicle.owner_id,
            vehicle_id=vehicle.id,
            made_by=access.person,
            meter=new.meter,
            starts_on=new.starts_on,
            old_end=new.old_end,
            new_start=new.new_start,
            unit=new.unit,
            offset_metres=0,
            is_lower_bound=False,
            created_at=work.now,
            updated_at=work.now,
        )
    )
    await work.flush()
    old = before.id if before else None
    await work.readings.move(vehicle.id, new.meter, old, row.id, after=new.starts_on)
    await _divide_the_day(work, vehicle, row, old)
    is_present = all(each.starts_on < new.starts_on for each in known)
    if new.unit and is_present:
        vehicle.distance_unit = new.unit
    await _judge(work, vehicle, new.meter)
    return row, vehicle


async def read_segment(
    work: Work, *, access: Access, segment_id: UUID
) -> tuple[OdometerSegment, Vehicle]:
    row = await work.segments.one_seen(access, segment_id)
    return row, await work.vehicles.one_seen(access, row.vehicle_id)


async def end_segment(work: Work, *, access: Access, vehicle_id: UUID, segment_id: UUID) -> None:
    """It never was: its readings are those of the cluster before."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.JUDGE_READING)
    row = await work.segments.one_changed(access, segment_id)
    if row.vehicle_id != vehicle.id:
        raise NotFound
    meter = Meter(row.meter)
    known = await work.segments.of_meter(vehicle.id, meter)
    before = next((each for each in reversed(known) if each.starts_on < row.starts_on), None)
    await work.readings.move(vehicle.id, meter, row.id, before.id if before else None)
    await work.segments.remove(row)
    await _judge(work, vehicle, meter)


async def _divide_the_day(
    work: Work, vehicle: Vehicle, row: OdometerSegment, old: UUID | None
) -> None:
    """On the day of the change either cluster may have been read."""
    await place_segments(work, vehicle)
    segments = await work.segments.of_meter(vehicle.id, Meter(row.meter))
    day = row.starts_on
    for reading in await work.readings.of_day(vehicle.id, Meter(row.meter), old, day):
        shown_by = segment_of(segments, day, reading.metres)
        reading.segment_id = shown_by.id if shown_by else None


async def _judge(work: Work, vehicle: Vehicle, meter: Meter) -> None:
    await judge_all(work, vehicle=vehicle, meter=meter)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
