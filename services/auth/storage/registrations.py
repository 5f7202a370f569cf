from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from services.auth.storage.models import Registration
from shared.access import Access
from shared.db.repository import Repository


class RegistrationRepository(Repository[Registration]):
    model = Registration
    owner = "account_id"

    async def pending(self, account_id: UUID, now: datetime) -> Sequence[Registration]:
        """Newest first."""
        found = (
            self.seen_by(Access(account_id))
            .where(Registration.expires_at > now)
            .order_by(Registration.created_at.desc(), Registration.id.desc())
        )
        return (await self.session.scalars(found)).all()

    async def living(self, registration_id: UUID, now: datetime) -> Registration | None:
        """For a job of ours, which was given the id."""
        found = select(Registration).where(
            Registration.id == registration_id, Registration.expires_at > now
        )
        return (await self.session.scalars(found)).one_or_none()

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(Registration).where(Registration.expires_at < before))
