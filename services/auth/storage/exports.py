from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.auth.storage.models import DataExport
from shared.access import Access
from shared.db.repository import Repository


class ExportRepository(Repository[DataExport]):
    model = DataExport
    owner = "account_id"

    async def running(self, account_id: UUID, state: str) -> DataExport | None:
        statement = self.seen_by(Access(account_id)).where(DataExport.state == state)
        return (await self.session.scalars(statement.limit(1))).one_or_none()

    async def held(self, export_id: UUID) -> DataExport | None:
        statement = select(DataExport).where(DataExport.id == export_id).with_for_update()
        return (await self.session.scalars(statement)).one_or_none()

    async def behind(self, digest: bytes, now: datetime) -> DataExport | None:
        """The one a mailed link opens, while it may."""
        statement = select(DataExport).where(
            DataExport.link_digest == digest, DataExport.expires_at > now
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def late(self, state: str, started_before: datetime) -> Sequence[DataExport]:
        statement = select(DataExport).where(
            DataExport.state == state, DataExport.started_at < started_before
        )
        return (await self.session.scalars(statement.with_for_update(skip_locked=True))).all()

    async def over(self, now: datetime) -> Sequence[DataExport]:
        statement = select(DataExport).where(DataExport.expires_at <= now)
        return (await self.session.scalars(statement.with_for_update(skip_locked=True))).all()
