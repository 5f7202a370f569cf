from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.care.obligations import Done, Result
from services.vehicles.storage.base import Authored, Base, Synced
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned
from shared.local_day import local_day


class ObligationDone(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """A test that was passed or not, or an insurance that began: said by hand, or read on a paper."""

    __tablename__ = "obligation_done"
    __table_args__ = (
        Index("ix_obligation_done_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_obligation_done_vehicle_id_done_on", "vehicle_id", "done_on", "id"),
        Index(
            "ix_obligation_done_document_id",
            "document_id",
            postgresql_where=text("document_id IS NOT NULL"),
        ),
        Index(
            "ix_obligation_done_trashed",
            "trashed_at",
            postgresql_where=text("trashed_at IS NOT NULL"),
        ),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    kind: Mapped[str]
    done_on: Mapped[date | None]
    """None where its paper tells only the next day."""
    result: Mapped[str]
    next_on: Mapped[date | None]
    """As its paper gives it; it wins over every rule."""
    auto_renews: Mapped[bool | None]
    """Of an insurance."""
    note: Mapped[str | None]
    document_id: Mapped[UUID | None]
    is_read: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Read on that document, and read anew with it; else said by hand."""
    trashed_at: Mapped[datetime | None]

    @property
    def value(self) -> Done:
        """What has no day of its own was at the latest known when it was written down."""
        known = local_day(self.created_at, None)
        on = self.done_on or (min(known, self.next_on) if self.next_on else known)
        return Done(on, Result(self.result), self.next_on, self.is_read)


class ObligationRepository(OfVehicleRepository[ObligationDone]):
    model = ObligationDone

    def listed(
        self, access: Access, vehicle_id: UUID, *, is_trashed: bool = False
    ) -> Select[ObligationDone]:
        trashed = ObligationDone.trashed_at
        return self.seen_by(access).where(
            ObligationDone.vehicle_id == vehicle_id,
            trashed.is_not(None) if is_trashed else trashed.is_(None),
        )

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[ObligationDone]:
        """The caller holds the vehicle, or has seen it."""
        return await self.of_vehicles([vehicle_id])

    async def of_vehicles(self, ids: Collection[UUID]) -> Sequence[ObligationDone]:
        """Of cars the caller has found as what they stand before each."""
        statement = select(ObligationDone).where(
            ObligationDone.vehicle_id.in_(ids), ObligationDone.trashed_at.is_(None)
        )
        ordered = statement.order_by(ObligationDone.done_on, ObligationDone.id)
        return (await self.session.scalars(ordered)).all()

    async def of_document(self, access: Access, document_id: UUID) -> Sequence[ObligationDone]:
        statement = self.changed_by(access).where(ObligationDone.document_id == document_id)
        return (await self.session.scalars(statement)).all()
