from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.expenses import Category, Contract, Every
from services.vehicles.domain.running.periods import Period
from services.vehicles.storage.base import Authored, Base, Synced
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class Expense(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """Paid once on `spent_on`; or with `every` a contract that begins then, paid with `amount_minor` each time."""

    __tablename__ = "expense"
    __table_args__ = (
        Index("ix_expense_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_expense_vehicle_id_spent_on", "vehicle_id", "spent_on", "id"),
        Index("ix_expense_contract", "vehicle_id", postgresql_where=text("every IS NOT NULL")),
        Index("ix_expense_trashed", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    spent_on: Mapped[date]
    category: Mapped[str]
    title: Mapped[str | None]
    note: Mapped[str | None]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    every: Mapped[str | None]
    ends_on: Mapped[date | None]
    spread: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    document_ids: Mapped[list[str]] = mapped_column(default=list)
    trashed_at: Mapped[datetime | None]
    """Since when it is in the trash; it counts nowhere, and is purged after thirty days."""

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def contract(self) -> Contract | None:
        if self.every is None:
            return None
        return Contract(
            starts_on=self.spent_on,
            ends_on=self.ends_on,
            every=Every(self.every),
            category=Category(self.category),
            amount_minor=self.amount_minor,
            currency=self.currency,
            spread=self.spread,
        )


class ExpenseRepository(OfVehicleRepository[Expense]):
    model = Expense
    sees = May.SEE_COSTS
    changes = May.WRITE_COSTS

    def listed(
        self,
        access: Access,
        *,
        vehicle_id: UUID | None = None,
        category: Category | None = None,
        period: Period | None = None,
        is_trashed: bool = False,
    ) -> Select[Expense]:
        """A contract is listed by the day it begins."""
        trashed = Expense.trashed_at
        statement = self.seen_by(access).where(
            trashed.is_not(None) if is_trashed else trashed.is_(None)
        )
        if vehicle_id is not None:
            statement = statement.where(Expense.vehicle_id == vehicle_id)
        if category is not None:
            statement = statement.where(Expense.category == category)
        if period is not None:
            statement = statement.where(Expense.spent_on.between(period.first, period.last))
        return statement
