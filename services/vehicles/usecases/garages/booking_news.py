"""Who hears what happened to a booking: its customer, and who works at the garage."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.garages.bookings import (
    Agreed,
    BookingState,
    Side,
)
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.storage.garages.models import Garage
from services.vehicles.usecases.work import Work
from shared.contracts.base import MoneyAmount
from shared.contracts.vehicles_bookings import (
    BookingHappened,
    BookingNotice,
    BookingSide,
    CalendarEntry,
)
from shared.ids import new_id

ENTRIES = {
    BookingHappened.CONFIRMED: CalendarEntry.CONFIRMED,
    BookingHappened.CANCELLED: CalendarEntry.CANCELLED,
    BookingHappened.EXPIRED: CalendarEntry.CANCELLED,
}
TO_GARAGES = frozenset(
    {
        BookingHappened.ASKED,
        BookingHappened.CHANGED,
        BookingHappened.CANCELLED,
        BookingHappened.EXPIRED,
    }
)
"""What a garage does itself, its people see."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A booking with both its sides; the car is held, and so is the booking."""

    booking: Booking
    garage: Garage
    vehicle: Vehicle


@dataclass(frozen=True, slots=True)
class Happening:
    what: BookingHappened
    by: Side
    before: datetime | None = None
    """When it was to start until now."""
    next_free: tuple[datetime, ...] = ()
    """Offered to a customer who was turned away."""
    audiences: frozenset[BookingSide] = field(
        default=frozenset({BookingSide.CUSTOMER, BookingSide.GARAGE})
    )


def customer_of(deal: Deal) -> UUID:
    """Whoever asked for it, while they may still book with the car; else its owner."""
    asked_by = deal.booking.made_by
    if asked_by is not None and standing_of(deal.vehicle, asked_by).may(May.BOOK):
        return asked_by
    return deal.vehicle.owner_id


def agreed(booking: Booking) -> Agreed:
    return Agreed(
        BookingState(booking.state), booking.starts_at, booking.notice, booking.moved_by_garage
    )


async def tell(work: Work, deal: Deal, happening: Happening) -> None:
    entry = _entered(deal.booking, happening.what)
    if BookingSide.CUSTOMER in happening.audiences:
        notice = _notice(work, deal, happening, customer_of(deal))
        work.emit(notice.model_copy(update={"calendar": entry}))
    is_news = happening.what in TO_GARAGES and happening.by is not Side.GARAGE
    if is_news and BookingSide.GARAGE in happening.audiences:
        await _tell_garage(work, deal, happening)


async def _tell_garage(work: Work, deal: Deal, happening: Happening) -> None:
    customer = customer_of(deal)
    stays = BookingSide.CUSTOMER in happening.audiences  # not of somebody who is being erased
    names = await work.owners.first_names([customer]) if stays else {}
    for person in sorted(await work.bookings.people_at(deal.garage.id)):
        notice = _notice(work, deal, happening, person)
        said = {
            "audience": BookingSide.GARAGE,
            "customer_name": names.get(customer),
            "cancel_until": None,
        }
        work.emit(notice.model_copy(update=said))


def _notice(work: Work, deal: Deal, happening: Happening, person: UUID) -> BookingNotice:
    booking, garage = deal.booking, deal.garage
    price = booking.price
    return BookingNotice(
        notice_id=new_id(),
        account_id=person,
        audience=BookingSide.CUSTOMER,
        happened=happening.what,
        by=BookingSide(happening.by),
        booking_id=booking.id,
        garage_id=garage.id,
        garage_name=garage.name,
        garage_phone=garage.phone,
        garage_address=_address(garage),
        vehicle_name=deal.vehicle.name,
        customer_name=None,
        services=tuple(each["name"] for each in booking.services),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        timezone=booking.timezone,
        before=happening.before,
        reason=booking.reason,
        next_free=happening.next_free,
        price=MoneyAmount(amount_minor=price.amount_minor, currency=price.currency)
        if price
        else None,
        cancel_until=agreed(booking).until,
        is_drafted=booking.draft_id is not None,
        sequence=booking.sequence,
        occurred_at=work.now,
    )


def _address(garage: Garage) -> str | None:
    town = " ".join(filter(None, (garage.postal_code, garage.city)))
    return ", ".join(filter(None, (garage.street, town))) or None


def _entered(booking: Booking, what: BookingHappened) -> CalendarEntry | None:
    """What the customer's calendar is sent; each after the first has a higher number, so that it replaces the one before."""
    entry = ENTRIES.get(what)
    if what is BookingHappened.CHANGED:
        is_sure = booking.state == BookingState.CONFIRMED
        entry = CalendarEntry.CONFIRMED if is_sure else CalendarEntry.TENTATIVE
    if entry is None or not (booking.in_calendar or entry is CalendarEntry.CONFIRMED):
        return None
    if booking.in_calendar:
        booking.sequence += 1
    booking.in_calendar = entry is not CalendarEntry.CANCELLED
    return entry
