from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from services.documents.storage.models import Document, Field
from shared.db.repository import Repository


class FieldRepository(Repository[Field]):
    """Fields belong to whoever owns their document."""

    model = Field

    async def of_document(self, owner_id: UUID, document_id: UUID) -> Sequence[Field]:
        found = await self.session.scalars(
            select(Field)
            .join(Document, Document.id == Field.document_id)
            .where(Document.owner_id == owner_id, Field.document_id == document_id)
            .order_by(Field.name)
        )
        return found.all()

    async def forget_read(self, document_id: UUID) -> None:
        """Drop what an earlier reading found; corrections stay."""
        await self.session.execute(
            delete(Field).where(Field.document_id == document_id, Field.source != "owner")
        )
