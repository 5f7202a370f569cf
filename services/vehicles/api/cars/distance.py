from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import InWork
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_hours
from services.vehicles.usecases.cars.distance import measure
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day
from shared.http.router import Router

router = Router(prefix="/api/vehicles/{vehicle_id}/odometer/distance", tags=["odometer"])


class DistanceOut(AnswerModel):
    since: date
    until: date
    distance: int | None
    """None where the readings say nothing of these days."""
    distance_unit: DistanceUnit
    hours: str | None
    known_since: date | None
    """The days the readings speak of: all of the period, or what of it lies between the first and the last one."""
    known_until: date | None
    lower_bound: bool
    """A new cluster began, and nobody knows where the old one ended: it was at least that."""


@router.get("", responses=problems(NotFound, RoleInsufficient))
async def get_distance(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> DistanceOut:
    """Driven in these days, both included: the last year when nothing is said. Between two readings the car is taken to have gone
    evenly.
    """
    found = await measure(
        work, access=caller.access, vehicle_id=vehicle_id, since=since, until=until
    )
    driven, ran = found.driven, found.ran
    unit, known = DistanceUnit(found.vehicle.distance_unit), driven or ran
    return DistanceOut(
        since=found.since,
        until=found.until,
        distance=in_unit(driven.metres if driven else None, unit),
        distance_unit=unit,
        hours=to_hours(ran.metres) if ran else None,
        known_since=known.since if known else None,
        known_until=known.until if known else None,
        lower_bound=any(each.is_lower_bound for each in (driven, ran) if each),
    )
