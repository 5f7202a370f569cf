from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base
from shared.db.base import Identified


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
