"""Who is told what, once: at nine in the morning of each person, where they live; which day it is, the car says.

`look` finds what may have begun on a day that has begun somewhere, and puts a job before each person who may hear of it, due in
their own morning. The job looks at everything of theirs as it stands then. What it tells, it notes under a key that is unique, in
the transaction of the event: whoever does it twice, or at the same time, tells once.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel

from services.vehicles.domain.care.reminders import (
    ReminderState,
    escalates_to,
    is_escalated,
    is_silent,
    looked_at,
    next_look,
    to_tell,
    urgency_of,
)
from services.vehicles.storage.care.notices import Member
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.reminders import titles_of
from services.vehicles.usecases.cars.days import days_of
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import ReminderDue, ToldState
from shared.local_day import daytime_from, is_daytime, latest_day, local_day, morning_of

REMIND = "vehicles.remind"
BATCH = 500
ONE_DAY = timedelta(days=1)


class RemindPerson(BaseModel):
    """The person is an owner or a member: `owner_id` is whom the kernel holds."""

    owner_id: UUID


async def queue_due(work: Work) -> None:
    """One job for each person who may have to be told something, in their morning: what is wrong with one of them is theirs alone."""
    day = latest_day(work.now)
    while rows := await work.occurrences.to_look_at(day, limit=BATCH):
        readers = await work.reminder_preferences.readers({row.vehicle_id for row in rows})
        people = {
            (account_id, row.vehicle_id, _day_of(row, day))
            for row in rows
            for account_id in readers.get(row.vehicle_id, ())
        }
        kept = await work.vehicles.zones({row.vehicle_id for row in rows})
        zones = await work.owners.zones_of({account_id for account_id, _, _ in people})
        mornings = {
            (account_id, morning_of(on, kept.get(vehicle_id), zones.get(account_id)))
            for account_id, vehicle_id, on in people
        }
        for account_id, on in sorted(mornings):
            put_before(work, account_id, on, zones.get(account_id))
        for row in rows:
            _note_look(row, _day_of(row, day))
        await work.flush()


def put_before(work: Work, account_id: UUID, on: date, zone: str | None) -> None:
    run_at = daytime_from(on, now=work.now, zone=zone)
    work.enqueue(
        REMIND,
        RemindPerson(owner_id=account_id),
        run_at=run_at,
        key=f"{account_id}:{local_day(run_at, zone)}",
    )


def _day_of(row: Occurrence, day: date) -> date:
    """What should have been looked at long ago is looked at as it stands now."""
    return max(row.look_on or day, day - ONE_DAY)


def _note_look(row: Occurrence, on: date) -> None:
    before = row.looked_state
    row.looked = looked_at(row.standing, before, on)
    if urgency_of(row.standing, on) is ReminderState.OVERDUE and row.overdue_since is None:
        row.overdue_since = on
    following = next_look(row.standing, row.looked_state, on)
    row.look_on = following if following is None or following > on else on + ONE_DAY


async def tell_due(work: Work, *, owner_id: UUID) -> None:
    """Everything this person wants to hear of and has not heard, as it stands on the day of each car.

    A job that comes late, into their night, leaves it to the morning.
    """
    access = Access(owner_id)
    zone = await stand_with(work, access)
    if not is_daytime(work.now, zone):
        put_before(work, owner_id, work.today, zone)
        return
    rows = await work.occurrences.to_tell(access, latest_day(work.now))
    if not rows:
        return
    members = await work.reminder_preferences.members({row.vehicle_id for row in rows})
    told = await work.notices.told(access, {row.told_key for row in rows})
    vehicles = {car.id: car for car in await work.vehicles.all_seen(access)}
    days = await days_of(work, access, vehicles.values())
    for row in rows:
        vehicle = vehicles.get(row.vehicle_id)
        mine = _of(members.get(row.vehicle_id, ()), owner_id)
        if vehicle is None or mine is None or is_silent(vehicle.lifecycle, row.kind):
            continue
        state = _state(row, mine, members[row.vehicle_id], days.of(vehicle))
        if state is not None and (row.told_key, state) not in told:
            await _tell(work, row, vehicle, mine, state)


def _of(members: Sequence[Member], account_id: UUID) -> Member | None:
    return next((one for one in members if one.account_id == account_id), None)


def _state(
    row: Occurrence, mine: Member, members: Sequence[Member], today: date
) -> ToldState | None:
    """What this person should have heard by today; of the states before, only the present one."""
    state = to_tell(row.standing, today)
    if state is None:
        return None
    if is_escalated(row.standing, today) and mine.choice.escalations:
        hearing = [one.role for one in members if row.kind in one.choice.kinds]
        if mine.role is escalates_to(hearing, {one.role for one in members}):
            return ToldState.ESCALATED
    return ToldState(state) if row.kind in mine.choice.kinds else None


async def _tell(
    work: Work, row: Occurrence, vehicle: Vehicle, mine: Member, state: ToldState
) -> None:
    channels = await work.notices.add_once(
        account_id=mine.account_id,
        occurrence=row.told_key,
        state=state,
        channels=sorted(mine.choice.channels),
        vehicle_id=vehicle.id,
        told_at=work.now,
    )
    if not channels:
        return
    work.emit(
        ReminderDue(
            reminder_id=row.what_id,
            owner_id=mine.account_id,
            vehicle_id=vehicle.id,
            vehicle_name=vehicle.name,
            service=row.service_type,
            titles=titles_of(row.title, row.service_type),
            due_on=row.forecast_on,
            due_from=row.earliest,
            due_to=row.latest,
            due_odometer_m=vehicle.shown(row.due_metres),
            distance_unit=vehicle.distance_unit,
            occurrence=row.told_key,
            state=state,
            channels=tuple(channels),
            kind=row.kind,
        )
    )
