from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.storage.models import Notification
from shared.access import Access
from shared.db.repository import Repository


class InboxRepository(Repository[Notification]):
    model = Notification

    async def add_once(self, **values: Any) -> UUID | None:
        """The new row's id; None when this person has this news already."""
        statement = insert(Notification).values(**values)
        statement = statement.on_conflict_do_nothing(index_elements=["owner_id", "key"])
        return await self.session.scalar(statement.returning(Notification.id))

    async def withdraw(
        self, owner_id: UUID, key: str, *, because: str, now: datetime
    ) -> UUID | None:
        """The message that is taken back; None when there is none, or it was before."""
        statement = (
            update(Notification)
            .where(
                self.is_owned(owner_id),
                Notification.key == key,
                Notification.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now, withdrawn_because=because)
            .returning(Notification.id)
        )
        return await self.session.scalar(statement)

    def chosen(
        self,
        access: Access,
        *,
        is_read: bool | None = None,
        kind: str | None = None,
        is_withdrawn: bool = False,
    ) -> Select[Notification]:
        """What is still so, or what has been taken back."""
        withdrawn_at = Notification.withdrawn_at
        statement = self.seen_by(access).where(
            withdrawn_at.is_not(None) if is_withdrawn else withdrawn_at.is_(None)
        )
        if is_read is not None:
            read_at = Notification.read_at
            statement = statement.where(read_at.is_not(None) if is_read else read_at.is_(None))
        return statement.where(Notification.kind == kind) if kind else statement

    async def counts(self, access: Access) -> dict[str, tuple[int, int]]:
        """Kind -> (all, unread)."""
        statement = (
            select(
                Notification.kind,
                func.count(),
                func.count().filter(Notification.read_at.is_(None)),
            )
            .where(self.is_seen(access), Notification.withdrawn_at.is_(None))
            .group_by(Notification.kind)
            .order_by(Notification.kind)
        )
        rows = await self.session.execute(statement)
        return {kind: (total, unread) for kind, total, unread in rows}

    async def read_all(self, access: Access, *, now: datetime) -> int:
        statement = (
            update(Notification)
            .where(self.is_changed(access), Notification.read_at.is_(None))
            .values(read_at=now)
            .returning(Notification.id)
        )
        return len((await self.session.execute(statement)).all())

    async def remove_read(self, access: Access) -> int:
        statement = (
            delete(Notification)
            .where(
                self.is_changed(access),
                or_(Notification.read_at.is_not(None), Notification.withdrawn_at.is_not(None)),
            )
            .returning(Notification.id)
        )
        return len((await self.session.execute(statement)).all())

    async def forget_withdrawn_before(self, moment: datetime) -> int:
        """Of everybody."""
        statement = (
            delete(Notification)
            .where(Notification.withdrawn_at < moment)
            .returning(Notification.id)
        )
        return len((await self.session.execute(statement)).all())
