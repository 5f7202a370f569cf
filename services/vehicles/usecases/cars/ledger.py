"""Where a car stands, worked out from its ledger alone: whatever order the changes came in, the same history gives the same car."""

from collections.abc import Sequence

from services.vehicles.domain.cars.forecast import Rate, estimate_rate
from services.vehicles.domain.cars.hours import minutes_a_year
from services.vehicles.domain.cars.odometer import Meter, MeterKind, Reading, ReadingStatus
from services.vehicles.domain.cars.segments import placed
from services.vehicles.storage.cars.models import OdometerReading, OdometerSegment, Vehicle
from services.vehicles.usecases.cars.judging import line_of
from services.vehicles.usecases.work import Work
from shared.contracts.vehicles import JudgedReading, OdometerRead, ReadingsJudged
from shared.ids import new_id


async def recompute(work: Work, *, vehicle: Vehicle) -> Rate:
    """Once a transaction. The caller holds the vehicle; announcing it is the caller's part too. What follows the car is worked out
    anew with it, and what has become of its readings is told.
    """
    await work.flush()  # what was just added is read below
    await place_segments(work, vehicle)
    ledger = await work.readings.accepted(vehicle.id)
    latest = ledger[-1] if ledger else None
    vehicle.odometer_metres = latest.shown if latest else None
    vehicle.odometer_on = latest.read_on if latest else None
    rate = rate_of(vehicle, ledger)
    vehicle.metres_a_year = rate.metres_a_year if rate.weight else None
    if MeterKind(vehicle.meter).has(Meter.HOURS):
        await _count_hours(work, vehicle)
    for follow in work.followers:
        await follow(work, vehicle, ledger, rate)
    _tell(work, vehicle)
    return rate


def rate_of(vehicle: Vehicle, ledger: Sequence[Reading]) -> Rate:
    return estimate_rate(ledger, built_year=vehicle.year)


async def _count_hours(work: Work, vehicle: Vehicle) -> None:
    hours = await work.readings.accepted(vehicle.id, Meter.HOURS)
    vehicle.hours_minutes = hours[-1].shown if hours else None
    vehicle.hours_on = hours[-1].read_on if hours else None
    vehicle.minutes_a_year = minutes_a_year(hours)


async def place_segments(work: Work, vehicle: Vehicle) -> None:
    """What the clusters before add, which the last reading of one may have changed."""
    rows = await work.segments.of_vehicle(vehicle.id)
    for meter in Meter:
        await _place(work, vehicle, meter, [row for row in rows if row.meter == meter])
    await work.flush()


async def _place(
    work: Work, vehicle: Vehicle, meter: Meter, rows: Sequence[OdometerSegment]
) -> None:
    segments = [row.value for row in rows]
    last_of = {}
    for before, row in zip((None, *rows), rows, strict=False):
        if row.old_end is None:
            at = before.id if before else None
            last = await work.readings.last_of(line_of(vehicle.id, meter, segments, at))
            if last is not None:
                last_of[at] = last
    found = placed(segments, last_of)
    for row, segment in zip(rows, found, strict=True):
        row.offset_metres, row.is_lower_bound = segment.offset, segment.is_lower_bound
    if meter is Meter.DISTANCE:
        present = found[-1] if found else None
        vehicle.odometer_offset = present.offset if present else 0
        vehicle.odometer_since = present.since if present else 0
        vehicle.odometer_is_lower_bound = present.is_lower_bound if present else False


def _tell(work: Work, vehicle: Vehicle) -> None:
    """Of each reading that is believed now and was not, and once of all that changed because of others."""
    doubted, believed = [], []
    for id_, (reading, was) in list(work.judged.items()):
        if reading.vehicle_id != vehicle.id:
            continue
        work.told[id_] = work.judged.pop(id_)
        if reading.status == was:
            continue
        if reading.status == ReadingStatus.ACCEPTED:
            _announce(work, reading)
            if was == ReadingStatus.QUARANTINED and not reading.vouched:
                believed.append(_judged(reading))
        elif was == ReadingStatus.ACCEPTED and reading.status == ReadingStatus.QUARANTINED:
            doubted.append(_judged(reading))
    if doubted or believed:
        work.emit(
            ReadingsJudged(
                judgement_id=new_id(),
                vehicle_id=vehicle.id,
                owner_id=vehicle.owner_id,
                vehicle_name=vehicle.name,
                doubted=tuple(sorted(doubted, key=lambda each: each.read_on)),
                believed=tuple(sorted(believed, key=lambda each: each.read_on)),
                odometer_m=vehicle.odometer_metres,
                distance_unit=vehicle.distance_unit,
            )
        )


def _judged(reading: OdometerReading) -> JudgedReading:
    is_distance = reading.meter == Meter.DISTANCE
    return JudgedReading(
        reading_id=reading.id,
        read_on=reading.read_on,
        metres=reading.metres if is_distance else None,
        minutes=None if is_distance else reading.metres,
    )


def _announce(work: Work, reading: OdometerReading) -> None:
    if reading.meter != Meter.DISTANCE:
        return
    work.emit(
        OdometerRead(
            vehicle_id=reading.vehicle_id,
            owner_id=reading.owner_id,
            reading_id=reading.id,
            reading_m=reading.metres,
            read_on=reading.read_on,
            source=reading.source,
        )
    )
