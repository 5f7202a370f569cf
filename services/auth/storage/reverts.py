from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from services.auth.storage.models import EmailRevert
from shared.access import Access
from shared.db.repository import Repository


class RevertRepository(Repository[EmailRevert]):
    """Changes of address that may still be taken back; found by what only the old address was told."""

    model = EmailRevert
    owner = "account_id"

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
                self.is_changed(Access(account_id)),
                EmailRevert.created_at >= moment,
                EmailRevert.used_at.is_(None),
            )
            .values(used_at=now)
        )

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(EmailRevert).where(EmailRevert.expires_at < before))
