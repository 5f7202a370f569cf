from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.storage.care.models import CalendarToken, Reminder, ReminderOccurrence
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.repository import Repository
from shared.ids import new_id


class ReminderRepository(OfVehicleRepository[Reminder]):
    model = Reminder

    async def by_distance(self, vehicle_id: UUID) -> Sequence[Reminder]:
        """Those whose day depends on how the car is driven. The caller holds the vehicle, and so has checked whose it is."""
        statement = select(Reminder).where(
            Reminder.vehicle_id == vehicle_id, Reminder.due_metres.is_not(None)
        )
        return (await self.session.scalars(statement.order_by(Reminder.id))).all()

    async def active(self, access: Access) -> Sequence[Reminder]:
        statement = self.seen_by(access).where(Reminder.status == "ACTIVE")
        return (await self.session.scalars(statement.order_by(Reminder.id))).all()

    async def to_remind(self, today: date, *, limit: int) -> Sequence[Reminder]:
        statement = (
            select(Reminder)
            .where(
                Reminder.status == "ACTIVE",
                Reminder.remind_on <= today,
                Reminder.reminded != Reminder.occurrence,
            )
            .order_by(Reminder.remind_on, Reminder.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(statement)).all()


class OccurrenceRepository(Repository[ReminderOccurrence]):
    model = ReminderOccurrence

    async def add_once(self, *, owner_id: UUID, occurrence: str, told_at: datetime) -> bool:
        """False when this occurrence has been told already."""
        statement = (
            insert(ReminderOccurrence)
            .values(id=new_id(), owner_id=owner_id, occurrence=occurrence, told_at=told_at)
            .on_conflict_do_nothing(index_elements=["occurrence"])
            .returning(ReminderOccurrence.id)
        )
        return await self.session.scalar(statement) is not None


class CalendarTokenRepository(Repository[CalendarToken]):
    model = CalendarToken

    async def replace(self, token: CalendarToken) -> None:
        await self.session.merge(token)

    async def by_digest(self, digest: bytes) -> CalendarToken | None:
        statement = select(CalendarToken).where(CalendarToken.token_digest == digest)
        return (await self.session.scalars(statement)).one_or_none()
