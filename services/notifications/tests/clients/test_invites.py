"""The calendar entry of a booking's mails, opened by a real parser."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from services.notifications.clients.invites import invite_of
from services.notifications.clients.mailer import Letter, SmtpMailer
from services.notifications.clients.renderer import Reader, TemplateRenderer
from services.notifications.domain.booking_news import of_booking
from services.notifications.settings import Settings
from services.notifications.tests.factories import NOW, make_booking
from shared.contracts.base import Language
from shared.contracts.vehicles_bookings import BookingHappened, BookingNotice, CalendarEntry
from shared.ids import new_id

RENDERER = TemplateRenderer(None)
SENDER, GUEST = "no-reply@autotrack.example", "chloe@example.org"


def invited(event: BookingNotice, language: Language = Language.FR) -> Any:
    news = of_booking(event)
    message = RENDERER.render(
        news.kind, Reader(language, "Europe/Lisbon", "Chloé"), {**news.facts, "url": None}
    )
    return message, invite_of(news.facts, message, language, sender=SENDER, to=GUEST)


def opened(event: BookingNotice, language: Language = Language.FR) -> Any:
    _, invite = invited(event, language)
    calendar = Calendar.from_ical(invite.content)
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


@pytest.mark.parametrize("language", Language)
def test_a_confirmed_booking_is_an_entry(language: Language) -> None:
    event = make_booking(calendar=CalendarEntry.CONFIRMED)
    calendar, entry = opened(event, language)
    assert (str(calendar["method"]), str(entry["status"])) == ("REQUEST", "CONFIRMED")
    assert str(entry["uid"]) == f"booking-{event.booking_id}@autotrack"
    assert entry["sequence"] == 0
    assert entry.decoded("dtstart") == datetime(2026, 11, 29, 9, tzinfo=UTC)
    assert entry.decoded("dtend") - entry.decoded("dtstart") == timedelta(minutes=90)
    assert entry.decoded("dtstamp") == NOW
    assert str(entry["summary"]) == "Garage du Parc: Peugeot 208"
    assert str(entry["location"]) == "12 rue du Parc, 69006 Lyon"
    assert str(entry["organizer"]) == f"mailto:{SENDER}"
    assert str(entry["attendee"]) == f"mailto:{GUEST}"
    assert [str(each["action"]) for each in entry.walk("VALARM")] == ["DISPLAY"]


def test_a_change_and_a_cancellation_are_of_the_same_entry() -> None:
    id_ = new_id()
    told = [
        (BookingHappened.CONFIRMED, CalendarEntry.CONFIRMED, "REQUEST", "CONFIRMED"),
        (BookingHappened.CHANGED, CalendarEntry.TENTATIVE, "REQUEST", "TENTATIVE"),
        (BookingHappened.CANCELLED, CalendarEntry.CANCELLED, "CANCEL", "CANCELLED"),
    ]
    uids = set()
    for sequence, (happened, entry, method, status) in enumerate(told):
        event = make_booking(happened, booking_id=id_, calendar=entry, sequence=sequence)
        calendar, found = opened(event)
        assert (str(calendar["method"]), str(found["status"])) == (method, status)
        assert found["sequence"] == sequence
        uids.add(str(found["uid"]))
    assert len(uids) == 1


def test_what_no_calendar_need_know_has_none() -> None:
    assert invited(make_booking(BookingHappened.COMPLETED))[1] is None


def test_a_hostile_name_adds_no_line() -> None:
    name = "Garage\r\nATTENDEE;X,\\\nBEGIN"
    _, entry = opened(make_booking(garage_name=name, calendar=CalendarEntry.CONFIRMED))
    assert len(entry.walk("VEVENT")) == 1
    assert str(entry["attendee"]) == f"mailto:{GUEST}"
    assert str(entry["summary"]) == "Garage ATTENDEE;X,\\ BEGIN: Peugeot 208"


def test_the_mail_has_it_as_a_form_of_its_own_and_as_a_file() -> None:
    message, invite = invited(
        make_booking(BookingHappened.CANCELLED, calendar=CalendarEntry.CANCELLED)
    )
    letter = Letter(new_id(), GUEST, message, Language.FR, NOW, invite=invite)
    raw = SmtpMailer(Settings.model_construct(mail_from=SENDER, mail_reply_to="")).compose(letter)
    mail = message_from_bytes(raw.as_bytes(), _class=EmailMessage, policy=default)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["text/calendar"].get_param("method") == "CANCEL"
    assert parts["application/ics"].get_filename() == "autotrack.ics"
    for kind in ("text/calendar", "application/ics"):
        payload = parts[kind].get_payload(decode=True)
        calendar = Calendar.from_ical(payload)  # type: ignore[arg-type]  # bytes, decoded
        assert str(calendar["method"]) == "CANCEL"
    assert mail["Content-Language"] == "fr"


def test_who_is_turned_away_is_offered_other_times_on_the_garages_clock() -> None:
    free = (NOW + timedelta(days=8), NOW + timedelta(days=8, minutes=15))
    message, _ = invited(make_booking(BookingHappened.CANCELLED, next_free=free))
    shown = free[0].astimezone(ZoneInfo("Europe/Paris"))
    for body in (message.text, message.html):
        assert "Prochains horaires libres" in body
        assert f"{shown:%H:%M}" in body
    none, _ = invited(make_booking(BookingHappened.CANCELLED))
    assert "Prochains horaires libres" not in none.text + none.html
