"""What becomes of bookings when their car goes: sold, deleted, handed over, or with the account of its owner."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.garages.bookings import Side
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.garages.booking_moves import call_off_one
from services.vehicles.usecases.garages.booking_news import Deal, Happening
from services.vehicles.usecases.work import Terms, Work
from shared.contracts.vehicles_bookings import BookingHappened, BookingSide


async def follow_bookings(
    work: Work,
    vehicle: Vehicle,
    _ledger: Sequence[Reading],
    _rate: Rate,
) -> None:
    """A car that is sold, scrapped or in the trash goes to no garage any more; one that is laid up may still be repaired there."""
    if vehicle.trashed_at is not None or vehicle.lifecycle in GONE:
        await _call_off_all(work, vehicle, Happening(BookingHappened.CANCELLED, Side.CUSTOMER))


async def hand_over_bookings(work: Work, vehicle: Vehicle, terms: Terms) -> None:
    """What the giver has agreed ends; what was done stays with the car, without prices where these do not go with it."""
    await _call_off_all(work, vehicle, Happening(BookingHappened.CANCELLED, Side.CUSTOMER))
    for booking in await work.bookings.all_of_vehicle(vehicle.id):
        booking.draft_id = None
        if not terms.include_costs:
            booking.currency = None
            booking.services = [_without_price(each) for each in booking.services]


async def call_off(work: Work, *, person_id: UUID) -> None:
    """Before somebody is erased, whose cars are held: the garages hear that these do not come."""
    to_garage = frozenset({BookingSide.GARAGE})
    happening = Happening(BookingHappened.CANCELLED, Side.CUSTOMER, audiences=to_garage)
    for vehicle in await work.vehicles.all_owned(person_id):
        await _call_off_all(work, vehicle, happening)


async def _call_off_all(work: Work, vehicle: Vehicle, happening: Happening) -> None:
    await work.flush()
    found = await work.bookings.open_of_vehicle(vehicle.id)
    garages = await work.bookings.garages({each.garage_id for each in found}) if found else {}
    for booking in found:
        deal = Deal(booking, garages[booking.garage_id], vehicle)
        await call_off_one(work, deal, Side.CUSTOMER, happening=happening)


def _without_price(service: dict[str, Any]) -> dict[str, Any]:
    return service | {"price_minor": None, "currency": None}
