from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base
from shared.db.base import Identified, Timestamped, Versioned


class GarageReview(Base, Identified, Timestamped, Versioned):
    """What somebody says of a garage: one each."""

    __tablename__ = "garage_review"
    __table_args__ = (
        UniqueConstraint("garage_id", "account_id"),
        Index("ix_garage_review_garage_id_created_at", "garage_id", "created_at", "id"),
        Index("ix_garage_review_created_at", "created_at", "id"),
    )

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(index=True)
    rating: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str | None]
    comment: Mapped[str | None]
    visited_at: Mapped[datetime | None]
    """When the booking was completed that verifies it."""
    edited_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    """By an administrator: seen by its author alone, and in no mean."""
    hidden_because: Mapped[str | None]


class ReviewReport(Base, Identified):
    """Somebody finds that a review should not be there; an administrator looks at it."""

    __tablename__ = "review_report"
    __table_args__ = (
        UniqueConstraint("review_id", "account_id"),
        Index(
            "ix_review_report_open",
            "created_at",
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    review_id: Mapped[UUID] = mapped_column(ForeignKey("garage_review.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[str]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
