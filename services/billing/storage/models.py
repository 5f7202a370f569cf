from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from shared.db.base import NAMING, TYPE_MAP, Identified, Timestamped


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPE_MAP


class Plan(Identified, Base):
    """What is sold; names and texts are by language."""

    __tablename__ = "plan"
    code: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    names: Mapped[dict[str, Any]]
    descriptions: Mapped[dict[str, Any]]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_popular: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    prices: Mapped[list["PlanPrice"]] = relationship(
        lazy="raise", order_by="PlanPrice.amount_minor"
    )
    features: Mapped[list["PlanFeature"]] = relationship(
        lazy="raise", order_by="PlanFeature.feature"
    )
    limits: Mapped[list["PlanLimit"]] = relationship(lazy="raise", order_by="PlanLimit.resource")


class PlanPrice(Identified, Base):
    __tablename__ = "plan_price"
    __table_args__ = (UniqueConstraint("plan_id", "interval", "currency"),)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    interval: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    lookup_key: Mapped[str] = mapped_column(unique=True)


class PlanFeature(Base):
    __tablename__ = "plan_feature"
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    feature: Mapped[str] = mapped_column(primary_key=True)


class PlanLimit(Base):
    """`allowed` NULL is unlimited."""

    __tablename__ = "plan_limit"
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    resource: Mapped[str] = mapped_column(primary_key=True)
    allowed: Mapped[int | None]


class Customer(Timestamped, Base):
    """A person, and who they are at the payment provider. `user_id` becomes a pseudonym when the account is erased."""

    __tablename__ = "customer"
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None]
    name: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="fr", server_default="fr")
    timezone: Mapped[str | None]
    account_version: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    generation: Mapped[int] = mapped_column(default=0, server_default="0")
    subscription_version: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    erased_at: Mapped[datetime | None]
    busy_until: Mapped[datetime | None]
    busy_with: Mapped[UUID | None]


class Subscription(Identified, Timestamped, Base):
    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_user_id", "user_id", "created_at"),)
    user_id: Mapped[UUID]
    provider_id: Mapped[str] = mapped_column(unique=True)
    plan: Mapped[str]
    status: Mapped[str]
    interval: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    item_ref: Mapped[str]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    trial_end: Mapped[datetime | None]
    grace_until: Mapped[datetime | None]
    open_invoice_url: Mapped[str | None]
    schedule_ref: Mapped[str | None]
    scheduled_plan: Mapped[str | None]
    scheduled_interval: Mapped[str | None]
    failure_told: Mapped[str | None]
    version: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1")


class SubscriptionEntry(Identified, Base):
    """One line of a subscription's history."""

    __tablename__ = "subscription_entry"
    __table_args__ = (Index("ix_subscription_entry_subscription_id", "subscription_id", "at"),)
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    at: Mapped[datetime]
    cause: Mapped[str]
    event_ref: Mapped[str | None]
    old_status: Mapped[str | None]
    status: Mapped[str]
    old_plan: Mapped[str | None]
    plan: Mapped[str]
    ends_at: Mapped[datetime | None]


class CheckoutSession(Identified, Timestamped, Base):
    __tablename__ = "checkout_session"
    __table_args__ = (
        Index(
            "uq_checkout_session_open",
            "user_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
    )
    user_id: Mapped[UUID]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    plan: Mapped[str]
    interval: Mapped[str]
    url: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="open", server_default="open")
    expires_at: Mapped[datetime]


class StripeEvent(Base):
    """A webhook as it came in: one row per event id, whatever happens to it."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        Index("ix_stripe_event_state", "state", "received_at"),
        Index("ix_stripe_event_created_at", "created_at"),
        Index("ix_stripe_event_finished_at", "finished_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    api_version: Mapped[str | None]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str]
    source: Mapped[str] = mapped_column(default="webhook", server_default="webhook")
    body: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class Entitlement(Base):
    """What a person may use now. `changed_in` is the transaction that wrote the row: a cursor that misses nothing."""

    __tablename__ = "entitlement"
    __table_args__ = (Index("ix_entitlement_changed_in", "changed_in", "user_id"),)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan: Mapped[str]
    status: Mapped[str]
    features: Mapped[list[str]]
    limits: Mapped[dict[str, Any]]
    effective_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger)
    changed_in: Mapped[int] = mapped_column(BigInteger)
