"""What vehicles says of bookings at garages."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Event, MoneyAmount


class BookingHappened(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    """It is at another time."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Nobody answered in time."""
    DAY_BEFORE = "day_before"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


class BookingSide(StrEnum):
    CUSTOMER = "customer"
    GARAGE = "garage"
    CLOCK = "clock"


class CalendarEntry(StrEnum):
    """What becomes of it in the calendar of whoever is told."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class BookingNotice(Event):
    """Something happened to a booking: one person on one side of it hears of it."""

    topic: ClassVar[str] = "vehicles.booking_notice.v1"
    subject_field: ClassVar[str] = "booking_id"
    notice_id: UUID
    account_id: UUID
    audience: BookingSide
    """As what they are told: `customer`, or `garage` for its owner and staff."""
    happened: BookingHappened
    by: BookingSide
    booking_id: UUID
    garage_id: UUID
    garage_name: str
    garage_phone: str | None
    garage_address: str | None
    vehicle_name: str
    customer_name: str | None
    """A first name, for the garage alone."""
    services: tuple[str, ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    timezone: str
    """The garage's: its time is told first."""
    before: AwareDatetime | None = None
    """When it was to start until it was changed."""
    reason: str | None = None
    next_free: tuple[AwareDatetime, ...] = ()
    """Other times, for a customer whose appointment the garage can no longer keep."""
    price: MoneyAmount | None = None
    """The final one, for the customer."""
    cancel_until: AwareDatetime | None = None
    is_drafted: bool = False
    """A draft of a maintenance record waits for the customer."""
    calendar: CalendarEntry | None = None
    sequence: int = 0
    """Of its entry in calendars: grows with each change."""
    occurred_at: AwareDatetime
