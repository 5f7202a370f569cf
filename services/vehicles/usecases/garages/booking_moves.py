"""A booking goes from state to state: who may move it is `domain/garages/bookings.py`. The car is held first, then the booking."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.garages.bookings import (
    THE_GARAGES,
    BookingState,
    Move,
    Side,
    is_expired,
    may_be_no_show,
    may_still_cancel,
    moved,
    remind_at,
)
from services.vehicles.domain.garages.openings import Stretch
from services.vehicles.errors.garages_bookings import (
    NoShowUntimely,
    ReasonMissing,
    TooLateToCancel,
    WrongState,
)
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.garages.booking_news import Deal, Happening, agreed, tell
from services.vehicles.usecases.garages.bookings import only_at_garage, read_booking, touch
from services.vehicles.usecases.garages.slots import take_place
from services.vehicles.usecases.work import Work, WorkDone
from shared.access import Access
from shared.contracts.vehicles_bookings import BookingHappened
from shared.errors import NotFound
from shared.local_day import local_day
from shared.money import Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a garage says of work it has done."""

    price: Money
    work_done: str | None = None
    mileage: int | None = None
    invoice_number: str | None = None


async def confirm_booking(work: Work, *, access: Access, booking_id: UUID) -> Booking:
    deal, _ = await _held(work, access, booking_id, Move.CONFIRM)
    booking = deal.booking
    _go(work, booking, Move.CONFIRM, Side.GARAGE)
    booking.confirmed_at = work.now
    booking.remind_at = remind_at(booking.starts_at, work.now, booking.timezone)
    await tell(work, deal, Happening(BookingHappened.CONFIRMED, Side.GARAGE))
    return booking


async def start_booking(work: Work, *, access: Access, booking_id: UUID) -> Booking:
    deal, _ = await _held(work, access, booking_id, Move.START)
    _go(work, deal.booking, Move.START, Side.GARAGE)
    deal.booking.started_at, deal.booking.remind_at = work.now, None
    return deal.booking


async def complete_booking(
    work: Work, *, access: Access, booking_id: UUID, outcome: Outcome
) -> Booking:
    """The final price, a draft of a record for the car's people, and an invitation to review."""
    deal, _ = await _held(work, access, booking_id, Move.COMPLETE)
    booking, vehicle = deal.booking, deal.vehicle
    _end(work, booking, Move.COMPLETE, Side.GARAGE)
    booking.price_minor, booking.currency = outcome.price.amount_minor, outcome.price.currency
    booking.work_done, booking.mileage = outcome.work_done, outcome.mileage
    booking.invoice_number = outcome.invoice_number
    if vehicle.trashed_at is None:
        for draft in work.drafters:
            booking.draft_id = await draft(work, vehicle, _done(work, deal, outcome))
    await tell(work, deal, Happening(BookingHappened.COMPLETED, Side.GARAGE))
    return booking


async def note_no_show(work: Work, *, access: Access, booking_id: UUID) -> Booking:
    deal, _ = await _held(work, access, booking_id, Move.NO_SHOW)
    booking = deal.booking
    _may(work, booking, Move.NO_SHOW, Side.GARAGE)
    if not may_be_no_show(booking.starts_at, work.now, booking.timezone):
        raise NoShowUntimely
    _end(work, booking, Move.NO_SHOW, Side.GARAGE)
    await tell(work, deal, Happening(BookingHappened.NO_SHOW, Side.GARAGE))
    return booking


async def cancel_booking(
    work: Work, *, access: Access, booking_id: UUID, reason: str | None
) -> Booking:
    """The customer until the garage's rule, the garage always, with a reason."""
    deal, side = await _held(work, access, booking_id, Move.CANCEL)
    _may(work, deal.booking, Move.CANCEL, side)
    if side is Side.GARAGE and not reason:
        raise ReasonMissing(pointer="/reason")
    _refuse_late(work, deal, side)
    await call_off_one(work, deal, side, reason=reason)
    return deal.booking


async def call_off_one(
    work: Work,
    deal: Deal,
    side: Side,
    *,
    reason: str | None = None,
    happening: Happening | None = None,
) -> None:
    """Whatever the rules say; the caller holds the car and the booking."""
    _end(work, deal.booking, Move.CANCEL, side)
    deal.booking.reason = reason
    await tell(work, deal, happening or Happening(BookingHappened.CANCELLED, side))


async def reschedule_booking(
    work: Work, *, access: Access, booking_id: UUID, starts_at: datetime, reason: str | None
) -> Booking:
    """As long as it was, at another time. What the customer moves waits for the garage's answer again; what the garage moves, the
    customer may call off up to the last moment.
    """
    deal, side = await _held(work, access, booking_id, Move.RESCHEDULE)
    booking, before = deal.booking, deal.booking.starts_at
    to = _may(work, booking, Move.RESCHEDULE, side)
    _refuse_late(work, deal, side)
    if starts_at == before:
        return booking
    await work.garages.shared(deal.garage.id)
    wanted = Stretch(starts_at, starts_at + (booking.ends_at - before))
    await take_place(work, deal.garage, wanted, other_than=booking.id)
    booking.starts_at, booking.ends_at = wanted.starts, wanted.ends
    booking.state, booking.moved_by_garage = to, side is Side.GARAGE
    booking.reason = reason if side is Side.GARAGE else None
    booking.remind_at = None
    if to is BookingState.CONFIRMED:
        booking.remind_at = remind_at(starts_at, work.now, booking.timezone)
    if side is Side.CUSTOMER:
        booking.asked_at, booking.confirmed_at = work.now, None
    touch(work, booking)
    await tell(work, deal, Happening(BookingHappened.CHANGED, side, before=before))
    return booking


def end_by_clock(work: Work, booking: Booking) -> None:
    _end(work, booking, Move.EXPIRE, Side.CLOCK)


def _done(work: Work, deal: Deal, outcome: Outcome) -> WorkDone:
    booking = deal.booking
    return WorkDone(
        booking_id=booking.id,
        case_id=booking.case_id,
        garage_id=deal.garage.id,
        garage=deal.garage.name,
        done_on=local_day(work.now, booking.timezone),
        services=tuple(each["service_type"] for each in booking.services if each["service_type"]),
        title=", ".join(each["name"] for each in booking.services)[:200] or None,
        description=outcome.work_done,
        price=outcome.price,
        mileage=outcome.mileage,
        invoice_number=outcome.invoice_number,
    )


async def _held(work: Work, access: Access, booking_id: UUID, move: Move) -> tuple[Deal, Side]:
    """Whoever works at the garage moves it for the garage. Raises NotFound, RoleInsufficient, GarageOnly."""
    if move in THE_GARAGES:
        found, side = await only_at_garage(work, access, booking_id), Side.GARAGE
    else:
        at_garage = await work.bookings.find_at_garage(access, booking_id)
        if at_garage is not None:
            found, side = at_garage, Side.GARAGE
        else:
            found, side = await read_booking(work, access=access, booking_id=booking_id)
    if side is Side.CUSTOMER:
        await hold_vehicle(
            work, access=access, vehicle_id=found.vehicle_id, may=May.BOOK, shared=True
        )
    deal = await held_deal(work, found)
    if deal is None:
        raise NotFound
    return deal, side


async def held_deal(work: Work, found: Booking) -> Deal | None:
    """The car first, then the booking as it is now; None where one of them, or its owner, is gone by now."""
    vehicle = await work.bookings.car_held(found.vehicle_id)
    if vehicle is None or not await work.hold(vehicle.owner_id, wait=False):
        return None
    booking = await work.bookings.held(found.id)
    garage = await work.garages.one(found.garage_id)
    if booking is None or garage is None:
        return None
    return Deal(booking, garage, vehicle)


def _may(work: Work, booking: Booking, move: Move, side: Side) -> BookingState:
    """Raises WrongState: of a request that nobody answered in time, before the clock has said so, too."""
    state = BookingState(booking.state)
    waits = state is BookingState.PENDING and side is not Side.CLOCK
    if waits and is_expired(booking.asked_at, booking.starts_at, work.now):
        raise WrongState(state=BookingState.EXPIRED)
    to = moved(state, move, side)
    if to is None:
        raise WrongState(state=state)
    return to


def _go(work: Work, booking: Booking, move: Move, side: Side) -> None:
    booking.state = _may(work, booking, move, side)
    touch(work, booking)


def _end(work: Work, booking: Booking, move: Move, side: Side) -> None:
    _go(work, booking, move, side)
    booking.ended_at, booking.ended_by, booking.remind_at = work.now, side, None


def _refuse_late(work: Work, deal: Deal, side: Side) -> None:
    terms = agreed(deal.booking)
    if side is Side.CUSTOMER and not may_still_cancel(terms, work.now):
        until = terms.until.isoformat() if terms.until else None
        raise TooLateToCancel(phone=deal.garage.phone, cancel_until=until)
