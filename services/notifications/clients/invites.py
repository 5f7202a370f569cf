"""An appointment as calendars take it (RFC 5545, RFC 5546): a mail brings the entry, a later one moves it or takes it away.

The same UID each time and a SEQUENCE that grows is what makes the second mail change the first one's entry. Times are in UTC, which
every calendar shows on its owner's clock, and which no table of zones has to explain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from services.notifications.domain.message import Message
from shared.contracts.base import Language

CANCEL, REQUEST = "CANCEL", "REQUEST"
STATUS: Final = {"tentative": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED"}
REMINDED_BEFORE: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Invite:
    """What goes into the mail."""

    method: str
    content: bytes


def invite_of(
    facts: Mapping[str, Any], message: Message, language: Language, *, sender: str, to: str
) -> Invite | None:
    """None for what no calendar need know. `sender` and `to` are addresses."""
    state = facts.get("calendar")
    if state is None:
        return None
    method = CANCEL if state == "cancelled" else REQUEST
    calendar = Calendar()
    calendar.add("prodid", f"-//AutoTrack//Bookings//{language.value.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_entry(facts, message, state, sender=sender, to=to))
    content: bytes = calendar.to_ical()
    return Invite(method, content)


def _entry(
    facts: Mapping[str, Any], message: Message, state: str, *, sender: str, to: str
) -> Event:
    entry = Event()
    entry.add("uid", f"booking-{facts['booking_id']}@autotrack")
    entry.add("sequence", int(facts["sequence"]))
    entry.add("dtstamp", datetime.fromisoformat(facts["told_at"]))
    entry.add("dtstart", datetime.fromisoformat(facts["starts_at"]))
    entry.add("dtend", datetime.fromisoformat(facts["ends_at"]))
    entry.add("summary", f"{facts['garage'] or 'AutoTrack'}: {facts['vehicle_name']}")
    said = [message.summary, ", ".join(facts["services"]), facts["garage_phone"]]
    entry.add("description", "\n".join(filter(None, said)))
    if facts["garage_address"]:
        entry.add("location", facts["garage_address"])
    entry.add("status", STATUS[state])
    entry.add("organizer", vCalAddress(f"mailto:{sender}"))
    guest = vCalAddress(f"mailto:{to}")
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("ACCEPTED")
    guest.params["RSVP"] = vText("FALSE")
    entry.add("attendee", guest)
    if state == "confirmed":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", facts["vehicle_name"])
        alarm.add("trigger", -REMINDED_BEFORE)
        entry.add_component(alarm)
    return entry
