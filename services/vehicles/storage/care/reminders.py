from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, func, or_, select, union
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.storage.care.due import is_due
from services.vehicles.storage.care.models import (
    CalendarToken,
    MaintenancePlan,
    Reminder,
    ReminderOccurrence,
)
from services.vehicles.storage.cars.models import OwnerZone
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import job
from shared.db.repository import Repository
from shared.ids import new_id
from shared.local_day import DEFAULT_ZONE


class ReminderRepository(OfVehicleRepository[Reminder]):
    model = Reminder

    async def by_distance(self, vehicle_id: UUID) -> Sequence[Reminder]:
        """Those whose day depends on how the car is driven. The caller holds the vehicle, and so has checked whose it is."""
        statement = select(Reminder).where(
            Reminder.vehicle_id == vehicle_id, Reminder.due_metres.is_not(None)
        )
        return (await self.session.scalars(statement.order_by(Reminder.id))).all()

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[Reminder]:
        """The caller holds the vehicle, and so has checked whose it is."""
        statement = select(Reminder).where(Reminder.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(Reminder.id))).all()

    async def active(self, access: Access) -> Sequence[Reminder]:
        statement = self.seen_by(access).where(Reminder.status == "ACTIVE")
        return (await self.session.scalars(statement.order_by(Reminder.id))).all()

    async def to_remind(self, access: Access, today: date) -> Sequence[Reminder]:
        """Whose lead time has begun and nobody was told about; held, skipping what another worker holds."""
        statement = (
            self.changed_by(access)
            .where(is_due(Reminder, today))
            .order_by(Reminder.remind_on, Reminder.id)
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(statement)).all()


class OccurrenceRepository(Repository[ReminderOccurrence]):
    model = ReminderOccurrence

    async def owners_to_remind(
        self, days: Mapping[date, Sequence[str]], *, kind: str, after: UUID | None, limit: int
    ) -> Sequence[UUID]:
        """Whom something falls due, in the order of their ids; not those whose job of this kind waits or is dead.

        `days`: the zones to look at, by the day they have. Whose zone we have not heard of lives in the default one.
        """
        if not days:
            return []
        due = union(*map(partial(_due_somewhere, days), (MaintenancePlan, Reminder))).subquery()
        in_hand = select(job.c.id).where(
            job.c.kind == kind,
            job.c.key == cast(due.c.owner_id, Text),
            job.c.state.in_(("waiting", "dead")),
        )
        statement = select(due.c.owner_id).where(~in_hand.exists())
        if after is not None:
            statement = statement.where(due.c.owner_id > after)
        found = await self.session.scalars(statement.order_by(due.c.owner_id).limit(limit))
        return found.all()

    async def add_once(self, *, owner_id: UUID, occurrence: str, told_at: datetime) -> bool:
        """False when this occurrence has been told already."""
        statement = (
            insert(ReminderOccurrence)
            .values(id=new_id(), owner_id=owner_id, occurrence=occurrence, told_at=told_at)
            .on_conflict_do_nothing(index_elements=["occurrence"])
            .returning(ReminderOccurrence.id)
        )
        return await self.session.scalar(statement) is not None


def _due_somewhere(
    days: Mapping[date, Sequence[str]], model: type[MaintenancePlan] | type[Reminder]
) -> Select[UUID]:
    zone = func.coalesce(OwnerZone.timezone, DEFAULT_ZONE)
    there = [and_(zone.in_(zones), model.remind_on <= day) for day, zones in days.items()]
    theirs = model.__table__
    lives = OwnerZone.account_id == theirs.c.owner_id
    owners = select(theirs.c.owner_id).outerjoin(OwnerZone, lives)
    return owners.where(is_due(model, max(days)), or_(*there))


class CalendarTokenRepository(Repository[CalendarToken]):
    model = CalendarToken

    async def replace(self, token: CalendarToken) -> None:
        await self.session.merge(token)

    async def by_digest(self, digest: bytes) -> CalendarToken | None:
        statement = select(CalendarToken).where(CalendarToken.token_digest == digest)
        return (await self.session.scalars(statement)).one_or_none()
