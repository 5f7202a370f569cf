from datetime import date, timedelta
from typing import Annotated, Self, cast
from uuid import UUID

from fastapi import Query, Response
from icalendar import Alarm, Calendar, Event

from services.vehicles.api.care.plans import Lead, LeadDays
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    MadeOut,
    as_shown,
    one_as_shown,
    speaks,
)
from services.vehicles.domain.cars.units import DistanceUnit, Measured, from_metres, in_unit
from services.vehicles.errors.care import ReminderWithoutDue
from services.vehicles.storage.care.models import MaintenancePlan, Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.reminders import (
    ReminderFacts,
    ReminderStatus,
    add_reminder,
    dismiss_reminder,
    edit_reminder,
    open_calendar,
    read_calendar,
    read_reminder,
    remove_reminder,
    snooze_reminder,
    titles_of,
)
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.access import personally, public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.storable import one_line

router = Router(prefix="/api/reminders", tags=["reminders"])

COLUMNS = {"due_mileage": "due_distance"}


class ReminderWords(RequestModel):
    title: Line
    note: Prose | None = None
    due_on: CarDay | None = None
    due_mileage: Distance | None = None
    lead_days: LeadDays = 30
    lead_distance: Lead = 1000


class ReminderIn(ReminderWords):
    vehicle: Identifier


@every_member_optional
class ReminderEdit(ReminderWords):
    """What is left out stays as it is; a new due date reminds anew."""


class Snooze(RequestModel):
    until: CarDay


class ReminderOut(MadeOut):
    id: UUID
    vehicle: UUID
    title: str
    note: str | None
    status: ReminderStatus
    due_on: date | None
    due_mileage: int | None
    distance_unit: DistanceUnit
    forecast_on: date | None
    remind_on: date | None
    snoozed_until: date | None
    lead_days: int
    lead_distance: int
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, reminder: Reminder, car: Measured) -> Self:
        unit = DistanceUnit(car.distance_unit)
        return cls(
            id=reminder.id,
            vehicle=reminder.vehicle_id,
            title=reminder.title,
            note=reminder.note,
            status=ReminderStatus(reminder.status),
            due_on=reminder.due_on,
            due_mileage=in_unit(reminder.due_metres, unit),
            distance_unit=unit,
            forecast_on=reminder.forecast_on,
            remind_on=reminder.remind_on,
            snoozed_until=reminder.snoozed_until,
            lead_days=reminder.lead_days,
            lead_distance=from_metres(reminder.lead_metres, unit),
            created_at=reminder.created_at,
            updated_at=reminder.updated_at,
        )


def _facts(body: ReminderWords) -> ReminderFacts:
    said = {
        COLUMNS.get(name, name): getattr(body, name) for name in body.model_fields_set - {"vehicle"}
    }
    return cast("ReminderFacts", said)  # the names are those of the models above


Reminders = Annotated[
    ListQuery,
    listed_by(
        {"created_at": Reminder.created_at, "due_on": Reminder.forecast_on},
        default="due_on",
        search=(Reminder.title, Reminder.note),
    ),
]


@router.get("")
async def list_reminders(
    work: InWork,
    caller: CurrentCaller,
    listing: Reminders,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    status: Annotated[ReminderStatus | None, Query()] = None,
) -> Page[ReminderOut]:
    reminders = work.reminders.seen_by(caller.access)
    if vehicle_id is not None:
        reminders = reminders.where(Reminder.vehicle_id == vehicle_id)
    if status is not None:
        reminders = reminders.where(Reminder.status == status)
    page: Page[Reminder] = await listing.page(
        work.session, reminders, into=lambda reminder: reminder
    )
    cars = await work.vehicles.measured({reminder.vehicle_id for reminder in page.results})
    told = [
        (reminder, ReminderOut.of(reminder, cars[reminder.vehicle_id]))
        for reminder in page.results
        if reminder.vehicle_id in cars  # else it was deleted in between, with its reminders
    ]
    return page.with_results(await as_shown(work, caller.access, told))


async def _out(work: InWork, caller: CurrentCaller, found: tuple[Reminder, Vehicle]) -> ReminderOut:
    reminder, vehicle = found
    told = ReminderOut.of(reminder, vehicle)
    return await one_as_shown(work, caller.access, reminder, told, cars=[vehicle])


@router.post("", status_code=201, responses=problems(NotFound, ReminderWithoutDue))
async def create_reminder(
    body: ReminderIn, work: InWork, caller: CurrentCaller, response: Response
) -> ReminderOut:
    reminder, vehicle = await add_reminder(
        work, access=caller.access, vehicle_id=body.vehicle, facts=_facts(body)
    )
    response.headers["Location"] = f"/api/reminders/{reminder.id}"
    return await _out(work, caller, (reminder, vehicle))


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
    """For calendar programs, which cannot sign in: the private token in the address is the key."""
    language, plans, reminders, vehicles = await read_calendar(work, token=token)
    calendar = Calendar()
    calendar.add("prodid", "-//AutoTrack//reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "AutoTrack")
    entries: list[MaintenancePlan | Reminder] = [*plans, *reminders]
    for each in entries:
        if each.forecast_on is not None:
            calendar.add_component(_entry(each, vehicles[each.vehicle_id], language))
    return Response(
        calendar.to_ical(),
        media_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, max-age=900"},
    )


def _entry(each: MaintenancePlan | Reminder, vehicle: Vehicle, language: Language) -> Event:
    """A whole day; the uid stays and the sequence grows, so that programs move the entry instead of adding one."""
    service = each.service_type if isinstance(each, MaintenancePlan) else ""
    title = one_line(
        titles_of(each.title, service)[language]
    )  # the library escapes, but lets controls pass
    entry = Event()
    entry.add("uid", f"{each.id}@autotrack")
    entry.add("sequence", each.version)
    entry.add("dtstamp", each.updated_at)
    entry.add("summary", f"{title} – {one_line(vehicle.name)}")
    entry.add("dtstart", each.forecast_on)
    entry.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -timedelta(days=min(each.lead_days, 7)))
    entry.add_component(alarm)
    return entry


@router.get("/{reminder_id}", responses=problems(NotFound))
async def get_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    found = await read_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _out(work, caller, found)


@router.patch("/{reminder_id}", responses=problems(NotFound, ReminderWithoutDue))
async def change_reminder(
    reminder_id: UUID, body: ReminderEdit, work: InWork, caller: CurrentCaller
) -> ReminderOut:
    changed = await edit_reminder(
        work, access=caller.access, reminder_id=reminder_id, facts=_facts(body)
    )
    return await _out(work, caller, changed)


@router.post("/{reminder_id}/snooze", responses=problems(NotFound))
async def snooze_a_reminder(
    reminder_id: UUID, body: Snooze, work: InWork, caller: CurrentCaller
) -> ReminderOut:
    changed = await snooze_reminder(
        work, access=caller.access, reminder_id=reminder_id, until=body.until
    )
    return await _out(work, caller, changed)


@router.post("/{reminder_id}/dismiss", responses=problems(NotFound))
async def dismiss_a_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    changed = await dismiss_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _out(work, caller, changed)


@router.delete("/{reminder_id}", status_code=204, responses=problems(NotFound))
async def delete_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_reminder(work, access=caller.access, reminder_id=reminder_id)
