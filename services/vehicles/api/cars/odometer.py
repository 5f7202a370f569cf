from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field, model_validator

from services.vehicles.api.authorship import MadeOut, as_shown, one_as_shown
from services.vehicles.api.cars.rehearsal import DryRun, ForeseenOut
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    Named,
    TimeOfDay,
    Trip,
    chosen_id,
    speaks,
)
from services.vehicles.domain.cars.odometer import Doubt, Meter, ReadingSource, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.suggestions import Slip, Suggestion, Suspect
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
from services.vehicles.usecases.cars.advice import Advice, advise
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    accept_reading,
    record_reading,
    void_reading,
)
from services.vehicles.usecases.cars.rehearsal import foresee
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.client_ids import add_once
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel, Identifier, Line, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["odometer"])


class ReadingIn(Named):
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

    def reading(self, car: Vehicle, today: date) -> NewReading:
        unit = DistanceUnit(car.distance_unit)
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


class SuggestionOut(AnswerModel):
    """What may have been meant: it would fit."""

    kind: Slip
    mileage: int | None
    hours: str | None
    read_on: date

    @classmethod
    def of(cls, suggestion: Suggestion, meter: Meter, unit: DistanceUnit) -> Self:
        shown = Shown.of(meter, suggestion.metres, unit)
        return cls(
            kind=suggestion.slip,
            mileage=shown.mileage,
            hours=shown.hours,
            read_on=suggestion.read_on,
        )


class HintOut(AnswerModel):
    """An accepted reading that stands alone against this one, and may be the wrong one."""

    reading: UUID
    mileage: int | None
    hours: str | None
    read_on: date
    suggestions: list[SuggestionOut]

    @classmethod
    def of(cls, suspect: Suspect, meter: Meter, unit: DistanceUnit) -> Self:
        shown = Shown.of(meter, suspect.reading.metres, unit)
        return cls(
            reading=suspect.reading.id,
            mileage=shown.mileage,
            hours=shown.hours,
            read_on=suspect.reading.read_on,
            suggestions=[SuggestionOut.of(each, meter, unit) for each in suspect.suggestions],
        )


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
    suggestions: list[SuggestionOut]
    """Of a doubted one: at most three, the likeliest first."""
    hint: HintOut | None
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
    def of(cls, reading: OdometerReading, vehicle: Vehicle, advice: Advice | None = None) -> Self:
        unit, meter = DistanceUnit(vehicle.distance_unit), Meter(reading.meter)
        shown = Shown.of(meter, reading.metres, unit)
        offered = advice.suggestions if advice else ()
        suspect = advice.suspect if advice else None
        return cls(
            id=reading.id,
            vehicle=reading.vehicle_id,
            meter=meter,
            mileage=shown.mileage,
            distance_unit=unit,
            hours=shown.hours,
            read_on=reading.read_on,
            read_at=reading.read_time.isoformat("minutes") if reading.read_time else None,
            status=ReadingStatus(reading.status),
            doubts=[Doubt(doubt) for doubt in reading.doubts],
            suggestions=[SuggestionOut.of(each, meter, unit) for each in offered],
            hint=HintOut.of(suspect, meter, unit) if suspect else None,
            vouched=reading.vouched,
            derived=reading.derived,
            source=ReadingSource(reading.source),
            segment=reading.segment_id,
            maintenance=reading.record_id,
            note=reading.note,
            created_at=reading.created_at,
        ).about(reading)


DRY_RUN: dict[int | str, dict[str, Any]] = {
    200: {"description": "Done, or what would be done", "model": ReadingOut | ForeseenOut}
}
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
    advice = await advise(work, readings=page.results, unit=DistanceUnit(vehicle.distance_unit))
    told = [(each, ReadingOut.of(each, vehicle, advice.get(each.id))) for each in page.results]
    return page.with_results(await as_shown(work, caller.access, told, cars=[vehicle]))


@router.post(
    "/vehicles/{vehicle_id}/odometer",
    status_code=201,
    responses=DRY_RUN
    | problems(NotFound, RoleInsufficient, MeterMissing, TripWithoutReading, IdTaken),
)
async def create_reading(
    vehicle_id: UUID,
    body: ReadingIn,
    work: InWork,
    caller: CurrentCaller,
    response: Response,
    *,
    dry_run: DryRun = False,
) -> ReadingOut | ForeseenOut:
    """A reading that cannot be true is kept in quarantine, with the reason, and used by nothing. One that agrees with doubted ones may
    make them believed, and doubt what they contradicted.
    """

    async def change(id_: UUID | None = None) -> tuple[OdometerReading, Vehicle]:
        return await record_reading(
            work,
            access=caller.access,
            vehicle_id=vehicle_id,
            told=lambda car, today: replace(body.reading(car, today), id=id_),
        )

    async def again(id_: UUID) -> tuple[OdometerReading, Vehicle]:
        reading = await work.readings.one_seen(caller.access, id_)
        vehicle_id = reading.vehicle_id
        return reading, await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id)

    async def rehearse() -> OdometerReading:
        return (await change())[0]

    if dry_run:
        response.status_code = 200
        return await _foreseen(work, caller, vehicle_id, rehearse)
    reading, vehicle = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, vehicle_id),
        make=change,
        again=again,
    )
    return await _out(work, caller, reading, vehicle)


@router.post(
    "/odometer/{reading_id}/accept",
    responses=DRY_RUN | problems(NotFound, RoleInsufficient, ReadingSettled),
)
async def accept_a_reading(
    reading_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    body: Acceptance | None = None,
    *,
    dry_run: DryRun = False,
) -> ReadingOut | ForeseenOut:
    """Vouch for it: it is believed, whatever contradicts it."""
    is_sweeping = body.void_conflicting if body else False

    async def change() -> OdometerReading:
        return await accept_reading(
            work, access=caller.access, reading_id=reading_id, void_conflicting=is_sweeping
        )

    if dry_run:
        vehicle_id = await work.readings.vehicle_of(caller.access, reading_id)
        return await _foreseen(work, caller, vehicle_id, change)
    return await _out(work, caller, await change())


@router.post(
    "/odometer/{reading_id}/void", responses=DRY_RUN | problems(NotFound, RoleInsufficient)
)
async def void_a_reading(
    reading_id: UUID, work: InWork, caller: CurrentCaller, *, dry_run: DryRun = False
) -> ReadingOut | ForeseenOut:
    """Strike it out. Readings it had made doubtful are judged anew."""

    async def change() -> OdometerReading:
        return await void_reading(work, access=caller.access, reading_id=reading_id)

    if dry_run:
        vehicle_id = await work.readings.vehicle_of(caller.access, reading_id)
        return await _foreseen(work, caller, vehicle_id, change)
    return await _out(work, caller, await change())


async def _foreseen(
    work: InWork,
    caller: Caller,
    vehicle_id: UUID | None,
    change: Callable[[], Awaitable[OdometerReading]],
) -> ForeseenOut:
    foreseen = await foresee(work, access=caller.access, vehicle_id=vehicle_id, change=change)
    return ForeseenOut.of(foreseen, speaks(caller))


async def _out(
    work: InWork, caller: Caller, reading: OdometerReading, vehicle: Vehicle | None = None
) -> ReadingOut:
    """`vehicle`: where it has been read already."""
    if vehicle is None:
        vehicle = await read_vehicle(work, access=caller.access, vehicle_id=reading.vehicle_id)
    await work.flush()  # a doubted one is compared with those around it
    advice = await advise(work, readings=[reading], unit=DistanceUnit(vehicle.distance_unit))
    told = ReadingOut.of(reading, vehicle, advice.get(reading.id))
    return await one_as_shown(work, caller.access, reading, told, cars=[vehicle])
