from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.odometer import (
    Doubt,
    Reading,
    ReadingSource,
    ReadingStatus,
    Verdict,
    judge,
)
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.errors.cars import ReadingConflict, ReadingSettled
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import OdometerRead
from shared.errors import NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class NewReading:
    metres: int
    read_on: date
    source: ReadingSource
    record_id: UUID | None = None
    note: str | None = None


async def hold_vehicle(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID | None,
    may: May = May.WRITE_CARE,
    shared: bool = False,
) -> Vehicle:
    """The car, locked, for whoever may do that with it: changes of one car happen one after the other; `shared` beside others that
    leave it as it is. Raises NotFound, RoleInsufficient.
    """
    if vehicle_id is None:
        raise NotFound
    vehicle = await work.vehicles.one_held(access, vehicle_id, may, shared=shared)
    if not await work.hold(vehicle.owner_id, wait=False):
        raise NotFound  # its owner is being erased, and this car with them
    return vehicle


async def take_reading(work: Work, *, vehicle: Vehicle, new: NewReading) -> OdometerReading:
    """Judge a reading and write it down; believed or not, it stays in the ledger. The caller holds the vehicle."""
    await work.flush()  # an earlier reading of this same transaction counts
    ledger = await work.readings.accepted(vehicle.id)
    verdict = _verdict(work, vehicle, new.metres, new.read_on, ledger)
    for row in await work.readings.some_of_vehicle(vehicle.id, verdict.replaces):
        row.doubts = [Doubt.SUPERSEDED]
        _settle(work, row, ReadingStatus.VOID)
    reading = work.readings.add(
        OdometerReading(
            id=new_id(),
            owner_id=vehicle.owner_id,
            vehicle_id=vehicle.id,
            read_on=new.read_on,
            metres=new.metres,
            status=verdict.status,
            source=new.source,
            doubts=[doubt.value for doubt in verdict.doubts],
            record_id=new.record_id,
            note=new.note,
            created_at=work.now,
            updated_at=work.now,
        )
    )
    if reading.status == ReadingStatus.ACCEPTED:
        _announce(work, reading)
    return reading


async def record_reading(
    work: Work, *, access: Access, vehicle_id: UUID, distance: int, read_on: date, note: str | None
) -> OdometerReading:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.ADD_READING)
    metres = to_metres(distance, DistanceUnit(vehicle.distance_unit))
    new = NewReading(metres, read_on, ReadingSource.MANUAL, note=note)
    reading = await take_reading(work, vehicle=vehicle, new=new)
    if reading.status == ReadingStatus.ACCEPTED:
        await recompute(work, vehicle=vehicle)
        announce_vehicle(work, vehicle=vehicle)
    return reading


async def accept_reading(
    work: Work, *, access: Access, reading_id: UUID, void_conflicting: bool
) -> OdometerReading:
    """The owner vouches for a doubted reading. The ledger still never runs backwards: what contradicts it must be voided."""
    vehicle_id = await work.readings.vehicle_of(access, reading_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.JUDGE_READING)
    reading = await work.readings.one_changed(access, reading_id)
    if reading.status == ReadingStatus.VOID:
        raise ReadingSettled
    if reading.status == ReadingStatus.ACCEPTED:
        return reading
    ledger = await work.readings.accepted(vehicle.id)
    verdict = _verdict(work, vehicle, reading.metres, reading.read_on, ledger)
    if verdict.conflicts and not void_conflicting:
        raise ReadingConflict(conflicts=[str(id_) for id_ in verdict.conflicts])
    contradicting = {*verdict.conflicts, *verdict.replaces}
    for row in await work.readings.some_of_vehicle(vehicle.id, contradicting):
        _settle(work, row, ReadingStatus.VOID)
    _settle(work, reading, ReadingStatus.ACCEPTED)
    _announce(work, reading)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return reading


async def void_reading(work: Work, *, access: Access, reading_id: UUID) -> OdometerReading:
    vehicle_id = await work.readings.vehicle_of(access, reading_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.ADD_READING)
    reading = await work.readings.one_changed(access, reading_id)
    if reading.status == ReadingStatus.VOID:
        return reading
    _settle(work, reading, ReadingStatus.VOID)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return reading


async def void_reading_of_record(work: Work, *, record_id: UUID) -> None:
    """A record that changed or went takes its reading with it; the caller holds record and vehicle, and recomputes the car."""
    reading = await work.readings.of_record(record_id)
    if reading is not None:
        _settle(work, reading, ReadingStatus.VOID)


def _verdict(
    work: Work, vehicle: Vehicle, metres: int, read_on: date, ledger: Sequence[Reading]
) -> Verdict:
    today = work.today
    return judge(metres, read_on, ledger=ledger, today=today, built_year=vehicle.year)


def _settle(work: Work, reading: OdometerReading, status: ReadingStatus) -> None:
    reading.status = status
    reading.updated_at = work.now


def _announce(work: Work, reading: OdometerReading) -> None:
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
