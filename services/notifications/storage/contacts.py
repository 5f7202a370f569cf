from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.domain.message import one_line
from services.notifications.storage.models import Contact
from shared.access import Access
from shared.contracts.auth import AccountChanged
from shared.db.repository import Repository


class ContactRepository(Repository[Contact]):
    model = Contact
    owner = "account_id"

    async def of(self, account_id: UUID) -> Contact | None:
        return await self.session.get(Contact, account_id, populate_existing=True)

    async def keep(self, event: AccountChanged, *, now: datetime) -> bool:
        """Store this version unless a later one came before; says whether it was stored."""
        values = {
            "version": event.version,
            "email": event.email,
            "first_name": one_line(event.first_name, at_most=60),
            "language": event.language.value,
            "timezone": event.timezone,
            "distance_unit": event.distance_unit,
            "verified": event.verified,
            "switches": event.switches,
            "updated_at": now,
        }
        statement = insert(Contact).values(account_id=event.account_id, created_at=now, **values)
        # A new address has not bounced yet.
        same = Contact.email == statement.excluded.email
        bounced_at = case((same, Contact.bounced_at), else_=None)
        statement = statement.on_conflict_do_update(
            index_elements=[Contact.account_id],
            set_={**values, "bounced_at": bounced_at},
            where=Contact.version < event.version,
        )
        kept = await self.session.execute(statement.returning(Contact.account_id))
        return kept.first() is not None

    async def advance_subscription(self, account_id: UUID, version: int) -> bool:
        """Whether this version of the subscription is the latest seen; remembers it."""
        statement = (
            update(Contact)
            .where(self.is_seen(Access(account_id)), Contact.subscription_version < version)
            .values(subscription_version=version)
            .returning(Contact.account_id)
        )
        return (await self.session.execute(statement)).first() is not None

    async def note_bounce(self, account_id: UUID, address: str, *, now: datetime) -> None:
        statement = update(Contact).where(
            self.is_seen(Access(account_id)), func.lower(Contact.email) == address.lower()
        )
        await self.session.execute(statement.values(bounced_at=now))
