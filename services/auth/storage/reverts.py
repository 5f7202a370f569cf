from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.storage.models import EmailRevert


class RevertRepository:
    """Changes of address that may still be taken back; found by what only the old address was told."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, revert: EmailRevert) -> EmailRevert:
        self.session.add(revert)
        return revert

    async def live(self, digest: bytes, now: datetime) -> EmailRevert | None:
        found = select(EmailRevert).where(
            EmailRevert.digest == digest,
            EmailRevert.used_at.is_(None),
            EmailRevert.expires_at > now,
        )
        return (await self.session.scalars(found)).one_or_none()

    async def use(self, revert_id: UUID, now: datetime) -> bool:
        """True for exactly one of any number of simultaneous calls."""
        used = (
            update(EmailRevert)
            .where(EmailRevert.id == revert_id, EmailRevert.used_at.is_(None))
            .values(used_at=now)
            .returning(EmailRevert.id)
        )
        return await self.session.scalar(used) is not None

    async def void_since(self, account_id: UUID, moment: datetime, now: datetime) -> None:
        """Later changes are undone with the one that is: their links would bring the intruder's address back."""
        await self.session.execute(
            update(EmailRevert)
            .where(
                EmailRevert.account_id == account_id,
                EmailRevert.created_at >= moment,
                EmailRevert.used_at.is_(None),
            )
            .values(used_at=now)
        )

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(EmailRevert).where(EmailRevert.expires_at < before))
