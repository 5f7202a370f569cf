from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select, text

from services.documents.domain.text import fold
from services.documents.storage.models import Document
from shared.access import Access
from shared.db.repository import Repository


@dataclass(frozen=True, slots=True)
class Used:
    documents: int
    size_bytes: int


class DocumentRepository(Repository[Document]):
    model = Document

    async def used(self, owner_id: UUID) -> Used:
        row = await self.session.execute(
            select(func.count(), func.coalesce(func.sum(Document.size_bytes), 0)).where(
                self.is_owned(owner_id)
            )
        )
        count, size = row.one()
        return Used(int(count), int(size))

    async def same_bytes(self, owner_id: UUID, sha256: bytes) -> UUID | None:
        return await self.session.scalar(
            select(Document.id).where(self.is_owned(owner_id), Document.sha256 == sha256)
        )

    def matching(self, access: Access, search: str | None) -> Select[Document]:
        """Documents they see, whose words begin with all words of the search, whatever accents and case."""
        statement = self.seen_by(access)
        words = fold(search or "").split()[:12]
        if words:
            query = " & ".join(f"'{word}':*" for word in words)
            statement = statement.where(
                Document.search.bool_op("@@")(func.to_tsquery("simple", query))
            )
        elif search:
            statement = statement.where(text("false"))
        return statement

    async def of_vehicle(self, owner_id: UUID, vehicle_id: UUID) -> Sequence[Document]:
        """Locked, in one order."""
        statement = select(Document).where(
            self.is_owned(owner_id), Document.vehicle_id == vehicle_id
        )
        found = await self.session.scalars(statement.order_by(Document.id).with_for_update())
        return found.all()

    async def ids_of(self, owner_id: UUID) -> Sequence[UUID]:
        found = await self.session.scalars(select(Document.id).where(self.is_owned(owner_id)))
        return found.all()

    async def names_of(self, owner_id: UUID) -> Sequence[tuple[UUID, str]]:
        statement = select(Document.id, Document.file_name).where(self.is_owned(owner_id))
        found = await self.session.execute(statement.order_by(Document.id))
        return [(document_id, name) for document_id, name in found]

    async def every_id(self) -> set[UUID]:
        """Of all owners: for the sweep of files nobody knows."""
        return set(await self.session.scalars(select(Document.id)))

    async def counts(self, access: Access) -> dict[str, dict[str, int]]:
        """Documents by type and by status."""
        found: dict[str, dict[str, int]] = {}
        for name, column in (("by_type", Document.document_type), ("by_status", Document.status)):
            rows = await self.session.execute(
                select(column, func.count()).where(self.is_seen(access)).group_by(column)
            )
            found[name] = {value: int(count) for value, count in rows}
        return found
