from uuid import UUID

from sqlalchemy import select, update

from services.billing.storage.models import CheckoutSession
from shared.access import Access
from shared.db.repository import Repository


class CheckoutSessionRepository(Repository[CheckoutSession]):
    model = CheckoutSession
    owner = "user_id"

    async def open_of(self, user_id: UUID) -> CheckoutSession | None:
        statement = self.seen_by(Access(user_id)).where(CheckoutSession.status == "open")
        return (await self.session.scalars(statement)).one_or_none()

    async def of_owner_by_provider_id(
        self, user_id: UUID, provider_id: str
    ) -> CheckoutSession | None:
        statement = self.seen_by(Access(user_id)).where(CheckoutSession.provider_id == provider_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def by_provider_id(self, provider_id: str) -> CheckoutSession | None:
        statement = select(CheckoutSession).where(CheckoutSession.provider_id == provider_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def close_open(self, user_id: UUID) -> None:
        await self.session.execute(
            update(CheckoutSession)
            .where(self.is_changed(Access(user_id)), CheckoutSession.status == "open")
            .values(status="expired")
            .execution_options(synchronize_session=False)
        )
