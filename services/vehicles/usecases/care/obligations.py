"""What was done of what the law asks; its reminders follow. A paper's own next day wins over what a rule would say."""

from datetime import date
from typing import Any, Final, TypedDict
from uuid import UUID

from services.vehicles.domain.care.obligations import Result
from services.vehicles.domain.care.reminders import ReminderSource
from services.vehicles.domain.care.rule_packs import ObligationKind
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.domain.cars.roles import May
from services.vehicles.errors.care import NextBeforeDone, ObligationInFuture, ObligationUndated
from services.vehicles.storage.care.books import CareRows
from services.vehicles.storage.care.obligations import ObligationDone
from services.vehicles.storage.care.reminder_models import Reminder
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.duties import (
    RECALL,
    Asked,
    Duties,
    Told,
    duties_of,
    reminders_of,
)
from services.vehicles.usecases.care.schedule import place_reminder
from services.vehicles.usecases.cars.days import day_at, days_of
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.ids import new_id
from shared.messages import Text

PLEASE_CHECK: Final = Text(
    fr="À vérifier sur vos papiers, qui font foi. {notes}",
    en="Please check your papers: they count. {notes}",
    es="Compruébalo en tus papeles, que son los que valen. {notes}",
)
LEAD_METRES: Final = 0


class DoneFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    done_on: date | None
    result: Result
    next_on: date | None
    auto_renews: bool | None
    note: str | None
    document_id: UUID | None


async def read_duties(
    work: Work, *, access: Access, vehicle_id: UUID
) -> tuple[Duties, Vehicle, date]:
    """With the car and its own day. Raises NotFound, RoleInsufficient."""
    vehicle = await work.vehicles.one_for(access, vehicle_id, May.READ_CARE)
    today = await day_at(work, access, vehicle)
    done = await work.obligations.of_vehicle(vehicle.id)
    return duties_of(vehicle, done, today), vehicle, today


async def due_across(
    work: Work, *, access: Access, within_days: int
) -> list[tuple[Vehicle, Asked, date]]:
    """Of all cars whose care they may read, with the car's day: what is due by then, the most pressing first."""
    cars = await work.vehicles.all_allowed(access, May.READ_CARE)
    living = [car for car in cars if car.trashed_at is None and car.lifecycle not in GONE]
    days = await days_of(work, access, living)
    done: dict[UUID, list[ObligationDone]] = {}
    for row in await work.obligations.of_vehicles([car.id for car in living]):
        done.setdefault(row.vehicle_id, []).append(row)
    found = [
        (car, each, days.of(car))
        for car in living
        for each in duties_of(car, done.get(car.id, ()), days.of(car)).asked
        if (each.due.due_on - days.of(car)).days <= within_days
    ]
    return sorted(found, key=lambda one: (one[1].due.due_on, str(one[0].id), one[1].rule.id))


async def add_done(
    work: Work, *, access: Access, vehicle_id: UUID, kind: ObligationKind, facts: DoneFacts
) -> ObligationDone:
    """Raises ObligationInFuture, NextBeforeDone."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    row = ObligationDone(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        kind=kind,
        result=Result.A,
        is_read=False,
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, row, facts)
    work.obligations.add(row)
    await recompute(work, vehicle=vehicle)
    return row


async def read_done(work: Work, *, access: Access, done_id: UUID) -> ObligationDone:
    row = await work.obligations.one_seen(access, done_id)
    if row.trashed_at is not None:
        raise NotFound
    return row


async def edit_done(
    work: Work, *, access: Access, done_id: UUID, facts: DoneFacts
) -> ObligationDone:
    row, vehicle = await _held(work, access, done_id)
    if row.trashed_at is not None:
        raise NotFound
    await _describe(work, row, facts)
    row.is_read = False  # corrected by hand: reading the paper anew leaves it as it is
    return await _changed(work, row, vehicle)


async def trash_done(work: Work, *, access: Access, done_id: UUID) -> None:
    row, vehicle = await _held(work, access, done_id)
    if row.trashed_at is not None:
        raise NotFound
    row.trashed_at = work.now
    await _changed(work, row, vehicle)


async def restore_done(work: Work, *, access: Access, done_id: UUID) -> ObligationDone:
    """Of what is not in the trash nothing changes."""
    row, vehicle = await _held(work, access, done_id)
    if row.trashed_at is None:
        return row
    row.trashed_at = None
    return await _changed(work, row, vehicle)


async def follow_obligations(work: Work, vehicle: Vehicle, care: CareRows) -> bool:
    """Before the car's reminders are placed: each thing it is asked for has one reminder, whose day moves with it. Where a paper has a
    reminder of its own for that day, that one tells it. Whether a reminder came or went. The caller holds the owner.
    """
    if vehicle.trashed_at is not None or vehicle.lifecycle in GONE:
        return False  # nothing falls due; what there is waits with the car
    known = [each for each in care.reminders if each.rule and not each.rule.startswith(RECALL)]
    wanted = {told.rule: told for told in _wanted(work, vehicle, care)}
    changes = False
    for reminder in known:
        told = wanted.pop(str(reminder.rule), None)
        if told is None:
            changes = True
            await work.reminders.remove(reminder)  # `follow_car` ends what was told of it
        elif (reminder.due_on, reminder.lead_days) != (told.due_on, told.lead_days):
            reminder.due_on, reminder.lead_days = told.due_on, told.lead_days
            reminder.revision += 1
            reminder.version += 1
            reminder.updated_at = work.now
            await place_reminder(work, reminder=reminder, vehicle=vehicle)
    if wanted:
        language = await _speaks(work, vehicle.owner_id)
        for told in wanted.values():
            reminder = work.reminders.add(_new_reminder(work, vehicle, told, language))
            await place_reminder(work, reminder=reminder, vehicle=vehicle)
    return changes or bool(wanted)


def _wanted(work: Work, vehicle: Vehicle, care: CareRows) -> list[Told]:
    if vehicle.country is None:
        return []
    told = list(reminders_of(duties_of(vehicle, care.done, work.today).asked))
    papers = [each for each in care.reminders if each.document_id is not None]
    ends = {(paper.kind, paper.due_on, paper.lead_days) for paper in papers}
    days = {(kind, due_on) for kind, due_on, _ in ends}
    return [
        each
        for each in told
        if (each.kind, each.due_on, each.lead_days) not in ends
        and (each.rule.startswith("insurance") or (each.kind, each.due_on) not in days)
    ]


def _new_reminder(work: Work, vehicle: Vehicle, told: Told, language: Language) -> Reminder:
    return Reminder(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=None,
        source=ReminderSource.RULE,
        rule=told.rule,
        kind=told.kind,
        title="",
        note=PLEASE_CHECK.into(language, notes=_notes(told, language)),
        version=1,
        due_on=told.due_on,
        lead_days=told.lead_days,
        lead_metres=LEAD_METRES,
        lead_minutes=0,
        revision=1,
        created_at=work.now,
        updated_at=work.now,
    )


def _notes(told: Told, language: Language) -> str:
    """With what of the rule could not be checked."""
    rule = told.notes
    texts = (rule.notes, rule.unchecked)
    return " ".join(text.into(language) for text in texts if text is not None)


async def _speaks(work: Work, owner_id: UUID) -> Language:
    known = await work.owners.of(Access(owner_id))
    return Language(known.language) if known else Language.FR


async def _held(work: Work, access: Access, done_id: UUID) -> tuple[ObligationDone, Vehicle]:
    vehicle_id = await work.obligations.vehicle_of(access, done_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    return await work.obligations.one_changed(access, done_id), vehicle


async def _changed(work: Work, row: ObligationDone, vehicle: Vehicle) -> ObligationDone:
    row.version += 1
    row.updated_at = work.now
    await recompute(work, vehicle=vehicle)
    return row


async def _describe(work: Work, row: ObligationDone, facts: DoneFacts) -> None:
    said: dict[str, Any] = {name: value for name, value in facts.items() if name != "id"}
    done_on, next_on = (said.get(name, getattr(row, name)) for name in ("done_on", "next_on"))
    if done_on is None and next_on is None:
        raise ObligationUndated(pointer="/done_on")
    if done_on is not None and done_on > work.today:
        raise ObligationInFuture(pointer="/done_on")
    if done_on is not None and next_on is not None and next_on < done_on:
        raise NextBeforeDone(pointer="/next_on")
    document_id = said.get("document_id")
    named = [document_id] if document_id and document_id != row.document_id else []
    if not await work.documents.are_all_there(Access(row.owner_id), named):
        raise NotFound(pointer="/document")
    if row.kind == ObligationKind.INSURANCE:
        said.pop("result", None)
    for name, value in said.items():
        setattr(row, name, value)
