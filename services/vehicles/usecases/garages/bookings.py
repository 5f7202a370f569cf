from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.faults import Fault
from services.vehicles.domain.garages.bookings import BookingState, Side
from services.vehicles.domain.garages.openings import Stretch
from services.vehicles.errors.garages_bookings import (
    CarNotInUse,
    GarageOnly,
    TooManyBookings,
    WrongState,
)
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.storage.garages.models import Garage, GarageService
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.garages.booking_news import Deal, Happening, tell
from services.vehicles.usecases.garages.slots import asked_for, garage_to_book, take_place
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_bookings import BookingHappened
from shared.errors import NotFound
from shared.ids import new_id

MOST_OPEN: Final = 10
"""Bookings of one car that have not begun: nobody takes a garage's whole week."""


class BookingFacts(TypedDict, total=False):
    id: UUID
    vehicle_id: UUID
    garage_id: UUID
    starts_at: datetime
    service_ids: Sequence[UUID]
    case_id: UUID | None
    note: str | None
    phone: str | None


class Words(TypedDict, total=False):
    """What the customer may say anew while the car is not there yet; what is absent stays as it is."""

    note: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class BookingView:
    """A booking as one side of it sees it."""

    booking: Booking
    garage: Garage
    vehicle: Vehicle
    side: Side
    customer_name: str | None
    """For the garage."""
    fault: Fault | None
    """While it is there, what is to be mended."""


async def ask_for_booking(work: Work, *, access: Access, facts: BookingFacts) -> Booking:
    """It holds its bay from now on, and waits for the garage's answer. Raises NotFound, RoleInsufficient, BookingsNotTaken,
    CarNotInUse, TooManyBookings, and what `take_place` does.
    """
    vehicle = await hold_vehicle(
        work, access=access, vehicle_id=facts["vehicle_id"], may=May.BOOK, shared=True
    )
    if vehicle.lifecycle != Lifecycle.ACTIVE:
        raise CarNotInUse(pointer="/vehicle", lifecycle=vehicle.lifecycle)
    case_id = facts.get("case_id")
    if case_id is not None and not await work.cases.is_of(vehicle.id, case_id):
        raise NotFound(pointer="/case")
    garage = await garage_to_book(work, facts["garage_id"])
    services, length = await asked_for(work, garage, facts.get("service_ids", ()))
    if await work.bookings.count_open(vehicle.id) >= MOST_OPEN:
        raise TooManyBookings(most=MOST_OPEN)
    starts_at = facts["starts_at"]
    await take_place(work, garage, Stretch(starts_at, starts_at + length))
    booking = work.bookings.add(
        Booking(
            id=facts.get("id") or new_id(),
            owner_id=vehicle.owner_id,
            vehicle_id=vehicle.id,
            garage_id=garage.id,
            made_by=access.person,
            version=1,
            starts_at=starts_at,
            ends_at=starts_at + length,
            timezone=garage.timezone,
            state=BookingState.PENDING,
            services=[_as_offered(each) for each in services],
            case_id=case_id,
            note=facts.get("note"),
            phone=facts.get("phone"),
            cancel_hours=garage.cancel_hours,
            moved_by_garage=False,
            in_calendar=False,
            sequence=0,
            asked_at=work.now,
            created_at=work.now,
            updated_at=work.now,
        )
    )
    happening = Happening(BookingHappened.ASKED, Side.CUSTOMER)
    await tell(work, Deal(booking, garage, vehicle), happening)
    return booking


async def read_booking(work: Work, *, access: Access, booking_id: UUID) -> tuple[Booking, Side]:
    """And from which side the caller sees it: whoever is on both, from the car's. Raises NotFound, RoleInsufficient."""
    found = await work.bookings.find_seen(access, booking_id)
    if found is not None:
        return found, Side.CUSTOMER
    found = await work.bookings.find_at_garage(access, booking_id)
    if found is not None:
        return found, Side.GARAGE
    return await work.bookings.one_seen(access, booking_id), Side.CUSTOMER


async def side_of(work: Work, access: Access, booking: Booking) -> Side:
    """From which they have just moved it."""
    works = await work.garages.works_at(access, booking.garage_id)
    return Side.GARAGE if works else Side.CUSTOMER


async def edit_words(work: Work, *, access: Access, booking_id: UUID, words: Words) -> Booking:
    """A garage changes no word of its customer's. Raises NotFound, RoleInsufficient, WrongState."""
    found, side = await read_booking(work, access=access, booking_id=booking_id)
    if side is not Side.CUSTOMER:
        raise NotFound
    await hold_vehicle(work, access=access, vehicle_id=found.vehicle_id, may=May.BOOK, shared=True)
    booking = await work.bookings.one_changed(access, booking_id)
    if booking.ended_at is not None:
        raise WrongState(state=booking.state)
    for name, value in words.items():
        setattr(booking, name, value)
    touch(work, booking)
    return booking


async def views(work: Work, bookings: Sequence[Booking], side: Side) -> dict[UUID, BookingView]:
    """By id, in three statements however many they are."""
    named = [each.case_id for each in bookings if each.case_id is not None]
    faults = await work.cases.faults(named)
    around = await work.bookings.around([each.id for each in bookings])
    names: dict[UUID, str] = {}
    if side is Side.GARAGE:
        people = {each.made_by for each in bookings} - {None}
        names = await work.owners.first_names([each for each in people if each is not None])
    return {
        each.id: BookingView(
            each,
            garage,
            car,
            side,
            names.get(each.made_by) if each.made_by else None,
            faults.get(each.case_id) if each.case_id else None,
        )
        for each in bookings
        for garage, car in (around[each.id],)
    }


def touch(work: Work, booking: Booking) -> None:
    booking.version += 1
    booking.updated_at = work.now


def _as_offered(service: GarageService) -> dict[str, object]:
    return {
        "id": str(service.id),
        "name": service.name,
        "service_type": service.service_type,
        "minutes": service.minutes,
        "price_minor": service.price_minor,
        "currency": service.currency,
    }


async def only_at_garage(work: Work, access: Access, booking_id: UUID) -> Booking:
    """For what only the garage does. Raises GarageOnly for its customer, NotFound, RoleInsufficient."""
    found = await work.bookings.find_at_garage(access, booking_id)
    if found is None:
        await work.bookings.one_seen(access, booking_id)
        raise GarageOnly
    return found
