"""The example of `BookingNotice`, apart for its length; see examples.py."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.contracts.vehicles_bookings import (
    BookingHappened,
    BookingNotice,
    BookingSide,
    CalendarEntry,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

BOOKING = BookingNotice(
    notice_id=UUID("01a20000-0000-7000-8000-000000000005"),
    account_id=UUID("01a20000-0000-7000-8000-000000000001"),
    audience=BookingSide.CUSTOMER,
    happened=BookingHappened.CONFIRMED,
    by=BookingSide.GARAGE,
    booking_id=UUID("01a20000-0000-7000-8000-000000000004"),
    garage_id=UUID("01a20000-0000-7000-8000-000000000003"),
    garage_name="Garage du Parc",
    garage_phone="+33 1 99 00 12 34",
    garage_address="12 rue du Parc, 69006 Lyon",
    vehicle_name="Peugeot 208",
    customer_name=None,
    services=("Vidange",),
    starts_at=NOW + timedelta(days=7),
    ends_at=NOW + timedelta(days=7, hours=1),
    timezone="Europe/Paris",
    cancel_until=NOW + timedelta(days=6),
    calendar=CalendarEntry.CONFIRMED,
    occurred_at=NOW,
)
