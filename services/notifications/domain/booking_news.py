"""What it means to a person, customer or garage, that something happened to a booking."""

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import greeting, one_line
from services.notifications.domain.news import News
from services.notifications.domain.vehicle_news import amount, name
from shared.contracts.vehicles_bookings import BookingHappened, BookingNotice, BookingSide

KINDS = {
    BookingHappened.DAY_BEFORE: Kind.BOOKING_TOMORROW,
    BookingHappened.COMPLETED: Kind.BOOKING_COMPLETED,
}
ITS_OWN_WORDS = {BookingHappened.CHANGED, BookingHappened.CANCELLED}
"""Told otherwise to whoever did it."""
NOT_IN_A_MAIL = ("://", "www.", "@", "<")


def of_booking(event: BookingNotice) -> News:
    at_garage = event.audience is BookingSide.GARAGE
    kind = Kind.GARAGE_BOOKING if at_garage else KINDS.get(event.happened, Kind.BOOKING)
    told = f"{event.audience}_{event.happened}"
    if not at_garage and event.happened in ITS_OWN_WORDS and event.by is event.audience:
        told = f"{told}_self"
    return News(
        kind=kind,
        owner_id=event.account_id,
        key=f"booking:{event.notice_id}",
        facts={
            "told": told,
            "garage": greeting(event.garage_name) or None,
            "garage_phone": _plain(event.garage_phone, 30),
            "garage_address": _plain(event.garage_address, 120),
            "vehicle_name": name(event.vehicle_name),
            "customer": greeting(event.customer_name) or None if event.customer_name else None,
            "services": [words for each in event.services if (words := _plain(each, 80))],
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            "zone": event.timezone,
            "before": event.before.isoformat() if event.before else None,
            "reason": _plain(event.reason, 300),
            "price_paid": amount(event.price),
            "next_free": [at.isoformat() for at in event.next_free],
            "cancel_until": event.cancel_until.isoformat() if event.cancel_until else None,
            "is_drafted": event.is_drafted,
            "calendar": event.calendar.value if event.calendar else None,
            "sequence": event.sequence,
            "booking_id": str(event.booking_id),
            "told_at": event.occurred_at.isoformat(),
        },
        about={"booking_id": str(event.booking_id), "garage_id": str(event.garage_id)},
        expires_at=event.starts_at if event.happened is BookingHappened.DAY_BEFORE else None,
    )


def _plain(words: str | None, at_most: int) -> str | None:
    """What somebody else wrote, in a mail in our name: no line of its own, no address and no link."""
    line = one_line(words or "", at_most=at_most)
    return None if any(mark in line for mark in NOT_IN_A_MAIL) else line or None
