from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field, StringConstraints

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import (
    FIRST_DAY,
    LAST_DAY,
    CarDay,
    CarMoment,
    InWork,
    Named,
    chosen_id,
)
from services.vehicles.api.garages.slots import Clocks
from services.vehicles.domain.garages.bookings import BookingState, Move, Side, moves_of
from services.vehicles.errors.garages_bookings import (
    BookingsNotTaken,
    BookingTooLong,
    CarNotInUse,
    SlotClosed,
    SlotFull,
    SlotOffGrid,
    SlotPast,
    TooLateToCancel,
    TooManyBookings,
    WrongState,
)
from services.vehicles.storage.garages.bookings import Booking
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.garages.booking_moves import cancel_booking
from services.vehicles.usecases.garages.booking_news import agreed
from services.vehicles.usecases.garages.bookings import (
    BookingFacts,
    BookingView,
    Words,
    ask_for_booking,
    edit_words,
    read_booking,
    views,
)
from services.vehicles.usecases.work import Work
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    NOT_IN_A_LINE,
    AnswerModel,
    Identifier,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.local_day import zone_named
from shared.money import Money, MoneyOut

router = Router(prefix="/api/bookings", tags=["bookings"])
ONE_DAY = timedelta(days=1)
Telephone = Annotated[
    str,
    StringConstraints(
        min_length=3, max_length=40, pattern=rf"^[^{NOT_IN_A_LINE}]*[0-9][^{NOT_IN_A_LINE}]*$"
    ),
    Field(examples=["+33 1 99 00 12 34"]),
]
SLOT_REFUSALS = problems(SlotPast, SlotOffGrid, SlotClosed, SlotFull)


class WordsIn(RequestModel):
    """What the customer tells the garage."""

    note: Prose | None = None
    phone: Telephone | None = None
    """Where to reach them about it; the garage sees no other."""


class NewBooking(Named, WordsIn):
    vehicle: Identifier
    garage: Identifier
    starts_at: CarMoment
    services: Annotated[list[Identifier], Field(max_length=20)] = Field(default_factory=list)
    """Of the garage's; none: an hour to look at the car."""
    case: Identifier | None = None
    """What is wrong with the car: the garage reads it, and the record that comes of the booking closes it."""


@every_member_optional
class WordsEdit(WordsIn):
    """What is left out stays as it is."""


class AtGarage(AnswerModel):
    id: UUID
    name: str
    phone: str | None
    city: str
    timezone: str


class BookedCar(AnswerModel):
    """What of a car its garage needs."""

    id: UUID | None
    """For the car's people."""
    make: str
    model: str
    year: int | None
    license_plate: str | None
    distance_unit: str


class BookedService(AnswerModel):
    id: UUID
    name: str
    minutes: int
    price: MoneyOut | None


class BookedFault(AnswerModel):
    """What is to be mended, as its case says by now."""

    id: UUID | None
    """For the car's people."""
    title: str
    description: str | None
    dtc_codes: list[str]
    severity: str


class BookingOut(MadeOut):
    """`side` is whose view this is: the customer's, or the garage's, which sees of its customer a first name, the phone they gave and
    the car.
    """

    id: UUID
    side: Side
    state: BookingState
    garage: AtGarage
    vehicle: BookedCar
    customer_name: str | None
    starts_at: Moment
    ends_at: Moment
    clocks: Clocks
    services: list[BookedService]
    fault: BookedFault | None
    estimate: MoneyOut | None
    """The sum of the prices, where each has one in one currency."""
    note: str | None
    phone: str | None
    moves: list[Move]
    """What the caller may do with it now, as its state goes."""
    cancel_until: Moment | None
    """Until when its customer may cancel or move it."""
    reason: str | None
    ended_by: Side | None
    price: MoneyOut | None
    work_done: str | None
    mileage: int | None
    invoice_number: str | None
    draft: UUID | None
    """The record that was drafted of it."""
    asked_at: Moment
    confirmed_at: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, view: BookingView, caller: Caller) -> Self:
        booking, is_theirs = view.booking, view.side is Side.CUSTOMER
        told = cls(
            **{name: getattr(booking, name) for name in _AS_KEPT},
            id=booking.id,
            side=view.side,
            state=BookingState(booking.state),
            garage=_garage(view),
            vehicle=_car(view),
            customer_name=view.customer_name,
            clocks=Clocks.at(booking.starts_at, booking.timezone, caller),
            services=[_service(each) for each in booking.services],
            fault=_fault(view),
            estimate=_estimate(booking.services),
            moves=moves_of(BookingState(booking.state), view.side),
            cancel_until=agreed(booking).until,
            ended_by=Side(booking.ended_by) if booking.ended_by else None,
            draft=booking.draft_id if is_theirs else None,
        )
        return told.about(booking) if is_theirs else told


_AS_KEPT = (
    *("starts_at", "ends_at", "note", "phone", "reason", "price", "work_done", "mileage"),
    *("invoice_number", "asked_at", "confirmed_at", "started_at", "ended_at"),
    *("created_at", "updated_at"),
)


def _fault(view: BookingView) -> BookedFault | None:
    fault = view.fault
    if fault is None:
        return None
    return BookedFault(
        id=fault.case_id if view.side is Side.CUSTOMER else None,
        title=fault.title,
        description=fault.description,
        dtc_codes=fault.dtc_codes,
        severity=fault.severity,
    )


def _garage(view: BookingView) -> AtGarage:
    garage = view.garage
    return AtGarage(
        id=garage.id,
        name=garage.name,
        phone=garage.phone,
        city=garage.city,
        timezone=view.booking.timezone,
    )


def _car(view: BookingView) -> BookedCar:
    car = view.vehicle
    return BookedCar(
        id=car.id if view.side is Side.CUSTOMER else None,
        make=car.make,
        model=car.model,
        year=car.year,
        license_plate=car.plate,
        distance_unit=car.distance_unit,
    )


def _price(service: dict[str, Any]) -> Money | None:
    if service["price_minor"] is None:
        return None
    return Money(service["price_minor"], service["currency"])


def _service(service: dict[str, Any]) -> BookedService:
    return BookedService(
        id=UUID(service["id"]),
        name=service["name"],
        minutes=service["minutes"],
        price=_price(service),
    )


def _estimate(services: Sequence[dict[str, Any]]) -> Money | None:
    prices = [_price(each) for each in services]
    known = [each for each in prices if each is not None]
    if not known or len(known) < len(prices) or len({each.currency for each in known}) > 1:
        return None
    return Money(sum(each.amount_minor for each in known), known[0].currency)


async def told(work: Work, caller: Caller, booking: Booking, side: Side) -> BookingOut:
    found = await views(work, [booking], side)
    return await shown(
        work,
        caller.access,
        BookingOut.of(found[booking.id], caller),
        cars=[found[booking.id].vehicle],
    )


async def _days(
    since: Annotated[CarDay | None, Query(alias="from")] = None,
    until: Annotated[CarDay | None, Query(alias="to")] = None,
) -> tuple[date, date]:
    return since or FIRST_DAY, until or LAST_DAY


Bookings = Annotated[
    ListQuery,
    listed_by(
        {"starts_at": Booking.starts_at, "created_at": Booking.created_at},
        default="-starts_at",
    ),
]


@router.get("")
async def list_bookings(
    work: InWork,
    caller: CurrentCaller,
    listing: Bookings,
    days: Annotated[tuple[date, date], Depends(_days)],
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    garage_id: Annotated[
        UUID | None, Query(alias="garage", description="Whoever works there sees all of its own.")
    ] = None,
    state: Annotated[list[BookingState] | None, Query()] = None,
) -> Page[BookingOut]:
    """Those of one's cars; with `garage`, for whoever works there, those of the garage. `from` and `to` are days on that clock."""
    statement, side, zone = work.bookings.seen_by(caller.access), Side.CUSTOMER, caller.zone
    if garage_id is not None:
        garage = await work.garages.one(garage_id)
        if garage is not None and await work.garages.works_at(caller.access, garage_id):
            statement, side = work.bookings.of_garages(caller.access), Side.GARAGE
            zone = garage.timezone
        statement = statement.where(Booking.garage_id == garage_id)
    if vehicle_id is not None and side is Side.CUSTOMER:
        statement = statement.where(Booking.vehicle_id == vehicle_id)
    if state:
        statement = statement.where(Booking.state.in_(state))
    statement = statement.where(
        Booking.starts_at >= _begin(days[0], zone), Booking.starts_at < _begin(days[1], zone, 1)
    )
    rows: Page[Booking] = await listing.page(work.session, statement, into=lambda row: row)
    found = await views(work, rows.results, side) if rows.results else {}
    page = rows.with_results([BookingOut.of(found[row.id], caller) for row in rows.results])
    return await shown(work, caller.access, page, cars=[each.vehicle for each in found.values()])


def _begin(day: date, zone: str | None, later: int = 0) -> datetime:
    return datetime.combine(day + later * ONE_DAY, time(), zone_named(zone))


@router.post(
    "",
    status_code=201,
    responses=SLOT_REFUSALS
    | problems(
        *(NotFound, RoleInsufficient, IdTaken, BookingsNotTaken, BookingTooLong, CarNotInUse),
        TooManyBookings,
    ),
)
async def create_booking(
    body: NewBooking, work: InWork, caller: CurrentCaller, response: Response
) -> BookingOut:
    """Asks the garage for a time, which is kept free until it answers, 48 hours at most. A full one is answered with the next three
    free (`next_free`).
    """
    facts = BookingFacts(
        vehicle_id=body.vehicle,
        garage_id=body.garage,
        starts_at=body.starts_at,
        service_ids=body.services,
        case_id=body.case,
        note=body.note,
        phone=body.phone,
    )
    booking = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: ask_for_booking(
            work, access=caller.access, facts=BookingFacts(**facts, id=id_)
        ),
        again=lambda id_: work.bookings.one_seen(caller.access, id_),
    )
    response.headers["Location"] = f"/api/bookings/{booking.id}"
    return await told(work, caller, booking, Side.CUSTOMER)


@router.get("/{booking_id}", responses=problems(NotFound, RoleInsufficient))
async def get_booking(booking_id: UUID, work: InWork, caller: CurrentCaller) -> BookingOut:
    booking, side = await read_booking(work, access=caller.access, booking_id=booking_id)
    return await told(work, caller, booking, side)


@router.put("/{booking_id}", responses=problems(NotFound, RoleInsufficient, WrongState))
async def replace_booking(
    booking_id: UUID, body: WordsIn, work: InWork, caller: CurrentCaller
) -> BookingOut:
    """What the customer tells the garage; time and state have their own ways (`reschedule`, `cancel`)."""
    words = Words(note=body.note, phone=body.phone)
    booking = await edit_words(work, access=caller.access, booking_id=booking_id, words=words)
    return await told(work, caller, booking, Side.CUSTOMER)


@router.patch("/{booking_id}", responses=problems(NotFound, RoleInsufficient, WrongState))
async def change_booking(
    booking_id: UUID, body: WordsEdit, work: InWork, caller: CurrentCaller
) -> BookingOut:
    words = cast("Words", body.model_dump(exclude_unset=True))  # the model's own names
    booking = await edit_words(work, access=caller.access, booking_id=booking_id, words=words)
    return await told(work, caller, booking, Side.CUSTOMER)


@router.delete(
    "/{booking_id}",
    status_code=204,
    responses=problems(NotFound, RoleInsufficient, WrongState, TooLateToCancel),
)
async def delete_booking(booking_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """As `POST …/cancel` by its customer: what was agreed and called off stays to be seen by both."""
    await cancel_booking(work, access=caller.access, booking_id=booking_id, reason=None)
