from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.worth import ValueKind
from services.vehicles.storage.base import Authored, Base, Synced
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class ValuePoint(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """What a car was worth on a day, and who says so: a price paid or got, or an estimate."""

    __tablename__ = "value_point"
    __table_args__ = (
        Index("ix_value_point_vehicle_id_valued_on", "vehicle_id", "valued_on"),
        Index("ix_value_point_vehicle_id_changed_in", "vehicle_id", "changed_in"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    valued_on: Mapped[date]
    kind: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    note: Mapped[str | None]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class ValuePointRepository(OfVehicleRepository[ValuePoint]):
    model = ValuePoint
    sees = May.SEE_COSTS
    changes = May.WRITE_COSTS

    def of_vehicle(self, access: Access, vehicle_id: UUID) -> Select[ValuePoint]:
        return self.seen_by(access).where(ValuePoint.vehicle_id == vehicle_id)

    async def of_each(self, access: Access, ids: Collection[UUID]) -> Sequence[ValuePoint]:
        """Of several cars, in the order in which they were said."""
        statement = self.seen_by(access).where(ValuePoint.vehicle_id.in_(ids))
        ordered = statement.order_by(ValuePoint.created_at, ValuePoint.id)
        return (await self.session.scalars(ordered)).all()

    async def has_kind(self, vehicle_id: UUID, kind: ValueKind, *, other_than: UUID) -> bool:
        """A car is bought and sold once by its owner. The caller holds the vehicle."""
        statement = select(ValuePoint.id).where(
            ValuePoint.vehicle_id == vehicle_id,
            ValuePoint.kind == kind,
            ValuePoint.id != other_than,
        )
        return (await self.session.scalars(statement.limit(1))).one_or_none() is not None
