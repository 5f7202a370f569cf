from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, tuple_

from services.billing.storage.models import Entitlement
from shared.access import Access
from shared.db.repository import Repository

FIRST = UUID(int=0)
MOST_DIGITS = 18
"""Of a transaction number that fits a bigint."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order of changes: the writing transaction, then the person."""

    transaction: int = 0
    user_id: UUID = FIRST

    @classmethod
    def parse(cls, written: str) -> "Cursor":
        """Raises ValueError."""
        transaction, _, user = written.partition(".")
        if not (
            transaction.isascii() and transaction.isdigit() and len(transaction) <= MOST_DIGITS
        ):
            raise ValueError("not a cursor")
        return cls(int(transaction), UUID(user))

    def __str__(self) -> str:
        return f"{self.transaction}.{self.user_id}"


class EntitlementRepository(Repository[Entitlement]):
    model = Entitlement
    owner = "user_id"

    async def of_user(self, user_id: UUID, *, lock: bool = False) -> Entitlement | None:
        statement = self.seen_by(Access(user_id))
        if lock:
            statement = statement.with_for_update()
        return (await self.session.scalars(statement)).one_or_none()

    async def transaction_id(self) -> int:
        found = await self.session.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
        return int(found or 0)

    async def changed_since(
        self, cursor: Cursor, *, limit: int
    ) -> tuple[list[Entitlement], Cursor, bool]:
        """A page of changes, where to go on, and whether more is waiting.

        Transactions commit in another order than they begin. The returned cursor therefore never passes the oldest one that
        still runs: what was written after it is told now and told again next time.
        """
        oldest = await self.session.scalar(
            text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        )
        place = tuple_(Entitlement.changed_in, Entitlement.user_id)
        statement = (
            select(Entitlement)
            .where(place > (cursor.transaction, cursor.user_id))
            .order_by(Entitlement.changed_in, Entitlement.user_id)
            .limit(limit)
        )
        rows = list(await self.session.scalars(statement))
        settled = [row for row in rows if row.changed_in < (oldest or 0)]
        after = Cursor(settled[-1].changed_in, settled[-1].user_id) if settled else cursor
        return rows, after, len(rows) == limit and len(settled) == limit

    async def holders(self, plan: str, *, after: UUID, limit: int) -> list[UUID]:
        statement = (
            select(Entitlement.user_id)
            .where(Entitlement.plan == plan, Entitlement.user_id > after)
            .order_by(Entitlement.user_id)
            .limit(limit)
        )
        return list(await self.session.scalars(statement))
