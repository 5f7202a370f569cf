"""The token ledger: reserving takes turns per owner, so that parallel calls cannot overspend together."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from services.ai.domain.quota import Allowance
from services.ai.storage.models import UsageEntry
from shared.access import Access
from shared.db.repository import Repository

FORGOTTEN = timedelta(minutes=10)
"""A reservation this old belongs to a process that died; nothing of it is owed."""


class UsageRepository(Repository[UsageEntry]):
    model = UsageEntry

    async def allowance(
        self, owner_id: UUID, month: date, limit: int | None, now: datetime
    ) -> Allowance:
        settled = UsageEntry.state == "settled"
        alive = and_(UsageEntry.state == "reserved", UsageEntry.created_at > now - FORGOTTEN)
        row = (
            await self.session.execute(
                select(
                    func.coalesce(
                        func.sum(
                            case((settled, UsageEntry.prompt + UsageEntry.completion), else_=0)
                        ),
                        0,
                    ),
                    func.coalesce(func.sum(case((alive, UsageEntry.reserved), else_=0)), 0),
                ).where(
                    self.is_seen(Access(owner_id)), UsageEntry.month == month, or_(settled, alive)
                )
            )
        ).one()
        return Allowance(limit, int(row[0]), int(row[1]))

    async def calls(self, owner_id: UUID, month: date) -> dict[str, int]:
        rows = await self.session.execute(
            select(UsageEntry.kind, func.count())
            .where(self.is_seen(Access(owner_id)), UsageEntry.month == month)
            .group_by(UsageEntry.kind)
        )
        return {kind: count for kind, count in rows}  # noqa: C416  (dict() of Rows does not type-check)
