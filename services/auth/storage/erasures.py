from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.auth.storage.models import Erasure
from shared.access import Access
from shared.db.repository import Repository


class ErasureRepository(Repository[Erasure]):
    model = Erasure
    owner = "account_id"

    async def held(self, account_id: UUID) -> Erasure | None:
        found = self.changed_by(Access(account_id)).with_for_update()
        return (await self.session.scalars(found)).one_or_none()

    async def late(self, started_before: datetime) -> Sequence[Erasure]:
        """Not complete, and nobody was told yet."""
        late = select(Erasure).where(
            Erasure.completed_at.is_(None),
            Erasure.alerted_at.is_(None),
            Erasure.started_at < started_before,
        )
        return (await self.session.scalars(late.with_for_update(skip_locked=True))).all()
