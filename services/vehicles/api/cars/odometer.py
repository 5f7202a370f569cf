from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, model_validator

from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    MadeOut,
    TimeOfDay,
    Trip,
    as_shown,
    one_as_shown,
)
from services.vehicles.domain.cars.odometer import Doubt, Meter, ReadingSource, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import (
    MINUTES_AN_HOUR,
    DistanceUnit,
    from_metres,
    to_hours,
    to_metres,
)
from services.vehicles.errors.cars import (
    MeterMissing,
    ReadingSettled,
    TripWithoutReading,
)
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    accept_reading,
    record_reading,
    void_reading,
)
from services.vehicles.usecases.cars.vehicles import read_vehicle
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import Identifier, Line, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["odometer"])


class ReadingIn(RequestModel):
    """What the car shows, or the trip since the reading before; of a machine that counts hours, those."""

    mileage: Distance | None = None
    """In the car's own unit."""
    hours: Hours | None = None
    trip: Trip | None = None
    """Driven since the reading before: stands in for a mileage, or checks it."""
    read_on: CarDay | None = None
    """Today when left out."""
    read_at: TimeOfDay | None = None
    """Tells the order of several readings of one day."""
    segment: Identifier | None = None
    """The cluster, on the day of a change; any other day tells it."""
    note: Line | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.mileage is None and self.hours is None and self.trip is None:
            raise ValueError("give mileage, trip or hours")
        if self.hours is not None and (self.mileage is not None or self.trip is not None):
            raise ValueError("give hours by themselves")
        return self

    def reading(self, unit: DistanceUnit, today: date) -> NewReading:
        meter = Meter.DISTANCE if self.hours is None else Meter.HOURS
        shown = to_metres(self.mileage, unit) if self.mileage is not None else None
        return NewReading(
            metres=shown if self.hours is None else round(self.hours * MINUTES_AN_HOUR),
            read_on=self.read_on or today,
            source=ReadingSource.MANUAL,
            note=self.note,
            time=self.read_at,
            meter=meter,
            segment=self.segment,
            trip=None if self.trip is None else round(float(self.trip) * unit.metres),
        )


class Acceptance(RequestModel):
    void_conflicting: Annotated[
        bool,
        Field(
            description="Strike out the accepted readings that contradict this one; else they are doubted."
        ),
    ] = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a meter shows, in its own measure."""

    mileage: int | None
    hours: str | None

    @classmethod
    def of(cls, meter: Meter, value: int, unit: DistanceUnit) -> Self:
        if meter is Meter.DISTANCE:
            return cls(from_metres(value, unit), None)
        return cls(None, to_hours(value))


class ReadingOut(MadeOut):
    id: UUID
    vehicle: UUID
    meter: Meter
    mileage: int | None
    distance_unit: DistanceUnit
    hours: str | None
    read_on: date
    read_at: str | None
    status: ReadingStatus
    doubts: list[Doubt]
    vouched: bool
    """Somebody has accepted it whatever contradicts it."""
    derived: bool
    """Worked out from a trip."""
    source: ReadingSource
    segment: UUID | None
    maintenance: UUID | None
    note: str | None
    created_at: Moment

    @classmethod
    def of(cls, reading: OdometerReading, vehicle: Vehicle) -> Self:
        unit = DistanceUnit(vehicle.distance_unit)
        shown = Shown.of(Meter(reading.meter), reading.metres, unit)
        return cls(
            id=reading.id,
            vehicle=reading.vehicle_id,
            meter=Meter(reading.meter),
            mileage=shown.mileage,
            distance_unit=unit,
            hours=shown.hours,
            read_on=reading.read_on,
            read_at=reading.read_time.isoformat("minutes") if reading.read_time else None,
            status=ReadingStatus(reading.status),
            doubts=[Doubt(doubt) for doubt in reading.doubts],
            vouched=reading.vouched,
            derived=reading.derived,
            source=ReadingSource(reading.source),
            segment=reading.segment_id,
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


@router.post(
    "/vehicles/{vehicle_id}/odometer",
    status_code=201,
    responses=problems(NotFound, RoleInsufficient, MeterMissing, TripWithoutReading),
)
async def create_reading(
    vehicle_id: UUID, body: ReadingIn, work: InWork, caller: CurrentCaller
) -> ReadingOut:
    """A reading that cannot be true is kept in quarantine, with the reason, and used by nothing. One that agrees with doubted ones may
    make them believed, and doubt what they contradicted.
    """
    vehicle = await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id)
    new = body.reading(DistanceUnit(vehicle.distance_unit), work.today)
    reading = await record_reading(work, access=caller.access, vehicle_id=vehicle_id, new=new)
    told = ReadingOut.of(reading, vehicle)
    return await one_as_shown(work, caller.access, reading, told, car=vehicle)


@router.post(
    "/odometer/{reading_id}/accept", responses=problems(NotFound, RoleInsufficient, ReadingSettled)
)
async def accept_a_reading(
    reading_id: UUID, work: InWork, caller: CurrentCaller, body: Acceptance | None = None
) -> ReadingOut:
    """Vouch for it: it is believed, whatever contradicts it."""
    reading = await accept_reading(
        work,
        access=caller.access,
        reading_id=reading_id,
        void_conflicting=body.void_conflicting if body else False,
    )
    return await _out(work, caller, reading)


@router.post("/odometer/{reading_id}/void", responses=problems(NotFound, RoleInsufficient))
async def void_a_reading(reading_id: UUID, work: InWork, caller: CurrentCaller) -> ReadingOut:
    """Strike it out. Readings it had made doubtful are judged anew."""
    reading = await void_reading(work, access=caller.access, reading_id=reading_id)
    return await _out(work, caller, reading)


async def _out(work: InWork, caller: Caller, reading: OdometerReading) -> ReadingOut:
    vehicle = await read_vehicle(work, access=caller.access, vehicle_id=reading.vehicle_id)
    told = ReadingOut.of(reading, vehicle)
    return await one_as_shown(work, caller.access, reading, told, car=vehicle)
