from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.storage.models import KnownDocument, MaintenanceDraft
from shared.db.repository import Repository


class DraftRepository(Repository[MaintenanceDraft]):
    model = MaintenanceDraft

    def listed(self, owner_id: UUID, *, status: str | None) -> Select[MaintenanceDraft]:
        statement = self.of_owner(owner_id)
        return statement.where(MaintenanceDraft.status == status) if status else statement

    async def of_document(self, owner_id: UUID, document_id: UUID) -> MaintenanceDraft | None:
        """The document's draft, held until the transaction ends."""
        statement = (
            self.of_owner(owner_id)
            .where(MaintenanceDraft.document_id == document_id)
            .with_for_update()
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def twin_exists(self, draft: MaintenanceDraft) -> bool:
        """Whether another paper of this owner carries the same garage and number."""
        statement = self.of_owner(draft.owner_id).where(
            MaintenanceDraft.id != draft.id,
            MaintenanceDraft.status != "DISCARDED",
            MaintenanceDraft.invoice_number == draft.invoice_number,
            MaintenanceDraft.garage == draft.garage,
        )
        return (await self.session.scalars(statement.limit(1))).one_or_none() is not None


class KnownDocumentRepository(Repository[KnownDocument]):
    model = KnownDocument

    async def learn(
        self, *, document_id: UUID, owner_id: UUID, document_type: str, revision: int
    ) -> bool:
        """False for a reading that is not newer than the one known."""
        statement = insert(KnownDocument).values(
            owner_id=owner_id,
            document_id=document_id,
            document_type=document_type,
            revision=revision,
        )
        learnt = await self.session.scalar(
            statement.on_conflict_do_update(
                index_elements=["owner_id", "document_id"],
                set_={"document_type": document_type, "revision": revision},
                where=KnownDocument.revision < revision,
            ).returning(KnownDocument.document_id)
        )
        return learnt is not None

    async def owns_all(self, owner_id: UUID, document_ids: Sequence[UUID]) -> bool:
        wanted = set(document_ids)
        statement = select(func.count()).where(
            KnownDocument.owner_id == owner_id, KnownDocument.document_id.in_(wanted)
        )
        return not wanted or await self.session.scalar(statement) == len(wanted)
