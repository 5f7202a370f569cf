from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Query, Response

from services.vehicles.api.authorship import shown
from services.vehicles.api.care.occurrences import ReminderOut
from services.vehicles.api.care.plans import Lead, LeadDays
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    Named,
    chosen,
    chosen_id,
    minutes_of,
    speaks,
)
from services.vehicles.domain.care.reminders import (
    OccurrenceStatus,
    ReminderKind,
    ReminderSource,
    ReminderState,
)
from services.vehicles.errors.care import (
    ReminderOfPlan,
    ReminderOver,
    ReminderWithoutDue,
    SnoozeNeedsReading,
    SnoozeNotAhead,
    SnoozeWithoutEnd,
)
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.care.reminders import state_on
from services.vehicles.usecases.care.reminders import (
    ReminderFacts,
    Stands,
    add_reminder,
    dismiss_reminder,
    edit_reminder,
    finish_reminder,
    read_reminder,
    remove_reminder,
    reopen_reminder,
    snooze_reminder,
    wake_reminder,
)
from services.vehicles.usecases.cars.days import day_at, days_of, elsewhere
from services.vehicles.usecases.client_ids import add_once
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/reminders", tags=["reminders"])

COLUMNS = {
    "due_mileage": "due_distance",
    "due_hours": "due_minutes",
    "lead_hours": "lead_minutes",
}
HOURS = frozenset({"due_hours", "lead_hours"})
SEEN = problems(NotFound, RoleInsufficient)
CHANGED = problems(NotFound, RoleInsufficient)


class ReminderWords(RequestModel):
    title: Line
    note: Prose | None = None
    kind: Annotated[ReminderKind, chosen(ReminderKind)] = ReminderKind.OTHER
    """By which members choose what they hear of; inspection, insurance and safety are pressed sooner."""
    due_on: CarDay | None = None
    due_mileage: Distance | None = None
    """As the car's cluster will show it."""
    due_hours: Hours | None = None
    lead_days: LeadDays = 30
    lead_distance: Lead = 1000
    lead_hours: Hours = Decimal(10)


class ReminderIn(Named, ReminderWords):
    vehicle: Identifier


@every_member_optional
class ReminderEdit(ReminderWords):
    """What is left out stays as it is; a new due date reminds anew."""


class Snooze(RequestModel):
    """Until a day, or for a distance from the last reading."""

    until: CarDay | None = None
    for_distance: Distance | None = None
    """In the car's own unit."""


def _facts(body: ReminderWords) -> ReminderFacts:
    said = {}
    for name in body.model_fields_set - {"id", "vehicle"}:
        value = getattr(body, name)
        said[COLUMNS.get(name, name)] = minutes_of(value) if name in HOURS else value
    return cast("ReminderFacts", said)  # the names are those of the models above


async def _told(stands: Stands, work: InWork, caller: Caller) -> ReminderOut:
    today = await day_at(work, caller.access, stands[1])
    row, car = stands
    author = (await work.reminders.authors([row.what_id])).get(row.what_id)
    told = ReminderOut.of(row, car, author, language=speaks(caller), today=today)
    return await shown(work, caller.access, told, cars=[car])


Reminders = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": Occurrence.created_at,
            "due_on": Occurrence.forecast_on,
            "remind_on": Occurrence.remind_on,
        },
        default="due_on",
        search=(Occurrence.title, Occurrence.note, Occurrence.service_type),
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to."""

    columns: Mapping[str, object]
    state: ReminderState | None


async def _wanted(
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    status: Annotated[OccurrenceStatus | None, Query()] = None,
    state: Annotated[ReminderState | None, Query()] = None,
    source: Annotated[ReminderSource | None, Query()] = None,
    kind: Annotated[ReminderKind | None, Query()] = None,
) -> Wanted:
    asked = {"vehicle_id": vehicle_id, "status": status, "source": source, "kind": kind}
    return Wanted({name: value for name, value in asked.items() if value is not None}, state)


@router.get("")
async def list_reminders(
    work: InWork,
    caller: CurrentCaller,
    listing: Reminders,
    wanted: Annotated[Wanted, Depends(_wanted)],
) -> Page[ReminderOut]:
    """What falls due, whatever made it. Without `status`, what is ahead and one's own reminders that are over."""
    rows = work.occurrences.listed(caller.access)
    for column, value in wanted.columns.items():
        rows = rows.where(getattr(Occurrence, column) == value)
    if wanted.state is not None:
        days = await elsewhere(work, caller.access)
        rows = rows.where(state_on(days.day_of(Occurrence.vehicle_id)) == wanted.state)
    page: Page[Occurrence] = await listing.page(work.session, rows, into=lambda row: row)
    ids = {row.vehicle_id for row in page.results}
    cars = {car.id: car for car in await work.vehicles.these(list(ids))}
    today, language = await days_of(work, caller.access, cars.values()), speaks(caller)
    authors = await work.reminders.authors({row.what_id for row in page.results})
    told = [
        ReminderOut.of(row, car, authors.get(row.what_id), language=language, today=today.of(car))
        for row in page.results
        if (car := cars.get(row.vehicle_id))  # else it was deleted in between, with its reminders
    ]
    return await shown(work, caller.access, page.with_results(told), cars=cars.values())


class OfVehicle(AnswerModel):
    vehicle: UUID
    states: dict[ReminderState, int]


class Summary(AnswerModel):
    """For badges: how many there are in each state; what is snoozed is not overdue."""

    states: dict[ReminderState, int]
    pressing: int
    """Due and overdue."""
    by_vehicle: list[OfVehicle]


AHEAD = (
    ReminderState.PLANNED,
    ReminderState.SOON,
    ReminderState.DUE,
    ReminderState.OVERDUE,
    ReminderState.SNOOZED,
)


@router.get("/summary")
async def reminder_summary(work: InWork, caller: CurrentCaller) -> Summary:
    by_vehicle: dict[UUID, dict[ReminderState, int]] = {}
    days = await elsewhere(work, caller.access)
    for vehicle_id, state, count in await work.occurrences.counts(caller.access, days):
        by_vehicle.setdefault(vehicle_id, {})[ReminderState(state)] = count
    total = {state: sum(states.get(state, 0) for states in by_vehicle.values()) for state in AHEAD}
    return Summary(
        states=total,
        pressing=total[ReminderState.DUE] + total[ReminderState.OVERDUE],
        by_vehicle=[
            OfVehicle(vehicle=vehicle_id, states={each: states.get(each, 0) for each in AHEAD})
            for vehicle_id, states in sorted(by_vehicle.items())
        ],
    )


@router.post(
    "",
    status_code=201,
    responses=problems(NotFound, RoleInsufficient, ReminderWithoutDue, IdTaken),
)
async def create_reminder(
    body: ReminderIn, work: InWork, caller: CurrentCaller, response: Response
) -> ReminderOut:
    async def make(id_: UUID) -> Stands:
        facts = ReminderFacts(**_facts(body), id=id_)
        return await add_reminder(work, access=caller.access, vehicle_id=body.vehicle, facts=facts)

    stands = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=make,
        again=lambda id_: read_reminder(work, access=caller.access, reminder_id=id_),
    )
    response.headers["Location"] = f"/api/reminders/{stands[0].what_id}"
    return await _told(stands, work, caller)


@router.get("/{reminder_id}", responses=SEEN)
async def get_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    """Of a reminder, or of a plan by the plan's id."""
    found = await read_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _told(found, work, caller)


@router.patch(
    "/{reminder_id}",
    responses=problems(NotFound, RoleInsufficient, ReminderWithoutDue, ReminderOfPlan),
)
async def change_reminder(
    reminder_id: UUID, body: ReminderEdit, work: InWork, caller: CurrentCaller
) -> ReminderOut:
    changed = await edit_reminder(
        work, access=caller.access, reminder_id=reminder_id, facts=_facts(body)
    )
    return await _told(changed, work, caller)


@router.post(
    "/{reminder_id}/snooze",
    responses=problems(
        NotFound,
        RoleInsufficient,
        SnoozeWithoutEnd,
        SnoozeNotAhead,
        SnoozeNeedsReading,
        ReminderOver,
    ),
)
async def snooze_a_reminder(
    reminder_id: UUID, body: Snooze, work: InWork, caller: CurrentCaller
) -> ReminderOut:
    """Silent until then; its state comes back without being told twice."""
    snoozed = await snooze_reminder(
        work,
        access=caller.access,
        reminder_id=reminder_id,
        until=body.until,
        for_distance=body.for_distance,
    )
    return await _told(snoozed, work, caller)


@router.post("/{reminder_id}/wake", responses=problems(NotFound, RoleInsufficient, ReminderOver))
async def wake_a_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    woken = await wake_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _told(woken, work, caller)


@router.post("/{reminder_id}/dismiss", responses=CHANGED)
async def dismiss_a_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    """This once: a plan's next cycle reminds again."""
    dismissed = await dismiss_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _told(dismissed, work, caller)


@router.post("/{reminder_id}/done", responses=problems(NotFound, RoleInsufficient, ReminderOfPlan))
async def finish_a_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    done = await finish_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _told(done, work, caller)


@router.post("/{reminder_id}/reopen", responses=CHANGED)
async def reopen_a_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> ReminderOut:
    """Dismissed or done by mistake; what was told of it is not told twice."""
    reopened = await reopen_reminder(work, access=caller.access, reminder_id=reminder_id)
    return await _told(reopened, work, caller)


@router.delete(
    "/{reminder_id}",
    status_code=204,
    responses=problems(NotFound, RoleInsufficient, ReminderOfPlan),
)
async def delete_reminder(reminder_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_reminder(work, access=caller.access, reminder_id=reminder_id)
