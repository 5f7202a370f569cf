from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.models import KnownDocument, MaintenanceDraft
from services.vehicles.storage.of_vehicle import shared_for
from shared.access import Access
from shared.db.repository import Repository
from shared.errors import NotFound, RoleInsufficient


class DraftRepository(Repository[MaintenanceDraft]):
    """An owner's, whatever their papers are about; and those of shared cars, for whoever may confirm them."""

    model = MaintenanceDraft

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        shared = shared_for(access, May.HANDLE_DRAFTS)
        return or_(self.is_owned(access.person), MaintenanceDraft.vehicle_id == func.any(shared))

    async def one_seen(
        self, access: Access, row_id: UUID, *, pointer: str | None = None
    ) -> MaintenanceDraft:
        """Raises NotFound, RoleInsufficient for one of a car they know."""
        found = await self.find_seen(access, row_id)
        if found is None and await self._is_of_a_car_they_see(access, row_id):
            raise RoleInsufficient(pointer=pointer)
        if found is None:
            raise NotFound(pointer=pointer)
        return found

    async def _is_of_a_car_they_see(self, access: Access, row_id: UUID) -> bool:
        shared = shared_for(access, May.SEE_CAR)
        theirs = select(MaintenanceDraft.id).where(
            MaintenanceDraft.id == row_id, MaintenanceDraft.vehicle_id == func.any(shared)
        )
        return await self.session.scalar(theirs) is not None

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

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[MaintenanceDraft]:
        """Held; the caller holds the vehicle, and so has checked whose it is."""
        statement = select(MaintenanceDraft).where(MaintenanceDraft.vehicle_id == vehicle_id)
        held = statement.order_by(MaintenanceDraft.id).with_for_update()
        return (await self.session.scalars(held)).all()

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
        others = (KnownDocument.document_id == document_id, not_(self.is_owned(owner_id)))
        later = select(KnownDocument.version).where(*others, KnownDocument.version >= version)
        if await self.session.scalar(later.limit(1)) is not None:
            return False  # somebody else's since then
        await self.session.execute(delete(KnownDocument).where(*others))
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
