from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    MadeOut,
    as_shown,
    one_as_shown,
)
from services.vehicles.domain.cars.odometer import Doubt, ReadingSource, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, from_metres
from services.vehicles.errors.cars import ReadingConflict, ReadingSettled
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.odometer import accept_reading, record_reading, void_reading
from services.vehicles.usecases.cars.vehicles import read_vehicle
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import Line, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["odometer"])


class ReadingIn(RequestModel):
    mileage: Distance
    """In the car's own unit."""
    read_on: CarDay | None = None
    """Today when left out."""
    note: Line | None = None


class Acceptance(RequestModel):
    void_conflicting: Annotated[
        bool, Field(description="Void the accepted readings that contradict this one.")
    ] = False


class ReadingOut(MadeOut):
    id: UUID
    vehicle: UUID
    mileage: int
    distance_unit: DistanceUnit
    read_on: date
    status: ReadingStatus
    doubts: list[Doubt]
    source: ReadingSource
    maintenance: UUID | None
    note: str | None
    created_at: Moment

    @classmethod
    def of(cls, reading: OdometerReading, vehicle: Vehicle) -> Self:
        unit = DistanceUnit(vehicle.distance_unit)
        return cls(
            id=reading.id,
            vehicle=reading.vehicle_id,
            mileage=from_metres(reading.metres, unit),
            distance_unit=unit,
            read_on=reading.read_on,
            status=ReadingStatus(reading.status),
            doubts=[Doubt(doubt) for doubt in reading.doubts],
            source=ReadingSource(reading.source),
            maintenance=reading.record_id,
            note=reading.note,
            created_at=reading.created_at,
        )


Readings = Annotated[
    ListQuery,
    listed_by(
        {
            "read_on": OdometerReading.read_on,
            "mileage": OdometerReading.metres,
            "created_at": OdometerReading.created_at,
        },
        default="-read_on",
    ),
]


@router.get("/vehicles/{vehicle_id}/odometer", responses=problems(NotFound))
async def list_readings(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    listing: Readings,
    status: Annotated[ReadingStatus | None, Query()] = None,
) -> Page[ReadingOut]:
    """The whole ledger: what is accepted, what is doubted and what was struck out."""
    vehicle = await read_vehicle(
        work, access=caller.access, vehicle_id=vehicle_id, may=May.READ_LEDGER
    )
    readings = work.readings.of_vehicle(caller.access, vehicle_id)
    if status is not None:
        readings = readings.where(OdometerReading.status == status)
    page: Page[OdometerReading] = await listing.page(
        work.session, readings, into=lambda reading: reading
    )
    told = [(reading, ReadingOut.of(reading, vehicle)) for reading in page.results]
    return page.with_results(await as_shown(work, caller.access, told, car=vehicle))


@router.post("/vehicles/{vehicle_id}/odometer", status_code=201, responses=problems(NotFound))
async def create_reading(
    vehicle_id: UUID, body: ReadingIn, work: InWork, caller: CurrentCaller
) -> ReadingOut:
    """A reading that cannot be true is kept in quarantine, with the reason, and used by nothing."""
    reading = await record_reading(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        distance=body.mileage,
        read_on=body.read_on or work.today,
        note=body.note,
    )
    return await _out(work, caller, reading)


@router.post(
    "/odometer/{reading_id}/accept", responses=problems(NotFound, ReadingConflict, ReadingSettled)
)
async def accept_a_reading(
    reading_id: UUID, work: InWork, caller: CurrentCaller, body: Acceptance | None = None
) -> ReadingOut:
    reading = await accept_reading(
        work,
        access=caller.access,
        reading_id=reading_id,
        void_conflicting=body.void_conflicting if body else False,
    )
    return await _out(work, caller, reading)


@router.post("/odometer/{reading_id}/void", responses=problems(NotFound))
async def void_a_reading(reading_id: UUID, work: InWork, caller: CurrentCaller) -> ReadingOut:
    reading = await void_reading(work, access=caller.access, reading_id=reading_id)
    return await _out(work, caller, reading)


async def _out(work: InWork, caller: Caller, reading: OdometerReading) -> ReadingOut:
    vehicle = await read_vehicle(work, access=caller.access, vehicle_id=reading.vehicle_id)
    told = ReadingOut.of(reading, vehicle)
    return await one_as_shown(work, caller.access, reading, told, car=vehicle)
