from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    SmallInteger,
    UniqueConstraint,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned
from shared.db.repository import Repository


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
    is_named: Mapped[bool]
    """Whether its author is called by first name and initial, or not at all."""
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


class ReviewRepository(Repository[GarageReview]):
    """Everybody's to read but what is hidden, which its author sees; changed by its author."""

    model = GarageReview
    owner = "account_id"

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return or_(GarageReview.hidden_at.is_(None), self.is_owned(access.person))

    def is_changed(self, access: Access) -> ColumnElement[bool]:
        return self.is_owned(access.person)

    def listed(self, access: Access | None, *, is_admin: bool) -> Select[GarageReview]:
        """For nobody in particular: without what is hidden."""
        if is_admin:
            return select(GarageReview)
        if access is None:
            return select(GarageReview).where(GarageReview.hidden_at.is_(None))
        return self.seen_by(access)

    def only_of(self, access: Access, statement: Select[GarageReview]) -> Select[GarageReview]:
        return statement.where(self.is_owned(access.person))

    async def of_person(self, access: Access, garage_id: UUID) -> GarageReview | None:
        statement = self.changed_by(access).where(GarageReview.garage_id == garage_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def held(self, review_id: UUID) -> GarageReview | None:
        """Whosever it is: the caller holds its garage, and has judged who asks."""
        statement = select(GarageReview).where(GarageReview.id == review_id)
        held = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(held)).one_or_none()

    async def garage_of(self, review_id: UUID) -> UUID | None:
        statement = select(GarageReview.garage_id).where(GarageReview.id == review_id)
        found: UUID | None = await self.session.scalar(statement)
        return found

    async def garages_of(self, person: UUID) -> Sequence[UUID]:
        """Those a person has reviewed, in the order in which they are held."""
        statement = select(GarageReview.garage_id).where(self.is_owned(person))
        return (await self.session.scalars(statement.order_by(GarageReview.garage_id))).all()

    async def remove_of(self, person: UUID, garage_id: UUID) -> None:
        theirs = delete(GarageReview).where(
            GarageReview.garage_id == garage_id, self.is_owned(person)
        )
        await self.session.execute(theirs)

    async def are_there(self, garage_id: UUID) -> bool:
        """Shown or hidden."""
        some = select(GarageReview.id).where(GarageReview.garage_id == garage_id).limit(1)
        return await self.session.scalar(some) is not None

    async def tally(self, garage_id: UUID) -> tuple[int, int]:
        """How many reviews of a garage are shown, and the sum of their stars; the caller holds the garage."""
        await self.session.flush()
        told = select(func.count(), func.coalesce(func.sum(GarageReview.rating), 0)).where(
            GarageReview.garage_id == garage_id, GarageReview.hidden_at.is_(None)
        )
        count, total = (await self.session.execute(told)).one()
        return count, total


class ReportRepository(Repository[ReviewReport]):
    """Seen by who made it; administrators see all."""

    model = ReviewReport
    owner = "account_id"

    def waiting(self) -> Select[ReviewReport]:
        return select(ReviewReport).where(ReviewReport.settled_at.is_(None))

    async def of_person(self, access: Access, review_id: UUID) -> ReviewReport | None:
        statement = self.seen_by(access).where(ReviewReport.review_id == review_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def one(self, report_id: UUID) -> ReviewReport | None:
        return await self.session.get(ReviewReport, report_id)

    async def open_of(self, review_id: UUID) -> Sequence[ReviewReport]:
        statement = self.waiting().where(ReviewReport.review_id == review_id)
        return (await self.session.scalars(statement.with_for_update())).all()
