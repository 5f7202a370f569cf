from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Authored, Base, Synced
from services.vehicles.storage.cars.models import OdometerSegment
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned


class TyreSet(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """Tyres that are mounted together, or a single one."""

    __tablename__ = "tyre_set"
    __table_args__ = (
        Index("ix_tyre_set_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_tyre_set_vehicle_id_mounted_on", "vehicle_id", "mounted_on", "id"),
        Index("ix_tyre_set_trashed", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    name: Mapped[str]
    season: Mapped[str]
    tyres: Mapped[int]
    """How many."""
    brand: Mapped[str | None]
    size: Mapped[str | None]
    dot: Mapped[str | None]
    bought_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    note: Mapped[str | None]
    mounted_on: Mapped[date | None]
    """When it was mounted last; None of one that never was."""
    mountings: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, server_default=text("'[]'")
    )
    """In the order of time: `usecases/running/tyre_sets.py` writes them. Each end names its reading in the ledger."""
    depths: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'"))
    trashed_at: Mapped[datetime | None]


class TyreSetRepository(OfVehicleRepository[TyreSet]):
    model = TyreSet

    def listed(
        self, access: Access, *, vehicle_id: UUID | None = None, is_trashed: bool = False
    ) -> Select[TyreSet]:
        trashed = TyreSet.trashed_at
        statement = self.seen_by(access).where(
            trashed.is_not(None) if is_trashed else trashed.is_(None)
        )
        if vehicle_id is not None:
            statement = statement.where(TyreSet.vehicle_id == vehicle_id)
        return statement

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[TyreSet]:
        """Held; the caller holds the car."""
        statement = select(TyreSet).where(
            TyreSet.vehicle_id == vehicle_id, TyreSet.trashed_at.is_(None)
        )
        return (await self.session.scalars(statement.order_by(TyreSet.id).with_for_update())).all()

    async def offsets(self, segment_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """What clusters add to what they show; the caller has seen their readings."""
        if not segment_ids:
            return {}
        statement = select(OdometerSegment.id, OdometerSegment.offset_metres).where(
            OdometerSegment.id.in_(segment_ids)
        )
        return {row.id: row.offset_metres for row in await self.session.execute(statement)}
