from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field, model_validator

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    Named,
    chosen,
    chosen_id,
)
from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import (
    MINUTES_AN_HOUR,
    DistanceUnit,
    from_metres,
    to_hours,
    to_metres,
)
from services.vehicles.errors.cars import MeterMissing, SegmentExists
from services.vehicles.storage.cars.models import OdometerSegment, Vehicle
from services.vehicles.usecases.cars.segments import (
    NewSegment,
    begin_segment,
    end_segment,
    read_segment,
)
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.client_ids import add_once
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Moment
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/vehicles/{vehicle_id}/odometer/segments", tags=["odometer"])
Unit = Annotated[DistanceUnit, chosen(DistanceUnit)]


class SegmentIn(Named):
    """A new instrument cluster, or an old one whose counter was set anew: of kilometres or miles, or of hours."""

    starts_on: CarDay
    new_start: Distance | None = None
    """What it showed first, in `unit`."""
    old_end: Distance | None = None
    """What the old one showed last, in the car's unit as it was; where nobody knows, its last accepted reading stands in."""
    unit: Unit | None = None
    """In which the new one counts; the car's own follows it."""
    new_start_hours: Hours | None = None
    old_end_hours: Hours | None = None

    @model_validator(mode="after")
    def _one_meter(self) -> Self:
        distances = (self.new_start, self.old_end, self.unit)
        if (self.new_start is None) == (self.new_start_hours is None):
            raise ValueError("give new_start or new_start_hours")
        is_mixed = any(each is not None for each in distances) and (
            self.new_start_hours is not None or self.old_end_hours is not None
        )
        if is_mixed:
            raise ValueError("give distances or hours")
        return self

    def segment(self, unit: DistanceUnit) -> NewSegment:
        if self.new_start_hours is not None:
            return NewSegment(
                starts_on=self.starts_on,
                new_start=_minutes(self.new_start_hours),
                old_end=None if self.old_end_hours is None else _minutes(self.old_end_hours),
                meter=Meter.HOURS,
            )
        return NewSegment(
            starts_on=self.starts_on,
            new_start=to_metres(self.new_start or 0, self.unit or unit),
            old_end=None if self.old_end is None else to_metres(self.old_end, unit),
            unit=self.unit,
        )


def _minutes(hours: Decimal) -> int:
    return round(hours * MINUTES_AN_HOUR)


class SegmentOut(MadeOut):
    """Distances in the car's own unit."""

    id: UUID
    meter: Meter
    starts_on: date
    new_start: int | None
    old_end: int | None
    new_start_hours: str | None
    old_end_hours: str | None
    unit: DistanceUnit | None
    distance_unit: DistanceUnit
    travelled: int | None
    """How far the car had travelled when it began."""
    worked_hours: str | None
    lower_bound: Annotated[
        bool,
        Field(description="Nobody knows where a cluster before it ended: it was at least that."),
    ]
    created_at: Moment

    @classmethod
    def of(cls, row: OdometerSegment, vehicle: Vehicle) -> Self:
        unit, segment = DistanceUnit(vehicle.distance_unit), row.value
        is_distance = row.meter == Meter.DISTANCE

        def shown(value: int | None) -> int | None:
            return from_metres(value, unit) if is_distance and value is not None else None

        def hours(value: int | None) -> str | None:
            return None if is_distance or value is None else to_hours(value)

        return cls(
            id=row.id,
            meter=Meter(row.meter),
            starts_on=row.starts_on,
            new_start=shown(row.new_start),
            old_end=shown(row.old_end),
            new_start_hours=hours(row.new_start),
            old_end_hours=hours(row.old_end),
            unit=DistanceUnit(row.unit) if row.unit else None,
            distance_unit=unit,
            travelled=shown(segment.since),
            worked_hours=hours(segment.since),
            lower_bound=row.is_lower_bound,
            created_at=row.created_at,
        ).about(row)


Segments = Annotated[
    ListQuery,
    listed_by(
        {"starts_on": OdometerSegment.starts_on, "created_at": OdometerSegment.created_at},
        default="starts_on",
    ),
]


@router.get("", responses=problems(NotFound, RoleInsufficient))
async def list_segments(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Segments
) -> Page[SegmentOut]:
    """The clusters after the one the car came with."""
    vehicle = await read_vehicle(
        work, access=caller.access, vehicle_id=vehicle_id, may=May.READ_LEDGER
    )
    rows = work.segments.seen_by(caller.access).where(OdometerSegment.vehicle_id == vehicle_id)
    page: Page[SegmentOut] = await listing.page(
        work.session, rows, into=lambda row: SegmentOut.of(row, vehicle)
    )
    return await shown(work, caller.access, page, cars=[vehicle])


@router.post(
    "",
    status_code=201,
    responses=problems(NotFound, RoleInsufficient, MeterMissing, SegmentExists, IdTaken),
)
async def create_segment(
    vehicle_id: UUID, body: SegmentIn, work: InWork, caller: CurrentCaller, response: Response
) -> SegmentOut:
    """Readings from that day on are the new cluster's, and judged by themselves. What the car has travelled goes on, and so does all
    that counts in it: plans, forecasts, costs.
    """
    vehicle = await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id)
    new = body.segment(DistanceUnit(vehicle.distance_unit))
    row, vehicle = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, vehicle_id),
        make=lambda id_: begin_segment(
            work, access=caller.access, vehicle_id=vehicle_id, new=replace(new, id=id_)
        ),
        again=lambda id_: read_segment(work, access=caller.access, segment_id=id_),
    )
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/odometer/segments/{row.id}"
    return await shown(work, caller.access, SegmentOut.of(row, vehicle), cars=[vehicle])


@router.delete("/{segment_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_segment(
    vehicle_id: UUID, segment_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """There was no new cluster: its readings are those of the one before."""
    await end_segment(work, access=caller.access, vehicle_id=vehicle_id, segment_id=segment_id)
