"""What a change of the ledger would do, without doing it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.cars.dues import FallsDue
from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Judged:
    """How a reading would stand."""

    id: UUID
    meter: Meter
    value: int
    read_on: date
    was: ReadingStatus | None
    """None for the one that would be new."""
    status: ReadingStatus
    doubts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Due:
    """When something falls due, in what the cluster shows."""

    thing: FallsDue
    due_metres: int | None


@dataclass(frozen=True, slots=True)
class Stand:
    metres: int | None
    read_on: date | None
    minutes: int | None
    due: Sequence[Due]


@dataclass(frozen=True, slots=True)
class Foreseen:
    unit: DistanceUnit
    readings: Sequence[Judged]
    before: Stand
    after: Stand


async def foresee(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID | None,
    change: Callable[[], Awaitable[OdometerReading]],
) -> Foreseen:
    """Refuses what the change itself refuses."""
    async with work.rehearsed():
        vehicle = await hold_vehicle(
            work, access=access, vehicle_id=vehicle_id, may=May.ADD_READING
        )
        before = await _stand(work, vehicle)
        await change()
        await work.flush()
        readings = [_judged(row, was) for row, was in {**work.told, **work.judged}.values()]
        after = await _stand(work, vehicle)
        unit = DistanceUnit(vehicle.distance_unit)
    work.judged.clear()
    work.told.clear()
    return Foreseen(unit, sorted(readings, key=lambda each: each.read_on), before, after)


def _judged(row: OdometerReading, was: str | None) -> Judged:
    return Judged(
        id=row.id,
        meter=Meter(row.meter),
        value=row.metres,
        read_on=row.read_on,
        was=ReadingStatus(was) if was else None,
        status=ReadingStatus(row.status),
        doubts=tuple(row.doubts),
    )


async def _stand(work: Work, vehicle: Vehicle) -> Stand:
    due = [
        Due(each, vehicle.shown(each.due_metres))
        for dues_of in work.dues
        for each in await dues_of(work, vehicle)
    ]
    return Stand(vehicle.odometer_metres, vehicle.odometer_on, vehicle.hours_minutes, due)
