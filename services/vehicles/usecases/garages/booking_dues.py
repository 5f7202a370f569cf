"""What the clock does to bookings: requests that nobody answered expire, and whoever is expected tomorrow is reminded."""

from typing import Final
from uuid import UUID

from pydantic import BaseModel

from services.vehicles.domain.garages.bookings import BookingState, Side, is_expired
from services.vehicles.usecases.garages.booking_moves import end_by_clock, held_deal
from services.vehicles.usecases.garages.booking_news import Happening, tell
from services.vehicles.usecases.work import Work
from shared.contracts.vehicles_bookings import BookingHappened, BookingSide

DUE: Final = "vehicles.booking_due"
BATCH: Final = 1000


class DueBooking(BaseModel):
    """`owner_id`, the car's owner, is whom the kernel holds."""

    owner_id: UUID
    booking_id: UUID


async def queue_bookings(work: Work) -> None:
    """A job each: what is wrong with one is that one's alone. What a batch leaves, the next slot takes."""
    for row in await work.bookings.due(work.now, limit=BATCH):
        payload = DueBooking(owner_id=row.owner_id, booking_id=row.id)
        work.enqueue(DUE, payload, key=str(row.id))


async def attend_to(work: Work, *, booking_id: UUID) -> None:
    """Whatever is due of it as it stands now; twice is once."""
    found = await work.bookings.these([booking_id])
    deal = await held_deal(work, found[0]) if found else None
    if deal is None:
        return
    booking = deal.booking
    if booking.state == BookingState.PENDING:
        if is_expired(booking.asked_at, booking.starts_at, work.now):
            end_by_clock(work, booking)
            await tell(work, deal, Happening(BookingHappened.EXPIRED, Side.CLOCK))
        return
    if booking.remind_at is None or booking.remind_at > work.now:
        return
    booking.remind_at = None
    if booking.state == BookingState.CONFIRMED and booking.starts_at > work.now:
        to_customer = frozenset({BookingSide.CUSTOMER})
        happening = Happening(BookingHappened.DAY_BEFORE, Side.CLOCK, audiences=to_customer)
        await tell(work, deal, happening)
