from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, update

from shared.db.repository import Repository

M = TypeVar("M")


class UsedOnceRepository(Repository[M]):
    """What an account was given to use once, until it expires: codes, links, challenges."""

    owner = "account_id"

    async def use(self, row_id: UUID, now: datetime) -> bool:
        """True for exactly one of any number of simultaneous calls."""
        key = self._column("id")
        used = (
            update(self.model)
            .where(key == row_id, self._column("used_at").is_(None))
            .values(used_at=now)
            .returning(key)
        )
        return await self.session.scalar(used) is not None

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(self.model).where(self._column("expires_at") < before))
