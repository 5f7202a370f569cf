from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, SmallInteger, func, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.garages.claims import MOST_TRIES, ClaimState
from services.vehicles.storage.base import Base
from shared.access import Access
from shared.db.base import Identified
from shared.db.repository import Repository


class GarageClaim(Base, Identified):
    """Somebody says that a garage is theirs, and how they prove it. One of each person and garage waits at a time."""

    __tablename__ = "garage_claim"
    __table_args__ = (
        Index(
            "uq_garage_claim_garage_id_account_id",
            "garage_id",
            "account_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_garage_claim_garage_id_created_at", "garage_id", "created_at"),
        Index("ix_garage_claim_state_created_at", "state", "created_at"),
    )

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(index=True)
    way: Mapped[str]
    """`email`, `phone` or `document`: `domain/garages/claims.py`."""
    state: Mapped[str]
    code_digest: Mapped[bytes | None]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """Wrong codes typed."""
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """The code's."""
    document_id: Mapped[UUID | None]
    note: Mapped[str | None]
    reason: Mapped[str | None]
    """Of whoever refused it."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class GarageAudit(Base, Identified):
    """Who gave a garage to whom, or took it, and why: written once, read by administrators and by the garage's people."""

    __tablename__ = "garage_audit"
    __table_args__ = (Index("ix_garage_audit_garage_id_at", "garage_id", "at", "id"),)

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    kind: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    """Who did it; None once they have left."""
    about_id: Mapped[UUID | None] = mapped_column(index=True)
    """To whom."""
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ClaimRepository(Repository[GarageClaim]):
    """Seen by who made it; administrators see all."""

    model = GarageClaim
    owner = "account_id"

    def waiting(self) -> Select[GarageClaim]:
        return select(GarageClaim).where(GarageClaim.state == ClaimState.OPEN)

    async def one(self, claim_id: UUID) -> GarageClaim | None:
        """Whosever it is: for administrators."""
        return await self.session.get(GarageClaim, claim_id)

    async def again(self, claim: GarageClaim) -> GarageClaim:
        """As it stands now that its garage is held."""
        await self.session.refresh(claim)
        return claim

    async def open_of(self, access: Access, garage_id: UUID) -> GarageClaim | None:
        statement = self.seen_by(access).where(
            GarageClaim.garage_id == garage_id, GarageClaim.state == ClaimState.OPEN
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def others_of(self, claim: GarageClaim) -> Sequence[GarageClaim]:
        """That wait for the same garage."""
        statement = self.waiting().where(
            GarageClaim.garage_id == claim.garage_id, GarageClaim.id != claim.id
        )
        return (await self.session.scalars(statement)).all()

    async def codes_since(self, garage_id: UUID, since: datetime) -> Sequence[datetime]:
        """When codes were made for a garage lately, whoever asked: the latest first."""
        statement = select(GarageClaim.sent_at).where(
            GarageClaim.garage_id == garage_id, GarageClaim.sent_at >= since
        )
        found = await self.session.scalars(statement.order_by(GarageClaim.sent_at.desc()))
        return [each for each in found if each is not None]

    async def count_since(self, access: Access, since: datetime) -> int:
        mine = select(func.count()).where(
            self.is_owned(access.person), GarageClaim.created_at >= since
        )
        return await self.session.scalar(mine) or 0

    async def spend_try(self, claim_id: UUID) -> int | None:
        """How many tries are left after this one; None where there was none. Kept whatever becomes of the request."""
        statement = update(GarageClaim).where(
            GarageClaim.id == claim_id, GarageClaim.tries < MOST_TRIES
        )
        spent = statement.values(tries=GarageClaim.tries + 1).returning(GarageClaim.tries)
        used = await self.session.scalar(spent)
        return None if used is None else MOST_TRIES - used


class GarageAuditRepository(Repository[GarageAudit]):
    """Written once."""

    model = GarageAudit
    owner = "actor_id"

    def of_garage(self, garage_id: UUID) -> Select[GarageAudit]:
        return select(GarageAudit).where(GarageAudit.garage_id == garage_id)

    async def forget(self, person: UUID) -> None:
        """What they did stays, and names nobody."""
        named = or_(GarageAudit.actor_id == person, GarageAudit.about_id == person)
        found = await self.session.scalars(select(GarageAudit).where(named))
        for row in found:
            row.actor_id = None if row.actor_id == person else row.actor_id
            row.about_id = None if row.about_id == person else row.about_id
