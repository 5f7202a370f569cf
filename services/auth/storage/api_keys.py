from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from services.auth.storage.models import Account, ApiKey
from shared.access import Access
from shared.db.repository import Repository


class ApiKeyRepository(Repository[ApiKey]):
    model = ApiKey
    owner = "account_id"

    async def live_count(self, account_id: UUID, now: datetime) -> int:
        live = select(func.count(ApiKey.id)).where(
            self.is_seen(Access(account_id)), ApiKey.expires_at > now
        )
        return await self.session.scalar(live) or 0

    async def good(self, fingerprint: str, now: datetime) -> tuple[ApiKey, Account] | None:
        """The living key of this fingerprint and its account, if that is neither locked nor going."""
        found = (
            select(ApiKey, Account)
            .join(Account, Account.id == ApiKey.account_id)
            .where(
                ApiKey.fingerprint == fingerprint,
                ApiKey.expires_at > now,
                Account.locked_at.is_(None),
                Account.deleting_at.is_(None),
            )
        )
        row = (await self.session.execute(found)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def note_use(self, key_id: UUID, now: datetime) -> None:
        await self.session.execute(
            update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now)
        )

    async def remove_of(self, account_id: UUID) -> list[UUID]:
        """Which keys there were."""
        removed = delete(ApiKey).where(self.is_changed(Access(account_id))).returning(ApiKey.id)
        return list((await self.session.scalars(removed)).all())

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(ApiKey).where(ApiKey.expires_at < before))
