"""What closed a plan and how late, how punctual its owner is, and which records may close it with the owner's yes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.beats import Closing, Done, Rule, follow
from services.vehicles.domain.care.matching import Suggestion, suggest
from services.vehicles.domain.care.punctuality import Score, score
from services.vehicles.domain.care.services import canonical
from services.vehicles.errors.care import ClosesNothing
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord, PlanEntry
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.books import (
    Book,
    EntryKind,
    open_books,
    pauses_of,
    steps_of,
)
from services.vehicles.usecases.care.completions import Noted, hold_plan, moved, new_entry
from services.vehicles.usecases.care.schedule import rule_of
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class History:
    """A plan's steps, latest first, and its pauses."""

    rule: Rule
    closings: Sequence[Closing]
    entries: Mapping[UUID, PlanEntry]
    authors: Mapping[UUID, UUID | None]
    """Who made each step."""
    vehicle: Vehicle


@dataclass(frozen=True, slots=True)
class Punctuality:
    whole: Score
    by_vehicle: Mapping[UUID, Score]
    by_plan: Mapping[UUID, Score]


@dataclass(frozen=True, slots=True)
class Closable:
    """Which plans a record closes by its services or its owner's yes, and which it may close."""

    closes: Sequence[MaintenancePlan]
    suggested: Sequence[tuple[MaintenancePlan, Suggestion]]


async def read_history(work: Work, *, access: Access, plan_id: UUID) -> History:
    plan = await work.plans.one_seen(access, plan_id)
    vehicle = await work.vehicles.one_seen(access, plan.vehicle_id)
    book = (await open_books(work, [vehicle], None))[vehicle.id]
    rule, closings = _followed(plan, book)
    entries = {entry.id: entry for entry in book.entries.get(plan.id, ())}
    authors = book.authors | {id_: entry.made_by for id_, entry in entries.items()}
    return History(rule, closings[::-1], entries, authors, vehicle)


def _followed(plan: MaintenancePlan, book: Book) -> tuple[Rule, list[Closing]]:
    rule = rule_of(plan, pauses_of(plan, book))
    return rule, follow(rule, steps_of(plan, book))[1]


async def judge_punctuality(work: Work, *, access: Access, vehicle_id: UUID | None) -> Punctuality:
    """Of all plans one may see, or those of one car, in as many statements for one as for a hundred."""
    vehicles = {car.id: car for car in await work.vehicles.all_seen(access)}
    plans = [
        plan
        for plan in await work.plans.all_seen(access, vehicle_id=vehicle_id)
        if plan.vehicle_id in vehicles
    ]
    cars = {plan.vehicle_id: vehicles[plan.vehicle_id] for plan in plans}
    books = await open_books(work, cars.values(), None)
    by_plan: dict[UUID, list[tuple[Rule, Closing]]] = {}
    by_vehicle: dict[UUID, list[tuple[Rule, Closing]]] = defaultdict(list)
    for plan in plans:
        rule, closings = _followed(plan, books[plan.vehicle_id])
        by_plan[plan.id] = [(rule, closing) for closing in closings]
        by_vehicle[plan.vehicle_id] += by_plan[plan.id]

    def judged(groups: Mapping[UUID, Iterable[tuple[Rule, Closing]]]) -> dict[UUID, Score]:
        return {id_: score(group, today=work.today) for id_, group in groups.items()}

    whole = score([each for group in by_plan.values() for each in group], today=work.today)
    return Punctuality(whole, judged(by_vehicle), judged(by_plan))


async def look_for_plans(work: Work, *, access: Access, record_id: UUID) -> Closable:
    """Of a record's car. What its text alone tells closes nothing until its owner says so."""
    record = await work.records.one_seen(access, record_id)
    vehicle = await work.vehicles.one_seen(access, record.vehicle_id)
    plans = await work.plans.all_seen(access, vehicle_id=vehicle.id)
    book = (await open_books(work, [vehicle], None, with_phases=False))[vehicle.id]
    closes = [plan for plan in plans if _is_closed_by(plan, record.id, book)]
    others = {plan.id: plan for plan in plans if plan not in closes}
    found = []
    if record.id in book.records:
        found = suggest(
            _texts(record),
            services=record.services,
            fuel=vehicle.fuel_type,
            plans={id_: (canonical(p.service_type), p.title) for id_, p in others.items()},
        )
    return Closable(closes, [(others[each.plan], each) for each in found])


def _is_closed_by(plan: MaintenancePlan, record_id: UUID, book: Book) -> bool:
    steps = steps_of(plan, book)
    return any(isinstance(step, Done) and step.record_id == record_id for step in steps)


def _texts(record: MaintenanceRecord) -> list[str]:
    lines: list[dict[str, Any]] = record.lines
    said = [record.title, record.description, *(line.get("description") for line in lines)]
    return [part for text in said if text for part in text.splitlines()]


async def close_by_record(work: Work, *, access: Access, plan_id: UUID, record_id: UUID) -> Noted:
    """The owner's yes: this record did that work too. Twice is once. Raises NotFound, ClosesNothing."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    record = await work.records.one_seen(access, record_id, pointer="/maintenance")
    if record.vehicle_id != vehicle.id:
        raise NotFound(pointer="/maintenance")
    completed = await work.plan_entries.closing_records([vehicle.id])
    if record.id not in {row.id for row in completed}:
        raise ClosesNothing
    said = await work.plan_entries.of_plan(plan.id, EntryKind.RECORD)
    entry = next((known for known in said if known.record_id == record.id), None)
    if entry is None:
        entry = new_entry(work, access, plan, EntryKind.RECORD, record.service_date)
        entry.record_id = record.id
    return Noted(entry, await moved(work, plan, vehicle))


async def take_back_closing(work: Work, *, access: Access, plan_id: UUID, record_id: UUID) -> None:
    """What the owner said yes to; a record that names the plan's work closes it all the same."""
    plan, vehicle = await hold_plan(work, access, plan_id)
    for known in await work.plan_entries.of_plan(plan.id, EntryKind.RECORD):
        if known.record_id == record_id:
            await work.plan_entries.remove(known)
            await recompute(work, vehicle=vehicle)
            return
    raise NotFound
