from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, MetaData, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPE_MAP, Identified, Timestamped


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPE_MAP


class State(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    SENT = "sent"
    SKIPPED = "skipped"  # the person does not want it
    EXPIRED = "expired"  # it would have arrived dead
    BOUNCED = "bounced"  # no such address
    FAILED = "failed"  # the mail server will never take it
    WITHDRAWN = "withdrawn"  # it is no longer so


class Contact(Timestamped, Base):
    """Our copy of an account, as auth last told it."""

    __tablename__ = "contact"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    email: Mapped[str | None]
    first_name: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str]
    timezone: Mapped[str]
    distance_unit: Mapped[str] = mapped_column(default="km", server_default="km")
    verified: Mapped[bool] = mapped_column(default=False, server_default=false())
    switches: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    subscription_version: Mapped[int] = mapped_column(default=0, server_default="0")
    bounced_at: Mapped[datetime | None]


class Notification(Identified, Base):
    """One message in a person's inbox, in the words it was told with."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("owner_id", "key"),
        Index("ix_notification_owner_id_created_at", "owner_id", "created_at"),
        Index(
            "ix_notification_unread",
            "owner_id",
            postgresql_where=text("read_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    owner_id: Mapped[UUID]
    key: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    path: Mapped[str | None]
    about: Mapped[dict[str, Any]]
    read_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str | None]
    created_at: Mapped[datetime]


class Delivery(Identified, Base):
    """One message by one channel. What is secret in it is wiped as soon as it is sent or dead."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("owner_id", "key", "channel"),
        Index("ix_delivery_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_delivery_pending", "expires_at", postgresql_where=text("state = 'pending'")),
        Index("ix_delivery_created_at", "created_at"),
    )

    owner_id: Mapped[UUID]
    key: Mapped[str]
    channel: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    address: Mapped[str | None]
    language: Mapped[str]
    facts: Mapped[dict[str, Any]]
    about: Mapped[dict[str, Any]]
    secret: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Preferences(Base):
    """What a person chose here, beside the switches of their settings."""

    __tablename__ = "preferences"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    quiet_start: Mapped[str | None]
    quiet_end: Mapped[str | None]
    updated_at: Mapped[datetime]
