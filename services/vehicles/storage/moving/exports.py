"""Files made for somebody who wants to take something with them, kept for a week.

They lie in the database, in parts: web and worker may run on different machines, and whoever is erased takes them along.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Base
from shared.access import Access
from shared.db.base import Identified, Timestamped
from shared.db.repository import Repository

PART_BYTES: Final = 512 * 1024
"""What is in memory at once while a file goes out."""
WAITING: Final = timedelta(minutes=30)
"""After which one that is not made is no longer counted as waiting."""


class CarExport(Base, Identified, Timestamped):
    """Asked for by a person, of one car or of all with which they may do that; made away from the request."""

    __tablename__ = "car_export"
    __table_args__ = (
        Index("ix_car_export_account_id_created_at", "account_id", "created_at"),
        Index("ix_car_export_expires_at", "expires_at"),
    )

    account_id: Mapped[UUID]
    """Whose it is: who asked for it, and nobody else."""
    vehicle_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), index=True
    )
    """None: of all their cars."""
    format: Mapped[str]
    language: Mapped[str]
    with_costs: Mapped[bool]
    with_receipts: Mapped[bool]
    year: Mapped[int | None]
    """Of a statement of trips, as the next two."""
    country: Mapped[str | None]
    """By whose scale; None: by that of the car's own country."""
    fiscal_power: Mapped[int | None]
    state: Mapped[str]
    percent: Mapped[int]
    problem: Mapped[str | None]
    """Why it failed: a word."""
    file_name: Mapped[str | None]
    media_type: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None]
    receipts: Mapped[int]
    """How many papers are in it."""
    receipts_left_out: Mapped[int]
    """How many are not: too large, no longer there, or of a kind that no page shows."""
    wanted: Mapped[list[str]] = mapped_column(default=list)
    """The ids of the papers that the documents service was asked for."""
    missing: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Those that are not in it, and why: `document` and `problem`."""
    expires_at: Mapped[datetime]


class CarExportPart(Base):
    """A piece of a finished file."""

    __tablename__ = "car_export_part"

    export_id: Mapped[UUID] = mapped_column(
        ForeignKey("car_export.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A paper that goes into an export, whole."""

    document_id: UUID
    file_name: str
    media_type: str
    sha256: str
    content: bytes


class CarExportReceipt(Base):
    """A piece of such a paper, as the documents service sends it, or why there is none; gone once the export is made.

    A paper that is sent again may have become other bytes: pieces belong together by their hash.
    """

    __tablename__ = "car_export_receipt"

    export_id: Mapped[UUID] = mapped_column(
        ForeignKey("car_export.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    """Of the whole paper; empty beside a problem."""
    number: Mapped[int] = mapped_column(primary_key=True)
    parts: Mapped[int]
    file_name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]
    problem: Mapped[str | None]


class ExportRepository(Repository[CarExport]):
    """Each is its asker's own."""

    model = CarExport
    owner = "account_id"

    def listed(self, access: Access, *, vehicle_id: UUID | None = None) -> Select[CarExport]:
        statement = self.seen_by(access)
        if vehicle_id is not None:
            statement = statement.where(CarExport.vehicle_id == vehicle_id)
        return statement

    async def held(self, export_id: UUID) -> CarExport | None:
        """Locked, whosever it is: for the job that makes it and for the papers that arrive for it."""
        statement = select(CarExport).where(CarExport.id == export_id)
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def count_unmade(self, person: UUID, states: Collection[str], now: datetime) -> int:
        statement = select(func.count()).where(
            self.is_owned(person),
            CarExport.state.in_(states),
            CarExport.created_at > now - WAITING,
        )
        return (await self.session.scalar(statement)) or 0

    def keep(self, export: CarExport, content: bytes) -> None:
        """The finished file."""
        for number, start in enumerate(range(0, len(content), PART_BYTES)):
            piece = content[start : start + PART_BYTES]
            self.session.add(CarExportPart(export_id=export.id, number=number, content=piece))

    async def part(self, export_id: UUID, number: int) -> bytes | None:
        """The caller has seen the export."""
        statement = select(CarExportPart.content).where(
            CarExportPart.export_id == export_id, CarExportPart.number == number
        )
        return await self.session.scalar(statement)


class ReceiptRepository(Repository[CarExportReceipt]):
    """The caller holds the export."""

    model = CarExportReceipt

    async def add_once(self, **values: Any) -> None:
        statement = insert(CarExportReceipt).values(**values)
        await self.session.execute(statement.on_conflict_do_nothing())

    def _whole(self, export_id: UUID) -> Select[UUID, str, str | None]:
        """Document, hash and problem of those of which every piece is here."""
        of = CarExportReceipt
        return (
            select(of.document_id, of.sha256, func.max(of.problem))
            .where(of.export_id == export_id)
            .group_by(of.document_id, of.sha256)
            .having(func.count() == func.max(of.parts))
            .order_by(of.document_id, of.sha256)
        )

    async def answered(self, export_id: UUID) -> set[UUID]:
        """Papers that are here, or will not come."""
        return {id_ for id_, _, _ in await self.session.execute(self._whole(export_id))}

    async def bytes_of(self, export_id: UUID) -> int:
        size = select(func.coalesce(func.sum(func.length(CarExportReceipt.content)), 0))
        statement = size.where(CarExportReceipt.export_id == export_id)
        return int(await self.session.scalar(statement) or 0)

    async def content(self, export_id: UUID, document_id: UUID, sha256: str) -> bytes:
        """The pieces that are here, one after the other."""
        statement = select(CarExportReceipt.content).where(
            CarExportReceipt.export_id == export_id,
            CarExportReceipt.document_id == document_id,
            CarExportReceipt.sha256 == sha256,
        )
        found = await self.session.scalars(statement.order_by(CarExportReceipt.number))
        return b"".join(found)

    async def of_export(self, export_id: UUID) -> Sequence[Receipt]:
        """Whole ones, in the order of their ids."""
        found: dict[UUID, Receipt] = {}
        for document_id, sha256, problem in await self._whole_of(export_id):
            if problem is not None or document_id in found:
                continue
            first = await self.session.get_one(
                CarExportReceipt, (export_id, document_id, sha256, 0)
            )
            content = await self.content(export_id, document_id, sha256)
            found[document_id] = Receipt(
                document_id, first.file_name, first.media_type, sha256, content
            )
        return list(found.values())

    async def problems_of(self, export_id: UUID) -> dict[UUID, str]:
        whole = await self._whole_of(export_id)
        return {id_: problem for id_, _, problem in whole if problem is not None}

    async def _whole_of(self, export_id: UUID) -> Sequence[tuple[UUID, str, str | None]]:
        found = await self.session.execute(self._whole(export_id))
        return [(id_, sha256, problem) for id_, sha256, problem in found]

    async def drop(self, export_id: UUID, document_id: UUID) -> None:
        """Every piece of one paper."""
        of_it = (
            CarExportReceipt.export_id == export_id,
            CarExportReceipt.document_id == document_id,
        )
        await self.session.execute(delete(CarExportReceipt).where(*of_it))

    async def forget(self, export_id: UUID) -> None:
        of_it = CarExportReceipt.export_id == export_id
        await self.session.execute(delete(CarExportReceipt).where(of_it))
