"""Imports, their texts and their rows. An import is its person's alone, whosever the cars."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.moving.found import Part
from services.vehicles.domain.moving.states import OPEN
from services.vehicles.storage.moving.models import ImportedSource, ImportPart, VehicleImport
from shared.access import Access
from shared.db.repository import Repository

KEPT_AT_ONCE: Final = 500
"""Parameters of a statement are counted."""


class ImportRepository(Repository[VehicleImport]):
    model = VehicleImport

    async def count_open(self, access: Access) -> int:
        statement = select(func.count()).select_from(VehicleImport)
        found = await self.session.scalar(
            statement.where(self.is_seen(access), VehicleImport.state.in_(sorted(OPEN)))
        )
        return found or 0

    async def note_done(self, import_id: UUID, done: int) -> None:
        """How far a worker has come; the worker's own transaction does not hold the row."""
        await self.session.execute(
            update(VehicleImport).where(VehicleImport.id == import_id).values(done=done)
        )


class PartRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def keep(self, owner_id: UUID, import_id: UUID, parts: Sequence[Part]) -> None:
        rows = [
            {
                "import_id": import_id,
                "number": number,
                "owner_id": owner_id,
                "name": part.name,
                "encoding": part.encoding,
                "content": zlib.compress(part.text.encode("utf-8", "surrogatepass"), 6),
            }
            for number, part in enumerate(parts)
        ]
        await self.session.execute(insert(ImportPart), rows)

    async def of(self, import_id: UUID) -> list[Part]:
        """The caller has seen the import."""
        statement = select(ImportPart).where(ImportPart.import_id == import_id)
        rows = await self.session.scalars(statement.order_by(ImportPart.number))
        return [
            Part(
                row.name,
                zlib.decompress(row.content).decode("utf-8", "surrogatepass"),
                row.encoding,
            )
            for row in rows
        ]

    async def forget(self, import_id: UUID) -> None:
        await self.session.execute(delete(ImportPart).where(ImportPart.import_id == import_id))


class SourceRepository:
    """Of cars the caller holds, or has seen."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of(self, vehicle_id: UUID) -> set[tuple[str, str]]:
        statement = select(ImportedSource.kind, ImportedSource.source).where(
            ImportedSource.vehicle_id == vehicle_id
        )
        return {(row.kind, row.source) for row in await self.session.execute(statement)}

    async def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(rows), KEPT_AT_ONCE):
            said = list(rows[start : start + KEPT_AT_ONCE])
            await self.session.execute(insert_or(ImportedSource).on_conflict_do_nothing(), said)

    async def forget(self, import_id: UUID) -> None:
        await self.session.execute(
            delete(ImportedSource).where(ImportedSource.import_id == import_id)
        )
