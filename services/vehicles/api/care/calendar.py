from datetime import timedelta
from typing import Annotated

from fastapi import Query, Response
from icalendar import Alarm, Calendar, Event

from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.care.calendar import entry_words, is_tentative
from services.vehicles.domain.care.reminders import OccurrenceStatus
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.calendar import open_calendar, read_calendar
from services.vehicles.usecases.care.reminders import titles_of
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.access import personally, public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router
from shared.storable import one_line

router = Router(prefix="/api/reminders", tags=["reminders"])
LONGEST_ALARM = 7
"""Days: a calendar that rings a month before is switched off."""


class CalendarAddress(AnswerModel):
    """Shown once: whoever has the address reads the calendar. Asking again makes a new one and ends this one."""

    url: str


@router.post("/calendar", status_code=201, openapi_extra=personally())
async def create_calendar(work: InWork, caller: CurrentCaller) -> CalendarAddress:
    token = await open_calendar(work, access=caller.access, language=speaks(caller))
    base = work.settings.public_url.rstrip("/")
    return CalendarAddress(url=f"{base}/api/reminders/calendar.ics?token={token}")


@router.get(
    "/calendar.ics",
    openapi_extra=public(),
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}, **problems(NotFound)},
)
async def calendar_feed(
    work: InWork, token: Annotated[str, Query(max_length=200, pattern=r"^[\w-]+$")]
) -> Response:
    """For calendar programs, which cannot sign in: the private token in the address is the key.

    Each entry keeps its UID; whenever it says something else its SEQUENCE grows and DTSTAMP and LAST-MODIFIED move. With an
    ETag, and 304 for whoever has it.
    """
    feed = await read_calendar(work, token=token)
    calendar = Calendar()
    calendar.add("prodid", "-//AutoTrack//reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "AutoTrack")
    for row in feed.rows:
        calendar.add_component(_entry(row, feed.vehicles[row.vehicle_id], feed.language))
    return Response(
        calendar.to_ical(),
        media_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, max-age=900"},
    )


def _entry(row: Occurrence, vehicle: Vehicle, language: Language) -> Event:
    """A whole day; the uid stays and the sequence grows, so that programs move the entry instead of adding one."""
    # the library escapes, but lets controls pass
    title = one_line(titles_of(row.title, row.service_type)[language])
    entry = Event()
    entry.add("uid", f"{row.id}@autotrack")
    entry.add("sequence", row.sequence)
    entry.add("dtstamp", row.modified_at)
    entry.add("last-modified", row.modified_at)
    entry.add("summary", f"{title} – {one_line(vehicle.name)}")
    entry.add("dtstart", row.forecast_on)
    entry.add("transp", "TRANSPARENT")
    if row.status != OccurrenceStatus.ACTIVE:
        entry.add("status", "CANCELLED")
        return entry
    entry.add("status", "TENTATIVE" if is_tentative(row) else "CONFIRMED")
    shown = vehicle.shown(row.due_metres)
    words = entry_words(row, shown=shown, unit=vehicle.distance_unit, language=language)
    if words:
        entry.add("description", words)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -timedelta(days=min(row.lead_days, LONGEST_ALARM)))
    entry.add_component(alarm)
    return entry
