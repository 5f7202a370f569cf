from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, case, select, update

from services.billing.domain.subscription import ENDED
from services.billing.storage.models import Subscription, SubscriptionEntry
from shared.access import Access
from shared.db.repository import Repository


class SubscriptionRepository(Repository[Subscription]):
    model = Subscription
    owner = "user_id"

    async def by_provider_id(self, provider_id: str) -> Subscription | None:
        statement = select(Subscription).where(Subscription.provider_id == provider_id)
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def current(self, user_id: UUID) -> Subscription | None:
        """The one that counts: not ended first, then the newest."""
        is_over = case((Subscription.status.in_(sorted(ENDED)), 1), else_=0)
        statement = (
            self.seen_by(Access(user_id)).order_by(is_over, Subscription.created_at.desc()).limit(1)
        )
        return (await self.session.scalars(statement)).first()

    async def live(self, user_id: UUID) -> Sequence[Subscription]:
        """All that have not ended, oldest first."""
        statement = self.seen_by(Access(user_id)).where(Subscription.status.not_in(sorted(ENDED)))
        return (await self.session.scalars(statement.order_by(Subscription.created_at))).all()

    def history(self, subscription_id: UUID) -> Select[SubscriptionEntry]:
        return select(SubscriptionEntry).where(SubscriptionEntry.subscription_id == subscription_id)

    def note(self, entry: SubscriptionEntry) -> None:
        self.session.add(entry)

    async def hand_over(self, user_id: UUID, pseudonym: UUID) -> None:
        """Keeps the rows the law asks for, under a name nobody can trace."""
        statement = update(Subscription).where(self.is_owned(user_id))
        await self.session.execute(statement.values(user_id=pseudonym, open_invoice_url=None))
