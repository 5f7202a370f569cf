from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.storage.care.models import KnownDocument, MaintenanceDraft
from shared.access import Access
from shared.db.repository import Repository


class DraftRepository(Repository[MaintenanceDraft]):
    model = MaintenanceDraft

    def listed(self, access: Access, *, status: str | None) -> Select[MaintenanceDraft]:
        statement = self.seen_by(access)
        return statement.where(MaintenanceDraft.status == status) if status else statement

    async def of_document(self, access: Access, document_id: UUID) -> MaintenanceDraft | None:
        """The document's draft, held until the transaction ends."""
        statement = (
            self.changed_by(access)
            .where(MaintenanceDraft.document_id == document_id)
            .with_for_update()
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def leave_vehicle(self, vehicle_id: UUID) -> None:
        """What nobody has confirmed yet is for another car. The caller holds the vehicle, and so has checked whose it is."""
        await self.session.execute(
            update(MaintenanceDraft)
            .where(MaintenanceDraft.vehicle_id == vehicle_id, MaintenanceDraft.status == "PENDING")
            .values(vehicle_id=None, version=MaintenanceDraft.version + 1)
        )

    async def twin_exists(self, draft: MaintenanceDraft) -> bool:
        """Whether another paper of this owner carries the same garage and number."""
        statement = self.seen_by(Access(draft.owner_id)).where(
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
        """False for a reading that is not newer than the one known, or of a document that is gone."""
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
                where=(KnownDocument.revision < revision) & KnownDocument.deleted.is_(False),
            ).returning(KnownDocument.document_id)
        )
        return learnt is not None

    async def note(
        self, *, document_id: UUID, owner_id: UUID, document_type: str, version: int, deleted: bool
    ) -> bool:
        """Keeps the highest version, in whatever order they arrive; False for one that is no news."""
        said = {"document_type": document_type, "version": version, "deleted": deleted}
        statement = insert(KnownDocument).values(
            owner_id=owner_id, document_id=document_id, revision=0, **said
        )
        noted = await self.session.scalar(
            statement.on_conflict_do_update(
                index_elements=["owner_id", "document_id"],
                set_=said,
                where=KnownDocument.version < version,
            ).returning(KnownDocument.document_id)
        )
        return noted is not None

    async def are_all_there(self, access: Access, document_ids: Sequence[UUID]) -> bool:
        """And keeps it true until the transaction ends: who hears that one is gone finds the record that points at it."""
        wanted = set(document_ids)
        if not wanted:
            return True
        statement = select(KnownDocument.document_id).where(
            self.is_seen(access),
            KnownDocument.document_id.in_(wanted),
            KnownDocument.deleted.is_(False),
        )
        found = await self.session.scalars(
            statement.order_by(KnownDocument.document_id).with_for_update(read=True)
        )
        return set(found) == wanted
