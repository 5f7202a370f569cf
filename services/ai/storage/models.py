"""ai's tables: a small copy of cars and their history, conversations, and the ledger of tokens."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPE_MAP, Identified, Timestamped
from shared.db.car_members import CarMemberColumns


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPE_MAP


class CarCopy(Identified, Base):
    """`id` is the vehicle's id. Where it stands is told with it, by version: a reading that is struck out is so here, too."""

    __tablename__ = "car_copy"

    owner_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), default=0)
    deleted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    make: Mapped[str] = mapped_column(server_default="", default="")
    model: Mapped[str] = mapped_column(server_default="", default="")
    year: Mapped[int | None] = mapped_column(Integer)
    fuel_type: Mapped[str | None]
    transmission: Mapped[str | None]
    odometer_m: Mapped[int | None] = mapped_column(BigInteger)
    odometer_read_on: Mapped[date | None] = mapped_column(Date)
    first_registration: Mapped[date | None] = mapped_column(Date)
    country: Mapped[str | None]
    annual_distance_m: Mapped[int | None] = mapped_column(BigInteger)
    heard_at: Mapped[datetime]


class CarMemberCopy(CarMemberColumns, Base):
    """With whom a car is shared, as the vehicles service last said."""

    __tablename__ = "car_member_copy"

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("car_copy.id", ondelete="CASCADE"), primary_key=True
    )


class RecordCopy(Identified, Base):
    """`id` is the maintenance record's id."""

    __tablename__ = "record_copy"
    __table_args__ = (
        Index("ix_record_copy_owner_id_vehicle_id", "owner_id", "vehicle_id"),
        Index("ix_record_copy_vehicle_id", "vehicle_id"),
    )

    owner_id: Mapped[UUID]
    vehicle_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    status: Mapped[str]
    service_date: Mapped[date] = mapped_column(Date)
    odometer_m: Mapped[int | None] = mapped_column(BigInteger)
    services: Mapped[list[str]]
    text: Mapped[str]
    heard_at: Mapped[datetime]


class Conversation(Identified, Timestamped, Base):
    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_owner_id_updated_at", "owner_id", "updated_at"),)

    owner_id: Mapped[UUID]
    vehicle_id: Mapped[UUID | None]
    title: Mapped[str]
    language: Mapped[str]


class Message(Identified, Base):
    __tablename__ = "message"
    __table_args__ = (Index("ix_message_conversation_id_id", "conversation_id", "id"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    owner_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[str]
    content: Mapped[str]
    meta: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class UsageEntry(Identified, Base):
    """Reserved before a model is asked, settled after; an answer of the engine alone is an entry of zero tokens."""

    __tablename__ = "usage_entry"
    __table_args__ = (Index("ix_usage_entry_owner_id_month", "owner_id", "month"),)

    owner_id: Mapped[UUID]
    month: Mapped[date] = mapped_column(Date)
    kind: Mapped[str]
    state: Mapped[str]  # reserved | settled
    reserved: Mapped[int] = mapped_column(Integer)
    prompt: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    completion: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    estimated: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    model: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
