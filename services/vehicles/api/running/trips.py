from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal, Self, cast
from uuid import UUID

from fastapi import Query, Response

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    Named,
    chosen_id,
    speaks,
)
from services.vehicles.api.dependencies import Trip as TripLength
from services.vehicles.api.running.expenses import Days
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.running.trip_statement import Counted, Gap, Statement
from services.vehicles.errors.running import TripBackwards, TripInFuture, TripWithoutDistance
from services.vehicles.storage.running.trips import Trip
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.running.trip_table import table_of, written
from services.vehicles.usecases.running.trips import (
    TripFacts,
    add_trip,
    edit_trip,
    read_trip,
    restore_trip,
    state_trips,
    trash_trip,
)
from services.vehicles.usecases.work import Work
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/trips", tags=["trips"])


class TripIn(RequestModel):
    """By the odometer at both ends, or by its length; in the car's own unit."""

    vehicle: Identifier
    day: CarDay
    start_mileage: Distance | None = None
    end_mileage: Distance | None = None
    distance: TripLength | None = None
    """Instead of the readings."""
    business: bool = False
    purpose: Line
    from_place: Line | None = None
    to_place: Line | None = None
    note: Prose | None = None


class NewTrip(Named, TripIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class TripEdit(TripIn):
    """What is left out stays as it is; a distance takes the place of readings, and readings that of a distance."""


class TripOut(MadeOut):
    id: UUID
    vehicle: UUID
    day: date
    start_mileage: int | None
    end_mileage: int | None
    distance: str
    distance_unit: DistanceUnit
    business: bool
    purpose: str
    from_place: str | None
    to_place: str | None
    note: str | None
    trashed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, trip: Trip, unit: DistanceUnit) -> Self:
        return cls(
            id=trip.id,
            vehicle=trip.vehicle_id,
            day=trip.day,
            start_mileage=in_unit(trip.start_metres, unit),
            end_mileage=in_unit(trip.end_metres, unit),
            distance=written(trip.distance_metres, unit),
            distance_unit=unit,
            business=trip.business,
            purpose=trip.purpose,
            from_place=trip.from_place,
            to_place=trip.to_place,
            note=trip.note,
            trashed_at=trip.trashed_at,
            created_at=trip.created_at,
            updated_at=trip.updated_at,
        ).about(trip)


class PurposeOut(AnswerModel):
    purpose: str
    business: bool
    trips: int
    distance: str


class ScaleOut(AnswerModel):
    """`amount` is null where the scale asks for the fiscal power and nobody said it."""

    scale: str
    country: str
    distance: str
    amount: MoneyOut | None
    needs_fiscal_power: bool
    source: str
    source_url: str
    checked_on: date

    @classmethod
    def of(cls, each: Counted, unit: DistanceUnit) -> Self:
        return cls(
            scale=each.scale.id,
            country=each.scale.country,
            distance=written(each.metres, unit),
            amount=each.amount,
            needs_fiscal_power=each.scale.needs_power,
            source=each.scale.source_title,
            source_url=each.scale.source_url,
            checked_on=each.scale.checked_on,
        )


class GapOut(AnswerModel):
    """Between two believed readings: what no trip explains. It is told, and never filled."""

    since: date
    until: date
    distance: str

    @classmethod
    def of(cls, gap: Gap, unit: DistanceUnit) -> Self:
        return cls(since=gap.since_on, until=gap.until_on, distance=written(gap.metres, unit))


class StatementOut(AnswerModel):
    vehicle: UUID
    vehicle_name: str
    year: int
    distance_unit: DistanceUnit
    trips: int
    business: str
    private: str
    purposes: list[PurposeOut]
    scales: list[ScaleOut]
    uncounted: str
    """Driven for business on days that no scale of ours covers."""
    total: MoneyOut | None
    gaps: list[GapOut]

    @classmethod
    def of(cls, found: Statement, vehicle: Any, unit: DistanceUnit) -> Self:
        return cls(
            vehicle=vehicle.id,
            vehicle_name=vehicle.name,
            year=found.year,
            distance_unit=unit,
            trips=len(found.trips),
            business=written(found.business_metres, unit),
            private=written(found.private_metres, unit),
            purposes=[
                PurposeOut(
                    purpose=each.purpose,
                    business=each.is_business,
                    trips=each.trips,
                    distance=written(each.metres, unit),
                )
                for each in found.purposes
            ],
            scales=[ScaleOut.of(each, unit) for each in found.counted],
            uncounted=written(found.uncounted_metres, unit),
            total=found.total,
            gaps=[GapOut.of(each, unit) for each in found.gaps],
        )


COLUMNS: Final = {
    "vehicle": "vehicle_id",
    "start_mileage": "start_metres",
    "end_mileage": "end_metres",
    "distance": "distance_metres",
}


async def _facts(work: Work, caller: Caller, body: TripIn, trip_id: UUID | None) -> TripFacts:
    """Distances are told in the unit of the car that is named, or that it is of. A car one does not see is refused later."""
    said = {
        COLUMNS.get(name, name): getattr(body, name)
        for name in TripIn.model_fields
        if trip_id is None or name in body.model_fields_set
    }
    vehicle_id = said.get("vehicle_id") or await work.trips.vehicle_of(caller.access, trip_id)  # type: ignore[arg-type]  # a new one names its car
    cars = await work.vehicles.some_seen(caller.access, [vehicle_id] if vehicle_id else [])
    unit = DistanceUnit(cars[0].distance_unit) if cars else DistanceUnit.KM
    for name in ("start_metres", "end_metres", "distance_metres"):
        if said.get(name) is not None:
            said[name] = round(float(said[name]) * unit.metres)
    return cast("TripFacts", said)  # the names are those of the model above


async def told(work: Work, trips: Sequence[Trip]) -> list[TripOut]:
    """Each in the unit of its car: one statement."""
    units = await work.vehicles.measured({trip.vehicle_id for trip in trips}) if trips else {}
    return [
        TripOut.of(trip, DistanceUnit(units[trip.vehicle_id].distance_unit))
        for trip in trips
        if trip.vehicle_id in units
    ]


Trips = Annotated[
    ListQuery,
    listed_by(
        {"day": Trip.day, "distance": Trip.distance_metres, "created_at": Trip.created_at},
        default="-day",
        search=(Trip.purpose, Trip.from_place, Trip.to_place, Trip.note),
    ),
]
REFUSALS = problems(NotFound, RoleInsufficient, TripWithoutDistance, TripBackwards, TripInFuture)
Year = Annotated[int, Query(ge=1900, le=2199, examples=[2026])]
Country = Annotated[str | None, Query(pattern="^[A-Z]{2}$", examples=["FR"])]
Power = Annotated[int | None, Query(ge=1, le=200, description="Fiscal power (French P.6).")]


@router.get("")
async def list_trips(
    work: InWork,
    caller: CurrentCaller,
    listing: Trips,
    period: Days,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    business: Annotated[bool | None, Query()] = None,
    trashed: Annotated[bool, Query(description="Those in the trash instead.")] = False,
) -> Page[TripOut]:
    statement = work.trips.listed(
        caller.access, vehicle_id=vehicle_id, business=business, period=period, is_trashed=trashed
    )
    page: Page[Trip] = await listing.page(work.session, statement, into=lambda trip: trip)
    return await shown(work, caller.access, page.with_results(await told(work, page.results)))


@router.get(
    "/statement",
    response_model=StatementOut,
    responses={200: {"content": {"text/csv": {}}}, **problems(NotFound, RoleInsufficient)},
)
async def trip_statement(
    work: InWork,
    caller: CurrentCaller,
    vehicle_id: Annotated[UUID, Query(alias="vehicle")],
    year: Year,
    *,
    country: Country = None,
    fiscal_power: Power = None,
    format_: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> StatementOut | Response:
    """A year of a car's trips: sums by purpose, what they count for by the scale of `country` (the car's own where it is left out),
    and gaps of the ledger that no trip explains. A driver is told their own trips.
    """
    found, vehicle, trips = await state_trips(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        year=year,
        country=country,
        power=fiscal_power,
    )
    unit = DistanceUnit(vehicle.distance_unit)
    if format_ == "json":
        return StatementOut.of(found, vehicle, unit)
    return Response(
        table_of(trips, found, unit, speaks(caller)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="trips-{year}.csv"'},
    )


@router.post("", status_code=201, responses=REFUSALS | problems(IdTaken))
async def create_trip(
    body: NewTrip, work: InWork, caller: CurrentCaller, response: Response
) -> TripOut:
    """A way driven on a day: what for, by the odometer or by its length."""
    facts = await _facts(work, caller, body, None)
    trip = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_trip(work, access=caller.access, facts=TripFacts(**facts, id=id_)),
        again=lambda id_: read_trip(work, access=caller.access, trip_id=id_),
    )
    response.headers["Location"] = f"/api/trips/{trip.id}"
    return await _one(work, caller, trip)


@router.get("/{trip_id}", responses=problems(NotFound, RoleInsufficient))
async def get_trip(trip_id: UUID, work: InWork, caller: CurrentCaller) -> TripOut:
    return await _one(work, caller, await read_trip(work, access=caller.access, trip_id=trip_id))


@router.patch("/{trip_id}", responses=REFUSALS)
async def change_trip(
    trip_id: UUID, body: TripEdit, work: InWork, caller: CurrentCaller
) -> TripOut:
    facts = await _facts(work, caller, body, trip_id)
    trip = await edit_trip(work, access=caller.access, trip_id=trip_id, facts=facts)
    return await _one(work, caller, trip)


@router.delete("/{trip_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_trip(trip_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash: `POST …/restore` takes it back for thirty days."""
    await trash_trip(work, access=caller.access, trip_id=trip_id)


@router.post("/{trip_id}/restore", responses=problems(NotFound, RoleInsufficient))
async def restore_a_trip(trip_id: UUID, work: InWork, caller: CurrentCaller) -> TripOut:
    """Out of the trash, as it was."""
    return await _one(work, caller, await restore_trip(work, access=caller.access, trip_id=trip_id))


async def _one(work: Work, caller: Caller, trip: Trip) -> TripOut:
    [found] = await told(work, [trip])
    return await shown(work, caller.access, found)
