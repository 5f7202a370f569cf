from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPE_MAP, Identified, Timestamped, Versioned
from shared.db.car_members import CarMemberColumns
from shared.db.owner_plans import OwnerPlanColumns


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPE_MAP


class Document(Identified, Timestamped, Versioned, Base):
    """A file somebody uploaded, and how far it has been read."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("owner_id", "sha256"),
        CheckConstraint("size_bytes > 0", name="size"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index("ix_document_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_document_owner_id_vehicle_id", "owner_id", "vehicle_id"),
        Index("ix_document_vehicle_id", "vehicle_id"),
        Index("ix_document_search", "search", postgresql_using="gin"),
    )

    owner_id: Mapped[UUID]
    """A paper of a shared car is its owner's, whoever filed it."""
    vehicle_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None] = mapped_column(index=True)
    """Who filed it, where it is known; a pseudonym once they share the car no more."""
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    pages: Mapped[int]
    document_type: Mapped[str]
    type_source: Mapped[str]
    """`declared` at upload, `read` from the paper, `owner` when corrected: that wins for ever."""
    type_confidence: Mapped[float]
    status: Mapped[str]
    stage: Mapped[str | None]
    percent: Mapped[int] = mapped_column(default=0, server_default="0")
    language: Mapped[str | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'"))
    read_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    search_text: Mapped[str] = mapped_column(default="", server_default="")
    search: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('simple', search_text)", persisted=True), deferred=True
    )


class Field(Timestamped, Base):
    """One value of a document. `source` owner is a correction: no later reading replaces it, also when its value is null."""

    __tablename__ = "field"

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("document.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str | None]
    confidence: Mapped[float]
    raw: Mapped[str | None]
    page: Mapped[int | None]
    box: Mapped[dict[str, Any] | None]
    source: Mapped[str]
    corrected_at: Mapped[datetime | None]
    corrected_by: Mapped[UUID | None]


class VehicleCopy(Base):
    """Whose a vehicle is, as the vehicles service last said."""

    __tablename__ = "vehicle_copy"

    vehicle_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]
    deleted: Mapped[bool]


class CarMemberCopy(CarMemberColumns, Base):
    """With whom a car is shared, as the vehicles service last said."""

    __tablename__ = "car_member_copy"

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle_copy.vehicle_id", ondelete="CASCADE"), primary_key=True
    )


class OwnerPlan(OwnerPlanColumns, Base):
    """For what others file under a car of theirs."""

    __tablename__ = "owner_plan"


class Export(Base):
    """A file with everything the house holds about a person: being collected, or ready until `expires_at`."""

    __tablename__ = "export"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    language: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    packed_at: Mapped[datetime | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)


class ExportPage(Base):
    """A piece of what another service holds, until it is packed. It may come before its export is heard of."""

    __tablename__ = "export_page"

    export_id: Mapped[UUID] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    is_last: Mapped[bool]
    counts: Mapped[dict[str, Any]]
    content: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(index=True)
