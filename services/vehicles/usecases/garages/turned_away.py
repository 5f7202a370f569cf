"""Bookings ahead that a garage can no longer keep: it closes, is not open then any more, or withdraws a service they are for.

Nobody is turned away by accident: without a reason such a change is refused, with the bookings it would hit. With one, each of them is
called off by a job of its own, if it still does not fit by then; its customer is told why, their calendar forgets it, and the next free
times are offered. Bookings read the garage's row shared, changes of hours alone: none slips in between.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from services.vehicles.domain.garages.bookings import OPEN, BookingState, Side, is_expired
from services.vehicles.errors.garages_bookings import BookingsAhead
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.storage.garages.models import Garage
from services.vehicles.usecases.garages.booking_moves import call_off_one, held_deal
from services.vehicles.usecases.garages.booking_news import Happening, customer_of
from services.vehicles.usecases.garages.slots import fitting, next_free_times, takes_bookings
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles_bookings import BookingHappened
from shared.messages import Text

CALL_OFF: Final = "vehicles.call_off_booking"
MOST_SHOWN: Final = 20


class Cause(StrEnum):
    CLOSED = "closed"
    HOURS = "hours"
    SERVICE = "service"
    LEFT = "left"
    """Nobody works there any more."""


NOBODY: Final = Text(
    fr="Le garage n’est plus sur AutoTrack : plus personne n’y répond. Joignez-le directement.",
    en="The garage is not on AutoTrack any more: nobody answers there. Reach it directly.",
    es="El taller ya no está en AutoTrack: nadie responde allí. Contacta con él directamente.",
)


class CallOff(BaseModel):
    """`owner_id`, the car's owner, is whom the kernel holds."""

    owner_id: UUID
    booking_id: UUID
    cause: Cause
    reason: str


async def ahead_in_its_hours(work: Work, garage: Garage) -> list[Booking]:
    """Before its hours change: those that fit them. What did not fit before is not the change's doing. The caller holds the garage."""
    return await fitting(work, garage, await work.bookings.ahead(garage.id, work.now))


async def ahead_with_service(work: Work, garage: Garage, service_id: UUID) -> list[Booking]:
    ahead = await work.bookings.ahead(garage.id, work.now)
    return [each for each in ahead if any(one["id"] == str(service_id) for one in each.services)]


async def turn_away_out_of_hours(
    work: Work, garage: Garage, before: Sequence[Booking], *, reason: str | None
) -> None:
    """After its hours have changed: those that do not fit any more. Raises BookingsAhead."""
    if not before:
        return
    await work.flush()
    kept = {each.id for each in await fitting(work, garage, before)}
    gone = [each for each in before if each.id not in kept]
    turn_away(work, gone, cause=Cause.HOURS, reason=reason)


def turn_away(work: Work, bookings: Sequence[Booking], *, cause: Cause, reason: str | None) -> None:
    """Raises BookingsAhead."""
    if not bookings:
        return
    if not (reason or "").strip():
        shown = [
            {"id": str(each.id), "starts_at": each.starts_at.isoformat()}
            for each in bookings[:MOST_SHOWN]
        ]
        raise BookingsAhead(pointer="?reason", count=len(bookings), bookings=shown)
    for each in bookings:
        payload = CallOff(
            owner_id=each.owner_id, booking_id=each.id, cause=cause, reason=str(reason).strip()
        )
        work.enqueue(CALL_OFF, payload, key=str(each.id))


async def turn_away_left(work: Work, garage: Garage) -> None:
    """Its owner has left. Where others work, they answer for it; else each customer hears that nobody does."""
    await work.flush()
    if not await work.bookings.people_at(garage.id):
        ahead = await work.bookings.ahead(garage.id, work.now)
        turn_away(work, ahead, cause=Cause.LEFT, reason=NOBODY.en)


async def call_off_turned_away(work: Work, *, said: CallOff) -> None:
    """As it stands now: who has moved it, cancelled it or opened again meanwhile, keeps it so."""
    found = await work.bookings.these([said.booking_id])
    deal = await held_deal(work, found[0]) if found else None
    if deal is None or deal.booking.state not in OPEN or deal.booking.starts_at <= work.now:
        return
    booking, garage = deal.booking, deal.garage
    waits = booking.state == BookingState.PENDING
    if waits and is_expired(booking.asked_at, booking.starts_at, work.now):
        return  # the clock says so
    if said.cause is Cause.CLOSED and garage.closed_at is None:
        return
    if said.cause is Cause.LEFT and await work.bookings.people_at(garage.id):
        return  # somebody has claimed it meanwhile
    if said.cause is Cause.HOURS and await fitting(work, garage, [booking]):
        return
    free = []
    if takes_bookings(garage):
        free = await next_free_times(work, garage, booking.stretch)
    happening = Happening(BookingHappened.CANCELLED, Side.GARAGE, next_free=tuple(free))
    reason = said.reason
    if said.cause is Cause.LEFT:
        known = await work.owners.of(Access(customer_of(deal)))
        reason = NOBODY.into(Language(known.language) if known else Language.FR)
    await call_off_one(work, deal, Side.GARAGE, reason=reason, happening=happening)
