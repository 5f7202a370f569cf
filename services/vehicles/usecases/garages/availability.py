"""When a garage is open, how many cars it works on at once, and whether and how it is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypedDict
from uuid import UUID

from services.vehicles.domain.garages.hours import Exceptional, Span, Standing, Week, standing_at
from services.vehicles.errors.garages import (
    ExceptionOverlaps,
    GarageClosed,
    GarageFull,
    GarageUnclaimed,
)
from services.vehicles.storage.garages.availability import kept_spans
from services.vehicles.storage.garages.models import Garage, OpeningException
from services.vehicles.usecases.garages.people import Acting, hold_garage, read_garage
from services.vehicles.usecases.garages.turned_away import (
    ahead_in_its_hours,
    turn_away_out_of_hours,
)
from services.vehicles.usecases.work import Work
from shared.errors import NotFound
from shared.ids import new_id
from shared.local_day import local_day

MOST_EXCEPTIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Availability:
    garage: Garage
    week: Week
    exceptions: Sequence[OpeningException]
    """Those that are not over."""


class AvailabilityFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    week: Week
    bays: int
    cancel_hours: int
    takes_bookings: bool


def _today(work: Work, garage: Garage) -> date:
    return local_day(work.now, garage.timezone)


async def _whole(work: Work, garage: Garage) -> Availability:
    week = await work.opening_spans.week(garage.id)
    exceptions = await work.opening_exceptions.since(garage.id, _today(work, garage))
    return Availability(garage, week, exceptions)


async def read_availability(work: Work, *, garage_id: UUID) -> Availability:
    """Anybody may. Raises NotFound."""
    return await _whole(work, await read_garage(work, garage_id=garage_id))


async def read_standing(work: Work, *, garage_id: UUID) -> Standing:
    """As the sign on the door says it at this moment. Raises NotFound."""
    garage = await read_garage(work, garage_id=garage_id)
    if garage.closed_at is not None:
        return Standing(is_open=False, until=None)
    since = _today(work, garage) - timedelta(days=1)
    return standing_at(await work.opening_spans.hours(garage, since=since), work.now)


async def edit_availability(
    work: Work,
    *,
    by: Acting,
    garage_id: UUID,
    facts: AvailabilityFacts,
    reason: str | None = None,
) -> Availability:
    """`reason`: why bookings that do not fit the new week are called off. Raises NotFound, RoleInsufficient, BookingsAhead; GarageUnclaimed
    or GarageClosed where nobody would answer a booking.
    """
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    if facts.get("takes_bookings"):
        if garage.owner_id is None:
            raise GarageUnclaimed(pointer="/takes_bookings")
        if garage.closed_at is not None:
            raise GarageClosed(pointer="/takes_bookings")
    garage.bays = facts.get("bays", garage.bays)
    garage.cancel_hours = facts.get("cancel_hours", garage.cancel_hours)
    garage.takes_bookings = facts.get("takes_bookings", garage.takes_bookings)
    if "week" in facts:
        ahead = await ahead_in_its_hours(work, garage)
        await work.opening_spans.replace(garage.id, facts["week"])
        await turn_away_out_of_hours(work, garage, ahead, reason=reason)
    _touch(work, garage)
    await work.flush()
    return await _whole(work, garage)


async def remove_availability(work: Work, *, by: Acting, garage_id: UUID) -> None:
    """No hours are told and no bookings taken; those that are made stay."""
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    garage.takes_bookings = False
    await work.opening_spans.replace(garage.id, {})
    await work.opening_exceptions.remove_all(garage.id)
    _touch(work, garage)


async def add_exception(
    work: Work,
    *,
    by: Acting,
    garage_id: UUID,
    exception_id: UUID,
    said: Exceptional,
    note: str | None,
    reason: str | None = None,
) -> OpeningException:
    """`reason`: why bookings on these days are called off. Raises ExceptionOverlaps, GarageFull, BookingsAhead."""
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    if await work.opening_exceptions.count(garage.id) >= MOST_EXCEPTIONS:
        raise GarageFull(limit=MOST_EXCEPTIONS)
    others = await work.opening_exceptions.since(garage.id, said.starts_on)
    if any(each.starts_on <= said.ends_on for each in others):
        raise ExceptionOverlaps(pointer="/starts_on")
    ahead = await ahead_in_its_hours(work, garage)
    row = OpeningException(
        id=exception_id or new_id(),
        garage_id=garage.id,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        spans=kept_spans(said.spans),
        note=note,
        created_at=work.now,
    )
    _touch(work, garage)
    work.opening_exceptions.add(row)
    await turn_away_out_of_hours(work, garage, ahead, reason=reason)
    return row


async def read_exception(work: Work, *, garage_id: UUID, exception_id: UUID) -> OpeningException:
    found = await work.opening_exceptions.one(garage_id, exception_id)
    if found is None:
        raise NotFound
    return found


async def remove_exception(
    work: Work, *, by: Acting, garage_id: UUID, exception_id: UUID, reason: str | None = None
) -> None:
    """Hours that were longer on these days may have been booked: `reason` as above. Raises BookingsAhead."""
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    found = await read_exception(work, garage_id=garage_id, exception_id=exception_id)
    ahead = await ahead_in_its_hours(work, garage)
    await work.opening_exceptions.remove(found)
    await turn_away_out_of_hours(work, garage, ahead, reason=reason)
    _touch(work, garage)


def spans(pairs: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(opens, closes) for opens, closes in sorted(pairs))


def _touch(work: Work, garage: Garage) -> None:
    garage.version += 1
    garage.updated_at = work.now
