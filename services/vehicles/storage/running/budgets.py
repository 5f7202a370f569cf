from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.base import Authored, Base, Synced
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class Budget(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """How much one category (None: all of them) may cost in one month (its first day; None: in every month without its own)."""

    __tablename__ = "budget"
    __table_args__ = (
        Index("ix_budget_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index(
            "uq_budget_vehicle_id_category_month",
            "vehicle_id",
            "category",
            "month",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    category: Mapped[str | None]
    month: Mapped[date | None]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class BudgetRepository(OfVehicleRepository[Budget]):
    model = Budget
    sees = May.SEE_COSTS
    changes = May.WRITE_COSTS

    def of_vehicle(self, access: Access, vehicle_id: UUID) -> Select[Budget]:
        return self.seen_by(access).where(Budget.vehicle_id == vehicle_id)

    async def in_order(self, access: Access, vehicle_id: UUID) -> Sequence[Budget]:
        ordered = self.of_vehicle(access, vehicle_id).order_by(Budget.created_at, Budget.id)
        return (await self.session.scalars(ordered)).all()

    async def exists(
        self, vehicle_id: UUID, *, category: str | None, month: date | None, other_than: UUID
    ) -> bool:
        """The caller holds the vehicle."""
        statement = select(Budget.id).where(
            Budget.vehicle_id == vehicle_id,
            Budget.category.is_not_distinct_from(category),
            Budget.month.is_not_distinct_from(month),
            Budget.id != other_than,
        )
        return (await self.session.scalars(statement.limit(1))).one_or_none() is not None
