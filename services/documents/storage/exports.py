"""Exports in the making, and their pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.storage.models import Export, ExportPage
from shared.db.repository import Repository


class ExportRepository(Repository[Export]):
    model = Export

    async def add_once(self, **values: Any) -> None:
        statement = insert(Export).values(**values)
        await self.session.execute(statement.on_conflict_do_nothing())

    async def held(self, export_id: UUID) -> Export | None:
        """Our own work: whoever owns it, locked until the transaction ends."""
        statement = select(Export).where(Export.id == export_id).with_for_update()
        return (await self.session.scalars(statement)).one_or_none()

    async def ids_of(self, owner_id: UUID) -> Sequence[UUID]:
        found = await self.session.scalars(select(Export.id).where(self.is_owned(owner_id)))
        return found.all()

    async def every_id(self) -> set[UUID]:
        """Of all owners: for the sweep of files nobody knows."""
        return set(await self.session.scalars(select(Export.id)))

    async def over(self, now: datetime) -> Sequence[UUID]:
        """Those whose time is up; a worker takes what another has not."""
        statement = select(Export.id).where(Export.expires_at <= now)
        return (await self.session.scalars(statement.with_for_update(skip_locked=True))).all()

    async def forget(self, export_ids: Sequence[UUID]) -> None:
        await self.session.execute(delete(Export).where(Export.id.in_(export_ids)))

    async def lock(self, export_id: UUID) -> None:
        """Pages of one export are counted one at a time: else two last ones may each see the other missing."""
        key = func.hashtextextended(f"export {export_id}", 0)
        await self.session.execute(select(func.pg_advisory_xact_lock(key)))


class ExportPageRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add_once(self, **values: Any) -> None:
        statement = insert(ExportPage).values(**values)
        await self.session.execute(statement.on_conflict_do_nothing())

    async def complete_services(self, export_id: UUID) -> set[str]:
        """Those whose last page is here, and all before it."""
        last = func.max(ExportPage.number).filter(ExportPage.is_last)
        statement = (
            select(ExportPage.service)
            .where(ExportPage.export_id == export_id)
            .group_by(ExportPage.service)
            .having(last + 1 == func.count())
        )
        return set(await self.session.scalars(statement))

    async def numbers(self, export_id: UUID) -> Sequence[tuple[str, int]]:
        """Service and number of each page, in order."""
        statement = (
            select(ExportPage.service, ExportPage.number)
            .where(ExportPage.export_id == export_id)
            .order_by(ExportPage.service, ExportPage.number)
        )
        return [(service, number) for service, number in await self.session.execute(statement)]

    async def content(self, export_id: UUID, service: str, number: int) -> str:
        statement = select(ExportPage.content).where(
            ExportPage.export_id == export_id,
            ExportPage.service == service,
            ExportPage.number == number,
        )
        return (await self.session.scalars(statement)).one()

    async def forget(self, export_ids: Sequence[UUID]) -> None:
        await self.session.execute(delete(ExportPage).where(ExportPage.export_id.in_(export_ids)))

    async def forget_before(self, moment: datetime) -> None:
        await self.session.execute(delete(ExportPage).where(ExportPage.received_at < moment))
