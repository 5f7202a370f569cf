"""Which times a garage has left, and the taking of one: counted again under a lock, so that no step holds more cars than bays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.vehicles.domain.garages.openings import Stretch, open_stretches
from services.vehicles.domain.garages.slots import (
    LONGEST,
    STEP,
    is_free,
    is_on_grid,
    is_open,
    length_of,
    next_free,
    starts,
    used,
)
from services.vehicles.errors.garages_bookings import (
    BookingsNotTaken,
    BookingTooLong,
    SlotClosed,
    SlotFull,
    SlotOffGrid,
    SlotPast,
)
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.storage.garages.models import Garage, GarageService
from services.vehicles.usecases.work import Work
from shared.errors import NotFound
from shared.local_day import local_day, utc_day

ONE_DAY: Final = timedelta(days=1)
SEARCHED: Final = timedelta(days=30)
"""How far the next free times are looked for."""
AHEAD: Final = timedelta(days=366)
"""How far ahead anything is booked."""
UNNAMED_MINUTES: Final = 60
"""Of a booking that names no service: somebody is to look at the car."""


@dataclass(frozen=True, slots=True)
class Slots:
    garage: Garage
    day: date
    length: timedelta
    starts: Sequence[datetime]


async def read_slots(
    work: Work, *, garage_id: UUID, day: date | None, service_ids: Sequence[UUID]
) -> Slots:
    """The free times of a day of the garage's; of today where nobody says. Raises NotFound, BookingTooLong."""
    garage = await work.garages.one(garage_id)
    if garage is None:
        raise NotFound
    day = day or local_day(work.now, garage.timezone)
    _, length = await asked_for(work, garage, service_ids)
    if not takes_bookings(garage) or not _is_in_reach(work, day):
        return Slots(garage, day, length, ())
    opened = await _opened(work, garage, day, day)
    held: dict[int, int] = {}
    if opened:
        held = used(await work.bookings.taken(garage.id, opened[0].starts, opened[-1].ends))
    found = [
        at
        for at in starts(opened, length, held=held, capacity=garage.bays)
        if at > work.now and local_day(at, garage.timezone) == day
    ]
    return Slots(garage, day, length, found)


def takes_bookings(garage: Garage) -> bool:
    return garage.takes_bookings and garage.closed_at is None


async def garage_to_book(work: Work, garage_id: UUID) -> Garage:
    """As it is until the transaction ends: its hours wait. Raises NotFound, BookingsNotTaken."""
    garage = await work.garages.shared(garage_id)
    if garage is None:
        raise NotFound(pointer="/garage")
    if not takes_bookings(garage):
        raise BookingsNotTaken(pointer="/garage", phone=garage.phone)
    return garage


async def asked_for(
    work: Work, garage: Garage, service_ids: Sequence[UUID]
) -> tuple[list[GarageService], timedelta]:
    """What is to be done, in the order asked, and how long it takes. Raises NotFound, BookingTooLong."""
    wanted = list(dict.fromkeys(service_ids))
    known = {}
    if wanted:
        known = {each.id: each for each in await work.garage_services.these_of(garage.id, wanted)}
    if len(known) < len(wanted):
        raise NotFound(pointer="/services")
    services = [known[id_] for id_ in wanted]
    length = length_of([each.minutes for each in services] or [UNNAMED_MINUTES])
    if length > LONGEST:
        raise BookingTooLong(pointer="/services")
    return services, length


async def take_place(
    work: Work, garage: Garage, wanted: Stretch, *, other_than: UUID | None = None
) -> None:
    """Whoever gets past this has the bay until the transaction ends, and by what it writes from then on. `other_than`: the booking
    that moves there. Raises SlotPast, SlotOffGrid, SlotClosed, SlotFull.
    """
    if not work.now < wanted.starts <= work.now + AHEAD:
        raise SlotPast(pointer="/starts_at")
    if not is_on_grid(wanted.starts):
        raise SlotOffGrid(pointer="/starts_at")
    first, last = (local_day(at, garage.timezone) for at in (wanted.starts, wanted.ends))
    if not is_open(wanted, await _opened(work, garage, first, last)):
        raise SlotClosed(pointer="/starts_at", next_free=await _next(work, garage, wanted))
    await _refuse_full(work, garage, wanted, other_than)  # nobody waits for what is gone already
    await work.bookings.hold_days(garage.id, (first, last))
    await _refuse_full(work, garage, wanted, other_than)


async def _refuse_full(
    work: Work, garage: Garage, wanted: Stretch, other_than: UUID | None
) -> None:
    held = used(
        await work.bookings.taken(garage.id, wanted.starts, wanted.ends, other_than=other_than)
    )
    if not is_free(wanted, held, garage.bays):
        raise SlotFull(pointer="/starts_at", next_free=await _next(work, garage, wanted))


async def fitting(work: Work, garage: Garage, bookings: Sequence[Booking]) -> list[Booking]:
    """Those that lie within its hours as they are now."""
    if not bookings:
        return []
    days = [
        local_day(at, garage.timezone) for each in bookings for at in (each.starts_at, each.ends_at)
    ]
    opened = await _opened(work, garage, min(days), max(days))
    return [each for each in bookings if is_open(each.stretch, opened)]


async def _next(work: Work, garage: Garage, wanted: Stretch) -> list[str]:
    found = await next_free_times(work, garage, wanted)
    return [at.isoformat(timespec="milliseconds").replace("+00:00", "Z") for at in found]


async def next_free_times(work: Work, garage: Garage, wanted: Stretch) -> list[datetime]:
    """The next three, for whoever has just been refused, or turned away."""
    last = wanted.starts + SEARCHED
    days = [local_day(at, garage.timezone) for at in (wanted.starts, last)]
    opened = await _opened(work, garage, *days)
    taken = await work.bookings.taken(garage.id, wanted.starts, last + 2 * ONE_DAY)
    return next_free(
        opened,
        wanted.ends - wanted.starts,
        held=used(taken),
        capacity=garage.bays,
        since=max(wanted.starts, work.now + STEP),
    )


async def _opened(work: Work, garage: Garage, first: date, last: date) -> list[Stretch]:
    """With the days around, so that what goes on over midnight is whole."""
    hours = await work.opening_spans.hours(garage, since=first - ONE_DAY)
    return open_stretches(hours, first - ONE_DAY, last + ONE_DAY)


def _is_in_reach(work: Work, day: date) -> bool:
    today = utc_day(work.now)
    return today - ONE_DAY <= day <= today + AHEAD
