from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from services.auth.storage.models import EmailRevert
from services.auth.storage.used_once import UsedOnceRepository
from shared.access import Access


class RevertRepository(UsedOnceRepository[EmailRevert]):
    """Changes of address that may still be taken back; found by what only the old address was told."""

    model = EmailRevert

    async def live(self, digest: bytes, now: datetime) -> EmailRevert | None:
        found = select(EmailRevert).where(
            EmailRevert.digest == digest,
            EmailRevert.used_at.is_(None),
            EmailRevert.expires_at > now,
        )
        return (await self.session.scalars(found)).one_or_none()

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
