from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base
from shared.db.base import Identified, Timestamped, Versioned


class VehicleImport(Base, Identified, Timestamped, Versioned):
    """Files of another program that somebody brings along, from the upload to thirty days after they were applied."""

    __tablename__ = "vehicle_import"
    __table_args__ = (Index("ix_vehicle_import_kept_until", "kept_until"),)

    owner_id: Mapped[UUID] = mapped_column(index=True)
    """Who imports; the cars may be others'."""
    state: Mapped[str]
    files: Mapped[list[str]] = mapped_column(default=list)
    """Their names."""
    format: Mapped[str | None]
    candidates: Mapped[list[str]] = mapped_column(default=list)
    """The formats its content fits."""
    mapping: Mapped[dict[str, Any] | None]
    """Of columns, for a table nobody knows."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    cars: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Each car of the files, what was found about it and where it goes: `domain/moving/cars.py`."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    done: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    failure: Mapped[str | None]
    """Why the last try to apply it ended: the code of a refusal."""
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What applying it changed of what was there, for undoing it."""
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    kept_until: Mapped[datetime]
    """Afterwards it is purged, with its rows."""


class ImportPart(Base):
    """A text of an import as long as it may be read anew: compressed, and without passwords, sessions and tokens."""

    __tablename__ = "import_part"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle_import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    encoding: Mapped[str]
    content: Mapped[bytes]


class ImportRow(Base, Identified):
    """A row of a file, in neutral form, and what becomes of it."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index("ix_import_row_import_id_state", "import_id", "state", "number"),
        Index("ix_import_row_owner_id", "owner_id"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle_import.id", ondelete="CASCADE"))
    owner_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    """As `domain/moving/neutral.py` calls them; `bad` for what no reader could read."""
    car: Mapped[str]
    line: Mapped[int]
    section: Mapped[str]
    state: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(default=list)
    cell_column: Mapped[str]
    cell: Mapped[str]
    day: Mapped[date | None]
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    thing_id: Mapped[UUID | None]
    """What it became."""


class ImportedSource(Base):
    """Another program's own id of something that was imported into a car: brought along again, it is known."""

    __tablename__ = "imported_source"
    __table_args__ = (Index("ix_imported_source_import_id", "import_id"),)

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    import_id: Mapped[UUID]
    """For undoing it; outlives the import."""


class ImportProfile(Base, Identified, Timestamped, Versioned):
    """How somebody reads a table that no reader knows."""

    __tablename__ = "import_profile"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    owner_id: Mapped[UUID]
    name: Mapped[str]
    mapping: Mapped[dict[str, Any]]
