"""A garage as the directory shows it: public facts, beside who made the entry and whose it is."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base, money_of
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money

_LISTED = "closed_at IS NULL"


class Garage(Base, Identified, Timestamped, Versioned):
    """`made_by` entered it; `owner_id` has proven that it is theirs, and None is an unverified entry."""

    __tablename__ = "garage"
    __table_args__ = (
        Index(
            "ix_garage_place",
            "latitude",
            "longitude",
            postgresql_where=text(f"{_LISTED} AND latitude IS NOT NULL"),
        ),
        Index("ix_garage_country_name_key", "country", "name_key"),
        Index("ix_garage_name", "name", "id", postgresql_where=text(_LISTED)),
        Index("ix_garage_city_key", "city_key", postgresql_where=text(_LISTED)),
        Index("ix_garage_country_postal_code", "country", "postal_code"),
        Index(
            "ix_garage_specialties",
            "specialties",
            postgresql_using="gin",
            postgresql_ops={"specialties": "jsonb_path_ops"},
        ),
        Index(
            "ix_garage_rating",
            "rating_count",
            "rating_sum",
            postgresql_where=text("rating_count > 0"),
        ),
    )

    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    made_by: Mapped[UUID | None] = mapped_column(index=True)
    contact_by: Mapped[UUID | None] = mapped_column(index=True)
    """Who wrote the published address or phone last: their own writing proves nothing to a claim of theirs. None: an administrator."""
    name: Mapped[str]
    name_key: Mapped[str]
    """As names of garages are compared."""
    description: Mapped[str | None]
    street: Mapped[str | None]
    postal_code: Mapped[str | None]
    city: Mapped[str]
    city_key: Mapped[str]
    country: Mapped[str]
    """ISO 3166-1, two capitals."""
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    """Degrees (WGS 84); from -180 to less than 180."""
    timezone: Mapped[str]
    """Its hours are told in it."""
    phone: Mapped[str | None]
    email: Mapped[str | None]
    """Published, as is the phone."""
    website: Mapped[str | None]
    specialties: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    bays: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))
    """How many cars it works on at once: the capacity of its slots."""
    cancel_hours: Mapped[int] = mapped_column(SmallInteger, default=24, server_default=text("24"))
    """Until so many hours before, a customer may cancel."""
    takes_bookings: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Only of a claimed garage: somebody has to answer."""
    rating_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    rating_sum: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Of the reviews that are shown; written from their rows whenever one changes."""
    claimed_at: Mapped[datetime | None]
    """When it was first proven to be somebody's; stays when they leave."""
    closed_at: Mapped[datetime | None]
    """In no list since; what was said and agreed there stays."""

    @property
    def rating(self) -> float | None:
        """The mean of all shown reviews, to two decimals."""
        return round(self.rating_sum / self.rating_count, 2) if self.rating_count else None


class GarageStaff(Base, Identified):
    """Somebody who works there, or who has been asked to: then there is no account yet, and an address and a token."""

    __tablename__ = "garage_staff"
    __table_args__ = (
        UniqueConstraint("garage_id", "account_id"),
        UniqueConstraint("garage_id", "email_key"),
    )

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    email: Mapped[str | None]
    email_key: Mapped[str | None] = mapped_column(index=True)
    """As addresses are compared. Both are wiped once it is accepted."""
    token_digest: Mapped[bytes | None] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]


class GarageService(Base, Identified, Timestamped, Versioned):
    """What a garage does, how long it takes and what it costs."""

    __tablename__ = "garage_service"
    __table_args__ = (Index("ix_garage_service_garage_id_name", "garage_id", "name"),)

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    name: Mapped[str]
    category: Mapped[str]
    service_type: Mapped[str | None]
    """An id of the reference list of services, if it is one of them."""
    description: Mapped[str | None]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]

    @property
    def price(self) -> Money | None:
        return money_of(self.price_minor, self.currency)


class OpeningSpan(Base, Identified):
    """One stretch of one weekday: minutes from local midnight, `closes` at most 1440. Those of a day do not overlap."""

    __tablename__ = "opening_span"
    __table_args__ = (Index("ix_opening_span_garage_id_weekday", "garage_id", "weekday"),)

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    """1 is Monday, 7 is Sunday (ISO 8601)."""
    opens: Mapped[int] = mapped_column(SmallInteger)
    closes: Mapped[int] = mapped_column(SmallInteger)


class OpeningException(Base, Identified):
    """Days on which other hours hold; without spans it is closed. Those of one garage do not overlap."""

    __tablename__ = "opening_exception"
    __table_args__ = (Index("ix_opening_exception_garage_id_ends_on", "garage_id", "ends_on"),)

    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last of them."""
    spans: Mapped[list[dict[str, Any]]]
    """`{"opens": 480, "closes": 720}`, in order."""
    note: Mapped[str | None]
    """Public."""
    created_at: Mapped[datetime]
