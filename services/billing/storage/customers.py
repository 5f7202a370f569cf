from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.billing.storage.models import Customer, Subscription
from shared.access import Access
from shared.db.repository import Repository


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom an id of the payment provider belongs to; a pseudonym once they are erased."""

    user_id: UUID
    is_pseudonym: bool


class CustomerRepository(Repository[Customer]):
    model = Customer
    owner = "user_id"

    async def take_turn(self, user_id: UUID, token: UUID, lasts: timedelta) -> bool:
        """False while another's lasts. By the database's clock; makes the person's row if it is missing."""
        await self.session.execute(
            insert(Customer).values(user_id=user_id).on_conflict_do_nothing()
        )
        is_free = or_(Customer.busy_until.is_(None), Customer.busy_until < func.clock_timestamp())
        taken = (
            update(Customer)
            .where(self.is_changed(Access(user_id)), is_free)
            .values(busy_with=token, busy_until=func.clock_timestamp() + lasts)
            .returning(Customer.user_id)
            .execution_options(synchronize_session=False)
        )
        return (await self.session.execute(taken)).first() is not None

    async def end_turn(self, token: UUID) -> bool:
        """False when it is not ours any more."""
        ended = (
            update(Customer)
            .where(Customer.busy_with == token)
            .values(busy_with=None, busy_until=None)
            .returning(Customer.user_id)
            .execution_options(synchronize_session=False)
        )
        return (await self.session.execute(ended)).first() is not None

    async def note_provider(
        self, user_id: UUID, provider_id: str | None, *, generation: int
    ) -> None:
        """Who they are at the provider, as soon as it is known: an erasure that waits for us must find it."""
        await self.session.execute(
            update(Customer)
            .where(self.is_changed(Access(user_id)))
            .values(provider_id=provider_id, generation=generation)
            .execution_options(synchronize_session=False)
        )

    async def of_user(self, user_id: UUID) -> Customer | None:
        return await self.session.get(Customer, user_id)

    async def ensure(self, user_id: UUID) -> Customer:
        """The person's row, made if it is missing; hold its owner first."""
        await self.session.execute(
            insert(Customer).values(user_id=user_id).on_conflict_do_nothing()
        )
        return (await self.session.scalars(self.seen_by(Access(user_id)))).one()

    async def by_provider_id(self, provider_id: str) -> Customer | None:
        statement = select(Customer).where(Customer.provider_id == provider_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def whose(self, customer_ref: str | None, subscription_ref: str | None) -> Whose | None:
        """By our own mapping; nothing is locked, for the person must be held first."""
        for column, ref in (
            (Customer.provider_id, customer_ref),
            (Subscription.provider_id, subscription_ref),
        ):
            statement = (
                select(Customer.user_id, Customer.erased_at)
                .join(Subscription, Subscription.user_id == Customer.user_id, isouter=True)
                .where(column == ref)
                .limit(1)
            )
            found = (await self.session.execute(statement)).first() if ref is not None else None
            if found is not None:
                return Whose(found.user_id, is_pseudonym=found.erased_at is not None)
        return None

    async def next_version(self, user_id: UUID) -> int:
        """Orders what is said about this person's subscriptions."""
        statement = (
            update(Customer)
            .where(self.is_changed(Access(user_id)))
            .values(subscription_version=Customer.subscription_version + 1)
            .returning(Customer.subscription_version)
        )
        return (await self.session.execute(statement)).scalar_one()

    async def hand_over(self, user_id: UUID, pseudonym: UUID, at: datetime) -> None:
        """Nothing personal stays; the provider's id does, so that a late event is known for what it is."""
        statement = update(Customer).where(self.is_owned(user_id))
        nobody = {"email": None, "name": None, "timezone": None}
        await self.session.execute(statement.values(user_id=pseudonym, erased_at=at, **nobody))
