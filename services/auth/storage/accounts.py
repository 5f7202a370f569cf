from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.storage.models import Account
from shared.mailboxes import canonical


class AccountRepository:
    """An account's id is its owner's id, so reading by id is reading one's own."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add_once(self, **facts: Any) -> UUID | None:
        """The new account's id; None when the address, whatever its letter case, has an account already."""
        statement = insert(Account).values(email_key=canonical(facts["email"]), **facts)
        added = statement.on_conflict_do_nothing(index_elements=["email_key"])
        return await self.session.scalar(added.returning(Account.id))

    async def of(self, account_id: UUID, *, lock: bool = False) -> Account | None:
        statement = select(Account).where(Account.id == account_id, Account.deleting_at.is_(None))
        if lock:
            statement = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(statement)).one_or_none()

    async def at(self, email: str, *, lock: bool = False) -> Account | None:
        statement = select(Account).where(
            Account.email_key == canonical(email), Account.deleting_at.is_(None)
        )
        if lock:
            statement = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(statement)).one_or_none()

    def everybody(self) -> Select[Account]:
        """For administrators."""
        return select(Account).where(Account.deleting_at.is_(None))

    @staticmethod
    def touch(account: Account, now: datetime) -> None:
        """Call with the row locked: the version orders what others hear of the account."""
        account.version += 1
        account.updated_at = now
