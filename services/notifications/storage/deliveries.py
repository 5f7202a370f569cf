from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.domain.kinds import Channel
from services.notifications.storage.models import Delivery, State
from shared.access import Access
from shared.db.base import persons
from shared.db.repository import Repository


class DeliveryRepository(Repository[Delivery]):
    model = Delivery

    async def add_once(self, **values: Any) -> UUID | None:
        """The new row's id; None when this news went out by this channel before."""
        statement = insert(Delivery).values(**values)
        statement = statement.on_conflict_do_nothing(index_elements=["owner_id", "key", "channel"])
        return await self.session.scalar(statement.returning(Delivery.id))

    async def withdraw(self, owner_id: UUID, key: str, *, now: datetime) -> None:
        """What has not been sent of this news will not be."""
        statement = update(Delivery).where(
            self.is_owned(owner_id), Delivery.key == key, Delivery.state == State.PENDING
        )
        gone = {"state": State.WITHDRAWN, "address": None, "secret": None, "finished_at": now}
        await self.session.execute(statement.values(**gone))

    def chosen(self, access: Access, **wanted: str | None) -> Select[Delivery]:
        """Filtered by the columns named that are not None."""
        statement = self.seen_by(access)
        for column, value in wanted.items():
            if value is not None:
                statement = statement.where(self._column(column) == value)
        return statement

    async def whose(self, delivery_id: UUID) -> UUID | None:
        return await self.session.scalar(
            select(Delivery.owner_id).where(Delivery.id == delivery_id)
        )

    async def hold(self, delivery_id: UUID) -> Delivery | None:
        """Our own worker's read: the delivery, whoever owns it, locked until the transaction ends."""
        statement = select(Delivery).where(Delivery.id == delivery_id).with_for_update()
        return (await self.session.scalars(statement)).one_or_none()

    async def count_delayed(self, *, tries: int) -> int:
        """Of everybody: mails that failed `tries` times or more and are still to be sent."""
        statement = select(func.count()).where(
            Delivery.state == State.PENDING,
            Delivery.channel == Channel.MAIL,
            Delivery.attempts >= tries,
        )
        return (await self.session.scalar(statement)) or 0

    async def last_sent_at(self) -> datetime | None:
        """Of everybody: when a mail last left."""
        statement = (
            select(Delivery.finished_at)
            .where(Delivery.state == State.SENT, Delivery.channel == Channel.MAIL)
            .order_by(Delivery.created_at.desc())
            .limit(1)
        )
        return await self.session.scalar(statement)

    async def expire(self, *, now: datetime) -> int:
        """Wipe what is past its time and was never sent."""
        statement = (
            update(Delivery)
            .where(Delivery.state == State.PENDING, Delivery.expires_at <= now)
            .values(state=State.EXPIRED, secret=None, address=None, finished_at=now)
            .returning(Delivery.id)
        )
        return len((await self.session.execute(statement)).all())

    async def forget_before(self, moment: datetime) -> int:
        statement = (
            delete(Delivery)
            .where(Delivery.created_at < moment, Delivery.state != State.PENDING)
            .returning(Delivery.id)
        )
        return len((await self.session.execute(statement)).all())

    async def forget_of_erased(self) -> None:
        """The last words to somebody erased, sent or dead."""
        to_erased = persons.c.person_id == Delivery.owner_id, persons.c.erased_at.is_not(None)
        over = Delivery.state != State.PENDING
        await self.session.execute(delete(Delivery).where(exists().where(*to_erased), over))
