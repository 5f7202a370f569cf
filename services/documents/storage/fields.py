from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from services.documents.storage.documents import DocumentRepository
from services.documents.storage.models import Document, Field
from shared.access import Access
from shared.db.repository import Repository


class FieldRepository(Repository[Field]):
    """Fields are seen by whoever sees their document."""

    model = Field

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        seen = DocumentRepository(self.session).is_seen(access)
        return Field.document_id.in_(select(Document.id).where(seen))

    async def of_document(self, access: Access, document_id: UUID) -> Sequence[Field]:
        found = await self.session.scalars(
            self.seen_by(access).where(Field.document_id == document_id).order_by(Field.name)
        )
        return found.all()

    async def forget_read(self, document_id: UUID) -> None:
        """Drop what an earlier reading found; corrections stay."""
        await self.session.execute(
            delete(Field).where(Field.document_id == document_id, Field.source != "owner")
        )
