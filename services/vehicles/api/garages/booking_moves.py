from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.vehicles.api.dependencies import CarMoment, InWork, Price
from services.vehicles.api.garages.bookings import SLOT_REFUSALS, BookingOut, told
from services.vehicles.domain.garages.bookings import Side
from services.vehicles.errors.garages_bookings import (
    GarageOnly,
    NoShowUntimely,
    ReasonMissing,
    TooLateToCancel,
    WrongState,
)
from services.vehicles.usecases.garages.booking_moves import (
    Outcome,
    cancel_booking,
    complete_booking,
    confirm_booking,
    note_no_show,
    reschedule_booking,
    start_booking,
)
from services.vehicles.usecases.garages.bookings import side_of
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import LINE_SAYS_SOMETHING, Line, Prose, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/bookings", tags=["bookings"])
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=LINE_SAYS_SOMETHING)
]
GARAGES = problems(NotFound, RoleInsufficient, GarageOnly, WrongState)


class CancelIn(RequestModel):
    reason: Reason | None = None
    """A garage says why."""


class RescheduleIn(RequestModel):
    starts_at: CarMoment
    reason: Reason | None = None
    """Of a garage, for its customer."""


class CompleteIn(RequestModel):
    price: Price
    """The final one, all taxes included; zero for what costs nothing."""
    work_done: Prose | None = None
    mileage: Annotated[int, Field(ge=0, le=9_999_999)] | None = None
    """As the garage read it, in the car's own unit."""
    invoice_number: Line | None = None


@router.post("/{booking_id}/confirm", responses=GARAGES)
async def confirm_a_booking(booking_id: UUID, work: InWork, caller: CurrentCaller) -> BookingOut:
    booking = await confirm_booking(work, access=caller.access, booking_id=booking_id)
    return await told(work, caller, booking, Side.GARAGE)


@router.post("/{booking_id}/start", responses=GARAGES)
async def start_a_booking(booking_id: UUID, work: InWork, caller: CurrentCaller) -> BookingOut:
    """The car is there."""
    booking = await start_booking(work, access=caller.access, booking_id=booking_id)
    return await told(work, caller, booking, Side.GARAGE)


@router.post("/{booking_id}/complete", responses=GARAGES)
async def complete_a_booking(
    booking_id: UUID, body: CompleteIn, work: InWork, caller: CurrentCaller
) -> BookingOut:
    """With the final price. Its customer finds a draft of a maintenance record, and decides."""
    outcome = Outcome(body.price.money(), body.work_done, body.mileage, body.invoice_number)
    booking = await complete_booking(
        work, access=caller.access, booking_id=booking_id, outcome=outcome
    )
    return await told(work, caller, booking, Side.GARAGE)


@router.post("/{booking_id}/no_show", responses=GARAGES | problems(NoShowUntimely))
async def note_a_no_show(booking_id: UUID, work: InWork, caller: CurrentCaller) -> BookingOut:
    """From a quarter of an hour after the start, on that day at the garage."""
    booking = await note_no_show(work, access=caller.access, booking_id=booking_id)
    return await told(work, caller, booking, Side.GARAGE)


@router.post(
    "/{booking_id}/cancel",
    responses=problems(NotFound, RoleInsufficient, WrongState, TooLateToCancel, ReasonMissing),
)
async def cancel_a_booking(
    booking_id: UUID, work: InWork, caller: CurrentCaller, body: CancelIn | None = None
) -> BookingOut:
    """By its customer until the garage's rule (`cancel_until`), by the garage at any time, with a reason."""
    booking = await cancel_booking(
        work,
        access=caller.access,
        booking_id=booking_id,
        reason=body.reason if body else None,
    )
    return await told(work, caller, booking, await side_of(work, caller.access, booking))


@router.post(
    "/{booking_id}/reschedule",
    responses=SLOT_REFUSALS | problems(NotFound, RoleInsufficient, WrongState, TooLateToCancel),
)
async def reschedule_a_booking(
    booking_id: UUID, body: RescheduleIn, work: InWork, caller: CurrentCaller
) -> BookingOut:
    """To another time. What its customer moves waits for the garage's answer again; what the garage moves, its customer may cancel up
    to the last moment.
    """
    booking = await reschedule_booking(
        work,
        access=caller.access,
        booking_id=booking_id,
        starts_at=body.starts_at,
        reason=body.reason,
    )
    return await told(work, caller, booking, await side_of(work, caller.access, booking))
