from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.storage.care.history import READING, RECORD
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a car's life: a record or a reading."""

    day: date
    record: MaintenanceRecord | None
    is_doubted: bool
    """The record's mileage is in quarantine."""
    reading: OdometerReading | None


async def read_timeline(
    work: Work, *, access: Access, vehicle_id: UUID, start: int, size: int
) -> tuple[Vehicle, list[Moment], int]:
    """The car, one page of its life, and how many entries there are: four queries, however long the page."""
    vehicle = await read_vehicle(work, access=access, vehicle_id=vehicle_id)
    rows, count = await work.history.of_vehicle(access, vehicle_id, start=start, size=size)
    records = await work.history.records(access, [id_ for kind, id_, _ in rows if kind == RECORD])
    readings = await work.history.readings(
        access, [id_ for kind, id_, _ in rows if kind == READING]
    )
    moments = []
    for _, id_, day in rows:
        record, is_doubted = records.get(id_, (None, False))
        moments.append(Moment(day, record, is_doubted, readings.get(id_)))
    return vehicle, moments, count
