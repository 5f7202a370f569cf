from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.storage.models import StripeEvent

WAITING, DONE, IGNORED, FAILED, PARKED = "waiting", "done", "ignored", "failed", "parked"


class StripeEventRepository:
    """Webhooks by their id; only administrators read them."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add_once(self, event: dict[str, Any]) -> bool:
        """False when the event is already here."""
        statement = insert(StripeEvent).values(**event).on_conflict_do_nothing()
        added = await self.session.execute(statement.returning(StripeEvent.id))
        return added.first() is not None

    async def by_id(self, event_id: str, *, lock: bool = False) -> StripeEvent | None:
        statement = select(StripeEvent).where(StripeEvent.id == event_id)
        if lock:
            statement = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(statement)).one_or_none()

    async def is_told_of(
        self, kind: str, *, invoice_id: str, attempt: int, since: datetime
    ) -> bool:
        """Whether an event of `kind`, made since then, speaks of this attempt at this invoice."""
        said = StripeEvent.body["data"]["object"]
        statement = select(StripeEvent.id).where(
            StripeEvent.created_at >= since,
            StripeEvent.type == kind,
            said["id"].as_string() == invoice_id,
            said["attempt_count"].as_integer() == attempt,
        )
        return (await self.session.scalars(statement.limit(1))).first() is not None

    async def in_state(self, state: str, *, limit: int) -> list[StripeEvent]:
        statement = select(StripeEvent).where(StripeEvent.state == state)
        return list(
            await self.session.scalars(statement.order_by(StripeEvent.created_at).limit(limit))
        )

    def list(self, *states: str) -> Select[StripeEvent]:
        statement = select(StripeEvent)
        return statement.where(StripeEvent.state.in_(states)) if states else statement

    async def forget_bodies(self, whose: ColumnElement[bool]) -> None:
        """What they say goes; that they came stays, so that a second delivery is known for what it is."""
        await self.session.execute(
            update(StripeEvent)
            .where(whose)
            .values(body={}, state=IGNORED)
            .execution_options(synchronize_session=False)
        )

    async def newest(self) -> datetime | None:
        return await self.session.scalar(select(func.max(StripeEvent.created_at)))
