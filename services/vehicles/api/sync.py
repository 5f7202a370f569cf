from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.vehicles.api.authorship import shown
from services.vehicles.api.care.case_views import CaseOut
from services.vehicles.api.care.completions import EntryOut
from services.vehicles.api.care.maintenance import RecordOut
from services.vehicles.api.care.obligations import DoneOut
from services.vehicles.api.care.occurrences import ReminderOut
from services.vehicles.api.care.plans import PlanOut
from services.vehicles.api.cars.lifecycle import PhaseOut
from services.vehicles.api.cars.odometer import ReadingOut
from services.vehicles.api.cars.segments import SegmentOut
from services.vehicles.api.cars.vehicles import VehicleOut
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.api.running.budgets import BudgetOut
from services.vehicles.api.running.expenses import ExpenseOut
from services.vehicles.api.running.fills import FillOut
from services.vehicles.api.running.trips import TripOut
from services.vehicles.api.running.trips import told as tell_trips
from services.vehicles.api.running.tyre_sets import TyreSetOut
from services.vehicles.api.running.value_points import ValueOut
from services.vehicles.api.search import open_to
from services.vehicles.domain.changes import NotACursor, Place
from services.vehicles.domain.things import ThingKind
from services.vehicles.errors.running import SyncExpired
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.things import SYNCED
from services.vehicles.usecases.care.case_views import view_cases
from services.vehicles.usecases.care.maintenance import doubted
from services.vehicles.usecases.care.plans import view_plans
from services.vehicles.usecases.cars.days import days_of
from services.vehicles.usecases.running.fills import tell_fills
from services.vehicles.usecases.running.tyre_sets import tell_sets
from services.vehicles.usecases.sync import ChangeKind, changes_since
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.http.cursors import LONGEST, CursorInvalid
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/api/sync", tags=["sync"])
DEFAULT_LIMIT, MOST = 200, 500
ItemOut = (
    VehicleOut
    | RecordOut
    | PlanOut
    | ReminderOut
    | ExpenseOut
    | ValueOut
    | BudgetOut
    | ReadingOut
    | PhaseOut
    | FillOut
    | SegmentOut
    | EntryOut
    | CaseOut
    | DoneOut
    | TripOut
    | TyreSetOut
)


class ChangeOut(AnswerModel):
    """`item` is what the address of its kind would answer; null of what is gone."""

    change: ChangeKind
    kind: ThingKind
    id: UUID
    vehicle: UUID
    item: ItemOut | None


class ChangesOut(AnswerModel):
    changes: list[ChangeOut]
    """In this order: what comes later counts."""
    cursor: str
    """For the next call."""
    has_more: bool
    """There is more by now: call again at once."""


PLAIN: Mapping[ThingKind, Callable[[Any], ItemOut]] = {
    ThingKind.EXPENSE: ExpenseOut.of,
    ThingKind.VALUE_POINT: ValueOut.of,
    ThingKind.BUDGET: BudgetOut.of,
    ThingKind.LIFECYCLE: PhaseOut.of,
    ThingKind.OBLIGATION: DoneOut.of,
}
"""Those that need nothing of their car's."""


@dataclass(frozen=True, slots=True)
class Teller:
    """How rows are told: the cars they belong to, and in which language."""

    work: Work
    access: Access
    cars: Mapping[UUID, Vehicle]
    language: Language

    async def plans(self, rows: Sequence[Any]) -> list[PlanOut]:
        views = await view_plans(self.work, access=self.access, plans=rows)
        return [PlanOut.of(view, self.language) for view in views]

    async def reminders(self, rows: Sequence[Any]) -> list[ReminderOut]:
        """As they stand: rows are occurrences."""
        today = await days_of(self.work, self.access, self.cars.values())
        authors = await self.work.reminders.authors([row.what_id for row in rows])
        return [
            ReminderOut.of(
                row, car, authors.get(row.what_id), language=self.language, today=today.of(car)
            )
            for row in rows
            if (car := self.cars.get(row.vehicle_id))
        ]

    async def fills(self, rows: Sequence[Any]) -> list[FillOut]:
        told = await tell_fills(self.work, access=self.access, fills=rows)
        return [FillOut.of(each) for each in told]

    async def cases(self, rows: Sequence[Any]) -> list[CaseOut]:
        """With all their replies: whoever goes offline takes them along."""
        views = await view_cases(self.work, access=self.access, cases=rows, with_replies=True)
        return [CaseOut.of(view, self.language) for view in views]

    async def trips(self, rows: Sequence[Any]) -> list[TripOut]:
        return await tell_trips(self.work, rows)

    async def tyre_sets(self, rows: Sequence[Any]) -> list[TyreSetOut]:
        told = await tell_sets(self.work, access=self.access, rows=rows)
        return [TyreSetOut.of(each) for each in told]

    async def items(self, kind: ThingKind, rows: Sequence[Any]) -> Sequence[ItemOut]:
        ways: Mapping[ThingKind, Callable[[Sequence[Any]], Awaitable[Sequence[ItemOut]]]] = {
            ThingKind.PLAN: self.plans,
            ThingKind.FILL: self.fills,
            ThingKind.REMINDER: self.reminders,
            ThingKind.DIAGNOSTIC: self.cases,
            ThingKind.TRIP: self.trips,
            ThingKind.TYRE_SET: self.tyre_sets,
        }
        if kind in ways:
            return await ways[kind](rows)
        if kind is ThingKind.VEHICLE:
            return [VehicleOut.of(row, self.access) for row in rows]
        plain = PLAIN.get(kind)
        if plain is not None:
            return [plain(row) for row in rows]
        there = [row for row in rows if row.vehicle_id in self.cars]
        unsure = await doubted(self.work, there) if kind is ThingKind.MAINTENANCE else frozenset()
        return [self._told(kind, row, is_doubted=row.id in unsure) for row in there]

    def _told(self, kind: ThingKind, row: Any, *, is_doubted: bool) -> ItemOut:
        car = self.cars[row.vehicle_id]
        match kind:
            case ThingKind.MAINTENANCE:
                return RecordOut.of(row, car, self.language, is_doubted=is_doubted)
            case ThingKind.SEGMENT:
                return SegmentOut.of(row, car)
            case ThingKind.COMPLETION:
                return EntryOut.of_entry(row, car)
            case _:
                return ReadingOut.of(row, car)


def _place(work: Work, cursor: str | None) -> Place:
    """Raises CursorInvalid."""
    if not cursor:
        return Place.beginning(work.now)
    try:
        return Place.parse(cursor)
    except NotACursor as error:
        raise CursorInvalid(pointer="?changed_since") from error


@router.get("", responses=problems(CursorInvalid, SyncExpired))
async def sync(
    work: InWork,
    caller: CurrentCaller,
    changed_since: Annotated[
        str | None,
        Query(
            max_length=LONGEST,
            pattern=r"^[A-Za-z0-9_-]*$",
            description="The `cursor` of the answer before; nothing for everything.",
            examples=[""],
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, examples=[DEFAULT_LIMIT])] = DEFAULT_LIMIT,
) -> ChangesOut:
    """What changed of all one sees since one asked last, with what is gone. Nothing is missed; something may be told twice.
    A cursor lives thirty days; an older one is answered with 410, and everything has to be fetched anew.
    """
    addresses = {thing.kind: thing.address for thing in SYNCED}
    kinds = frozenset(open_to(caller, list(addresses), addresses))
    place = _place(work, changed_since)
    found = await changes_since(work, access=caller.access, place=place, kinds=kinds, limit=limit)
    needed = {change.vehicle_id for change in found.changes}
    cars = await work.vehicles.some_seen(caller.access, needed)
    teller = Teller(work, caller.access, {car.id: car for car in cars}, speaks(caller))
    items: dict[tuple[ThingKind, UUID], ItemOut] = {}
    for kind, rows in found.rows.items():
        for item in await teller.items(kind, list(rows.values())):
            items[kind, item.id] = item
    told = ChangesOut(
        changes=[
            ChangeOut(
                change=each.change,
                kind=each.kind,
                id=each.row_id,
                vehicle=each.vehicle_id,
                item=None if each.change is ChangeKind.DELETED else items[each.kind, each.row_id],
            )
            for each in found.changes
            if each.change is ChangeKind.DELETED or (each.kind, each.row_id) in items
        ],
        cursor=found.place.text(),
        has_more=found.has_more,
    )
    return await shown(work, caller.access, told, cars=cars)
