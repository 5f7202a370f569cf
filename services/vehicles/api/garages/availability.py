from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.vehicles.api.dependencies import CarDay, InWork, Named, chosen_id
from services.vehicles.api.garages.garages import WhyCancelled, acting
from services.vehicles.domain.garages.hours import Exceptional, Span, Week, are_apart
from services.vehicles.errors.garages import (
    ExceptionOverlaps,
    GarageClosed,
    GarageFull,
    GarageUnclaimed,
    HoursWrong,
)
from services.vehicles.errors.garages_bookings import BookingsAhead
from services.vehicles.storage.garages.availability import spans_of
from services.vehicles.storage.garages.models import OpeningException
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.garages.availability import (
    Availability,
    AvailabilityFacts,
    add_exception,
    edit_availability,
    read_availability,
    read_exception,
    read_standing,
    remove_availability,
    remove_exception,
    spans,
)
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Line,
    Moment,
    RequestModel,
    every_member_optional,
)
from shared.http.router import Router

router = Router(prefix="/api/garages/{garage_id}", tags=["garages"])

Clock = Annotated[
    str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["08:30"])
]
"""On the garage's own clock; 24:00 is the end of the day."""
Weekday = Annotated[int, Field(ge=1, le=7, examples=[1])]
"""1 is Monday (ISO 8601)."""


class SpanBody(RequestModel):
    opens: Clock
    closes: Clock


class WeekdayBody(RequestModel):
    weekday: Weekday
    spans: Annotated[list[SpanBody], Field(max_length=12)]


class AvailabilityIn(RequestModel):
    weekly: Annotated[list[WeekdayBody], Field(max_length=7)] = Field(default_factory=list)
    """A day that is not named is closed; an afternoon off is two spans with a gap."""
    bays: Annotated[int, Field(ge=1, le=200)] = 1
    """How many cars it works on at once."""
    cancel_hours: Annotated[int, Field(ge=0, le=72)] = 24
    """Until so many hours before, a customer may cancel."""
    takes_bookings: bool = False


@every_member_optional
class AvailabilityEdit(AvailabilityIn):
    """What is left out stays as it is."""


class ExceptionIn(Named):
    """Other hours on these days; without spans it is closed."""

    starts_on: CarDay
    ends_on: CarDay | None = None
    """Left out: that one day."""
    spans: Annotated[list[SpanBody], Field(max_length=12)] = Field(default_factory=list)
    note: Line | None = None
    """Public."""


class SpanOut(AnswerModel):
    opens: str
    closes: str


class WeekdayOut(AnswerModel):
    weekday: int
    spans: list[SpanOut]


class ExceptionOut(AnswerModel):
    id: UUID
    starts_on: date
    ends_on: date
    spans: list[SpanOut]
    note: str | None

    @classmethod
    def of(cls, row: OpeningException) -> Self:
        return cls(
            id=row.id,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            spans=_shown(spans_of(row.spans)),
            note=row.note,
        )


class AvailabilityOut(AnswerModel):
    timezone: str
    weekly: list[WeekdayOut]
    exceptions: list[ExceptionOut]
    """Those that are not over."""
    bays: int
    cancel_hours: int
    takes_bookings: bool

    @classmethod
    def of(cls, found: Availability) -> Self:
        return cls(
            timezone=found.garage.timezone,
            weekly=[
                WeekdayOut(weekday=day, spans=_shown(of_day))
                for day, of_day in sorted(found.week.items())
            ],
            exceptions=[ExceptionOut.of(each) for each in found.exceptions],
            bays=found.garage.bays,
            cancel_hours=found.garage.cancel_hours,
            takes_bookings=found.garage.takes_bookings,
        )


class OpenNow(AnswerModel):
    is_open: bool
    until: Moment | None
    """When that changes; nothing within four weeks."""


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _shown(of_day: Sequence[Span]) -> list[SpanOut]:
    return [SpanOut(opens=_clock(each.opens), closes=_clock(each.closes)) for each in of_day]


def _spans(said: Sequence[SpanBody], pointer: str) -> tuple[Span, ...]:
    found = spans([(_minutes(each.opens), _minutes(each.closes)) for each in said])
    if not are_apart(found):
        raise HoursWrong(pointer=pointer)
    return found


def _week(said: Sequence[WeekdayBody]) -> Week:
    if len({each.weekday for each in said}) < len(said):
        raise HoursWrong(pointer="/weekly")
    return {
        each.weekday: _spans(each.spans, f"/weekly/{place}/spans")
        for place, each in enumerate(said)
        if each.spans
    }


def _facts(body: AvailabilityIn, *, only_said: bool) -> AvailabilityFacts:
    facts = AvailabilityFacts()
    said = body.model_fields_set if only_said else AvailabilityIn.model_fields.keys()
    if "weekly" in said:
        facts["week"] = _week(body.weekly)
    if "bays" in said:
        facts["bays"] = body.bays
    if "cancel_hours" in said:
        facts["cancel_hours"] = body.cancel_hours
    if "takes_bookings" in said:
        facts["takes_bookings"] = body.takes_bookings
    return facts


REFUSALS = problems(
    NotFound, RoleInsufficient, HoursWrong, GarageUnclaimed, GarageClosed, BookingsAhead
)


@router.get("/availability", openapi_extra=public(), responses=problems(NotFound))
async def get_availability(garage_id: UUID, work: InWork) -> AvailabilityOut:
    return AvailabilityOut.of(await read_availability(work, garage_id=garage_id))


@router.put("/availability", responses=REFUSALS)
async def replace_availability(
    garage_id: UUID,
    body: AvailabilityIn,
    work: InWork,
    caller: CurrentCaller,
    reason: WhyCancelled = None,
) -> AvailabilityOut:
    """The whole week; exceptions are apart. Bookings ahead that do not fit it are cancelled with the `reason`; without one a week that
    turns customers away is refused.
    """
    facts = _facts(body, only_said=False)
    found = await edit_availability(
        work, by=acting(caller), garage_id=garage_id, facts=facts, reason=reason
    )
    return AvailabilityOut.of(found)


@router.patch("/availability", responses=REFUSALS)
async def change_availability(
    garage_id: UUID,
    body: AvailabilityEdit,
    work: InWork,
    caller: CurrentCaller,
    reason: WhyCancelled = None,
) -> AvailabilityOut:
    """As PUT, of what is said."""
    facts = _facts(body, only_said=True)
    found = await edit_availability(
        work, by=acting(caller), garage_id=garage_id, facts=facts, reason=reason
    )
    return AvailabilityOut.of(found)


@router.delete("/availability", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_availability(garage_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """No hours are told and no bookings taken any more."""
    await remove_availability(work, by=acting(caller), garage_id=garage_id)


@router.get("/open_now", openapi_extra=public(), responses=problems(NotFound))
async def get_open_now(garage_id: UUID, work: InWork) -> OpenNow:
    """As the sign on the door says it."""
    return OpenNow.model_validate(await read_standing(work, garage_id=garage_id))


@router.post(
    "/availability/exceptions",
    status_code=201,
    responses=problems(
        *(NotFound, RoleInsufficient, HoursWrong, ExceptionOverlaps, GarageFull, IdTaken),
        BookingsAhead,
    ),
)
async def create_exception(
    garage_id: UUID,
    body: ExceptionIn,
    work: InWork,
    caller: CurrentCaller,
    response: Response,
    *,
    reason: WhyCancelled = None,
) -> ExceptionOut:
    """Bookings on these days that do not fit are cancelled with the `reason`; without one, days on which customers come are refused."""
    ends_on = body.ends_on or body.starts_on
    if ends_on < body.starts_on:
        raise HoursWrong(pointer="/ends_on")
    said = Exceptional(body.starts_on, ends_on, _spans(body.spans, "/spans"))
    row = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, garage_id),
        make=lambda id_: add_exception(
            work,
            by=acting(caller),
            garage_id=garage_id,
            exception_id=id_,
            said=said,
            note=body.note,
            reason=reason,
        ),
        again=lambda id_: read_exception(work, garage_id=garage_id, exception_id=id_),
    )
    response.headers["Location"] = f"/api/garages/{garage_id}/availability"
    return ExceptionOut.of(row)


@router.delete(
    "/availability/exceptions/{exception_id}",
    status_code=204,
    responses=problems(NotFound, RoleInsufficient, BookingsAhead),
)
async def delete_exception(
    garage_id: UUID,
    exception_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    reason: WhyCancelled = None,
) -> None:
    """The week holds again; what was booked in longer hours of these days is cancelled with the `reason`."""
    await remove_exception(
        work,
        by=acting(caller),
        garage_id=garage_id,
        exception_id=exception_id,
        reason=reason,
    )
