from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, update

from services.documents.domain.text import fold
from services.documents.storage.models import CarMemberCopy, Document, Field
from shared.access import Access
from shared.contracts.roles import May
from shared.db.car_members import shared_for, shared_for_their_own
from shared.db.repository import Repository
from shared.db.ways import WAYS
from shared.errors import NotFound, RoleInsufficient


@dataclass(frozen=True, slots=True)
class Used:
    documents: int
    size_bytes: int


class DocumentRepository(Repository[Document]):
    """Papers of one's own; those of shared cars for whoever has the role for it, a driver for their own uploads."""

    model = Document

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return self.is_allowed(access, May.READ_DOCUMENTS)

    def is_changed(self, access: Access) -> ColumnElement[bool]:
        return self.is_allowed(access, May.WRITE_DOCUMENTS)

    def select_seen(self, access: Access) -> Select[Document]:
        """A list walks one's own along one index, and what is shared with one along another."""
        ways = self._ways(access, May.READ_DOCUMENTS)
        return select(Document).where(or_(*ways)).execution_options(**{WAYS: ways})

    def is_allowed(self, access: Access, what: May) -> ColumnElement[bool]:
        return or_(*self._ways(access, what))

    def _ways(self, access: Access, what: May) -> list[ColumnElement[bool]]:
        vehicle = self._column("vehicle_id")
        return [
            self.is_owned(access.person),
            vehicle == func.any(shared_for(CarMemberCopy, access, what)),
            and_(
                self._column("made_by") == access.person,
                vehicle == func.any(shared_for_their_own(CarMemberCopy, access, what)),
            ),
        ]

    async def one_seen(
        self, access: Access, row_id: UUID, *, pointer: str | None = None
    ) -> Document:
        """Raises NotFound, RoleInsufficient for one of a car they know."""
        found = await self.find_seen(access, row_id)
        if found is None and await self._is_of_a_car_they_see(access, row_id):
            raise RoleInsufficient(pointer=pointer)
        if found is None:
            raise NotFound(pointer=pointer)
        return found

    async def _is_of_a_car_they_see(self, access: Access, row_id: UUID) -> bool:
        shared = shared_for(CarMemberCopy, access, May.SEE_CAR)
        theirs = select(Document.id).where(
            Document.id == row_id, Document.vehicle_id == func.any(shared)
        )
        return await self.session.scalar(theirs) is not None

    async def forget_person(self, person_id: UUID) -> None:
        """What an erased person filed or corrected for others stays, and is nobody's in particular."""
        filed = update(Document).where(Document.made_by == person_id)
        await self.session.execute(filed.values(made_by=None))
        corrected = update(Field).where(Field.corrected_by == person_id)
        await self.session.execute(corrected.values(corrected_by=None))

    async def forget_author(self, vehicle_id: UUID, *, but: Collection[UUID]) -> None:
        """Papers filed by whoever shares the car no more are nobody's in particular."""
        theirs = (Document.vehicle_id == vehicle_id, Document.made_by.not_in(list(but)))
        await self.session.execute(update(Document).where(*theirs).values(made_by=None))

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
