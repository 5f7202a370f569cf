from datetime import date, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from services.vehicles.api.dependencies import InWork
from services.vehicles.errors.garages_bookings import BookingTooLong
from services.vehicles.usecases.garages.slots import Slots, read_slots
from shared.errors import NotFound
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel, Day, Moment
from shared.http.router import Router
from shared.local_day import zone_named

router = Router(prefix="/api/garages", tags=["bookings"])
MINUTE = timedelta(minutes=1)


class Clocks(AnswerModel):
    """A moment as clocks on walls show it: the garage's first."""

    garage_time: str = Field(examples=["2027-03-29T09:00:00+02:00"])
    own_time: str | None = Field(examples=["2027-03-29T08:00:00+01:00"])
    """The caller's, if they are signed in."""

    @classmethod
    def at(cls, moment: datetime, zone: str, caller: Caller) -> Self:
        own = moment.astimezone(zone_named(caller.zone)) if caller.user_id else None
        return cls(
            garage_time=moment.astimezone(zone_named(zone)).isoformat(),
            own_time=own.isoformat() if own else None,
        )


class SlotOut(AnswerModel):
    starts_at: Moment
    ends_at: Moment
    clocks: Clocks


class SlotsOut(AnswerModel):
    """When work of these services can begin that day."""

    garage: UUID
    date: date
    timezone: str
    minutes: int
    """How long it takes, in whole quarters of an hour."""
    takes_bookings: bool
    cancel_hours: int
    count: int
    results: list[SlotOut]

    @classmethod
    def of(cls, slots: Slots, caller: Caller) -> Self:
        garage = slots.garage
        return cls(
            garage=garage.id,
            date=slots.day,
            timezone=garage.timezone,
            minutes=slots.length // MINUTE,
            takes_bookings=garage.takes_bookings and garage.closed_at is None,
            cancel_hours=garage.cancel_hours,
            count=len(slots.starts),
            results=[
                SlotOut(
                    starts_at=at,
                    ends_at=at + slots.length,
                    clocks=Clocks.at(at, garage.timezone, caller),
                )
                for at in slots.starts
            ],
        )


@router.get(
    "/{garage_id}/slots", openapi_extra=public(), responses=problems(NotFound, BookingTooLong)
)
@router.get(
    "/{garage_id}/available_slots",
    openapi_extra=public(),
    responses=problems(NotFound, BookingTooLong),
    name="list_available_slots",
)
async def list_slots(
    garage_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    day: Annotated[
        Day | None, Query(alias="date", description="On the garage's clock; today if nobody says.")
    ] = None,
    services: Annotated[
        list[UUID] | None,
        Query(
            max_length=20, description="What is to be done; nothing: an hour to look at the car."
        ),
    ] = None,
) -> SlotsOut:
    """The free times of a day on a grid of a quarter of an hour. An hour that the clocks show twice is there twice, with its offsets."""
    slots = await read_slots(work, garage_id=garage_id, day=day, service_ids=services or ())
    return SlotsOut.of(slots, caller)
