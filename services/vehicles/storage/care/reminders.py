from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, inspect, literal, or_, select, union_all

from services.vehicles.domain.care.reminders import (
    CANCELLED_FOR,
    OccurrenceStatus,
    ReminderSource,
    ReminderState,
)
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.models import CalendarToken, MaintenancePlan
from services.vehicles.storage.care.reminder_models import Occurrence, Reminder
from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.many_rows import ManyRows
from shared.db.repository import Repository
from shared.errors import NotFound, RoleInsufficient

KEPT_IN_LISTS = (OccurrenceStatus.DISMISSED, OccurrenceStatus.DONE)


class ReminderRepository(OfVehicleRepository[Reminder]):
    model = Reminder

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[Reminder]:
        """The caller holds the vehicle, and so has checked whose it is."""
        statement = select(Reminder).where(Reminder.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(Reminder.id))).all()

    async def of_rule(self, vehicle_id: UUID, rule: str) -> Reminder | None:
        """The caller holds the vehicle."""
        statement = select(Reminder).where(Reminder.vehicle_id == vehicle_id, Reminder.rule == rule)
        return (await self.session.scalars(statement)).one_or_none()

    async def authors(self, what_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
        """Who made each of these reminders and plans; the caller has seen them."""
        if not what_ids:
            return {}
        parts = [
            select(table.c.id, table.c.made_by).where(table.c.id.in_(what_ids))
            for table in (Reminder.__table__, MaintenancePlan.__table__)
        ]
        return {row.id: row.made_by for row in await self.session.execute(union_all(*parts))}

    async def find(self, reminder_id: UUID) -> Reminder | None:
        """The caller holds its vehicle."""
        return await self.session.get(Reminder, reminder_id)

    async def of_document(self, access: Access, document_id: UUID) -> Sequence[Reminder]:
        """That tell the end of this paper, held."""
        statement = self.changed_by(access).where(Reminder.document_id == document_id)
        return (await self.session.scalars(statement.with_for_update())).all()


def state_on(today: date | ColumnElement[date]) -> ColumnElement[str]:
    """`domain/care/reminders.py: state_of`, for rows by the thousand."""
    snoozed = or_(Occurrence.snoozed_metres.is_not(None), Occurrence.snoozed_until > today)
    overdue = or_(Occurrence.passed_on.is_not(None), Occurrence.due_on < today)
    return case(
        (Occurrence.status == OccurrenceStatus.DISMISSED, literal(ReminderState.DISMISSED.value)),
        (Occurrence.status == OccurrenceStatus.DONE, literal(ReminderState.DONE.value)),
        (snoozed, literal(ReminderState.SNOOZED.value)),
        (overdue, literal(ReminderState.OVERDUE.value)),
        (Occurrence.due_on == today, literal(ReminderState.DUE.value)),
        (Occurrence.remind_on <= today, literal(ReminderState.SOON.value)),
        else_=literal(ReminderState.PLANNED.value),
    )


MOVING: Final = (
    "due_on",
    "due_metres",
    "due_minutes",
    "forecast_on",
    "earliest",
    "latest",
    "remind_on",
    "passed_on",
    "looked",
    "look_on",
    "overdue_since",
    "sequence",
    "entry_digest",
    "modified_at",
)
"""What a reading may move."""
_MOVE: Final = frozenset(MOVING)
_MOVED: Final = ManyRows(Occurrence, MOVING)


def _changed(row: Occurrence) -> frozenset[str]:
    """The names of what is not written down yet; of a new row, none."""
    state = inspect(row)
    return frozenset(state.committed_state) if state.persistent else frozenset()


class OccurrenceRepository(OfVehicleRepository[Occurrence]):
    model = Occurrence

    def listed(self, access: Access) -> Select[Occurrence]:
        """What is ahead, and one's own reminders that are over."""
        active = Occurrence.status == OccurrenceStatus.ACTIVE
        over = Occurrence.status.in_(KEPT_IN_LISTS)
        own = Occurrence.source != ReminderSource.PLAN
        return self.seen_by(access).where(or_(active, over & own))

    async def counts(self, access: Access, days: Elsewhere) -> Sequence[Any]:
        """Rows of (vehicle, state, how many) of what is not over."""
        state = state_on(days.day_of(Occurrence.vehicle_id))
        statement = (
            self.seen_by(access)
            .where(Occurrence.status == OccurrenceStatus.ACTIVE)
            .with_only_columns(Occurrence.vehicle_id, state.label("state"), func.count())
            .group_by(Occurrence.vehicle_id, state)
        )
        return (await self.session.execute(statement)).all()

    async def entries(self, access: Access, *, now: datetime) -> Sequence[Occurrence]:
        """What a calendar shows: what is ahead, and for a while what is over."""
        statement = self.seen_by(access).where(
            Occurrence.forecast_on.is_not(None),
            or_(
                Occurrence.status == OccurrenceStatus.ACTIVE,
                Occurrence.closed_at > now - CANCELLED_FOR,
            ),
        )
        return (await self.session.scalars(statement.order_by(Occurrence.id))).all()

    async def of_vehicle(
        self, vehicle_id: UUID, *, what_id: UUID | None = None
    ) -> Sequence[Occurrence]:
        """Oldest first, held, those that are over too. The caller holds the vehicle, and so has checked whose it is."""
        statement = select(Occurrence).where(Occurrence.vehicle_id == vehicle_id)
        if what_id is not None:
            statement = statement.where(Occurrence.what_id == what_id)
        ordered = statement.order_by(Occurrence.id).with_for_update()
        return (await self.session.scalars(ordered)).all()

    async def write_together(self, rows: Iterable[Occurrence]) -> None:
        """Those that have moved and are otherwise as they were, in one statement; the others follow, each by its own."""
        moved = [row for row in rows if len(changed := _changed(row)) > 0 and changed <= _MOVE]
        await _MOVED.write(
            self.session, [(row, {name: getattr(row, name) for name in MOVING}) for row in moved]
        )

    async def latest(self, access: Access, what_id: UUID) -> Occurrence | None:
        """How a plan or reminder stands; None for what is gone or never was."""
        statement = self.seen_by(access).where(
            Occurrence.what_id == what_id, Occurrence.status != OccurrenceStatus.GONE
        )
        is_active = Occurrence.status == OccurrenceStatus.ACTIVE
        ordered = statement.order_by(is_active.desc(), Occurrence.id.desc())
        return (await self.session.scalars(ordered.limit(1))).one_or_none()

    async def one_latest(self, access: Access, what_id: UUID) -> Occurrence:
        """The same. Raises NotFound, and RoleInsufficient for what is in a car they see and not shown to them."""
        found = await self.latest(access, what_id)
        if found is not None:
            return found
        seen = self.is_allowed(access, May.SEE_CAR)
        statement = select(Occurrence.id).where(
            seen, Occurrence.what_id == what_id, Occurrence.status != OccurrenceStatus.GONE
        )
        if await self.session.scalar(statement.limit(1)) is not None:
            raise RoleInsufficient
        raise NotFound

    async def latest_of(self, access: Access, what_ids: Collection[UUID]) -> Sequence[Occurrence]:
        """The same of any number of reminders."""
        is_active = Occurrence.status == OccurrenceStatus.ACTIVE
        statement = (
            self.seen_by(access)
            .where(Occurrence.what_id.in_(what_ids), Occurrence.status != OccurrenceStatus.GONE)
            .order_by(Occurrence.what_id, is_active, Occurrence.id)
        )
        latest = {row.what_id: row for row in await self.session.scalars(statement)}
        return list(latest.values())

    async def own_ahead(
        self, access: Access, vehicle_ids: Collection[UUID]
    ) -> Sequence[Occurrence]:
        """What no plan tells, the nearest first."""
        statement = self.seen_by(access).where(
            Occurrence.vehicle_id.in_(vehicle_ids),
            Occurrence.status == OccurrenceStatus.ACTIVE,
            Occurrence.source != ReminderSource.PLAN,
        )
        ordered = statement.order_by(Occurrence.forecast_on.asc().nulls_last(), Occurrence.id)
        return (await self.session.scalars(ordered)).all()

    async def to_look_at(self, day: date, *, limit: int) -> Sequence[Occurrence]:
        """Of everybody, held: where a state may have begun on a day that has begun somewhere; not what another worker holds."""
        statement = (
            select(Occurrence)
            .where(Occurrence.look_on <= day)
            .order_by(Occurrence.look_on, Occurrence.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(statement)).all()

    async def to_tell(self, access: Access, today: date) -> Sequence[Occurrence]:
        """That are soon, due or overdue; held against whoever closes them meanwhile."""
        begun = or_(
            Occurrence.remind_on <= today,
            Occurrence.due_on <= today,
            Occurrence.passed_on.is_not(None),
        )
        statement = (
            self.seen_by(access)
            .where(Occurrence.status == OccurrenceStatus.ACTIVE, begun)
            .order_by(Occurrence.id)
            .with_for_update(read=True, of=Occurrence)
        )
        return (await self.session.scalars(statement)).all()


class CalendarTokenRepository(Repository[CalendarToken]):
    model = CalendarToken

    async def replace(self, token: CalendarToken) -> None:
        await self.session.merge(token)

    async def by_digest(self, digest: bytes) -> CalendarToken | None:
        statement = select(CalendarToken).where(CalendarToken.token_digest == digest)
        return (await self.session.scalars(statement)).one_or_none()
