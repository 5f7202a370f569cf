"""What was paid for cars, from everything that costs: each source is one query of the same columns."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Select, Text, and_, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.running.expenses import Bill, Category, Contract, Every
from services.vehicles.domain.running.periods import Period
from services.vehicles.storage.running.expenses import Expense, ExpenseRepository
from shared.access import Access

BillSource = Callable[[AsyncSession, Access, Collection[UUID], Period], Select[Any]]
"""Columns in this order: vehicle, day, category, currency, minor units; then `NO_CONTRACT`."""
NO_CONTRACT = (
    null().cast(Text).label("every"),
    null().cast(Date).label("ends_on"),
    literal(value=False, type_=Boolean).label("spread"),
)


def of_expenses(
    session: AsyncSession, access: Access, vehicles: Collection[UUID], period: Period
) -> Select[Any]:
    """A contract that began before the period may be paid in it."""
    once = and_(Expense.every.is_(None), Expense.spent_on.between(period.first, period.last))
    again = and_(
        Expense.every.is_not(None),
        Expense.spent_on <= period.last,
        or_(Expense.ends_on.is_(None), Expense.ends_on >= period.first),
    )
    columns: list[Any] = [
        Expense.vehicle_id,
        Expense.spent_on,
        Expense.category,
        Expense.currency,
        Expense.amount_minor,
        Expense.every,
        Expense.ends_on,
        Expense.spread,
    ]
    return select(*columns).where(
        ExpenseRepository(session).is_seen(access),
        Expense.vehicle_id.in_(vehicles),
        Expense.trashed_at.is_(None),
        or_(once, again),
    )


class BillRepository:
    def __init__(self, session: AsyncSession, sources: Sequence[BillSource]) -> None:
        self.session = session
        self._sources = sources

    async def of_each(
        self, access: Access, vehicles: Collection[UUID], period: Period
    ) -> dict[UUID, list[Bill]]:
        """What may fall into the period, for each car with anything; one statement, however many cars."""
        found: dict[UUID, list[Bill]] = {}
        if not vehicles or not period.days:
            return found
        parts = [source(self.session, access, vehicles, period) for source in self._sources]
        for row in (await self.session.execute(union_all(*parts))).all():
            found.setdefault(row[0], []).extend(_bills(row, period.last))
        return found


def _bills(row: Any, until: date) -> list[Bill]:
    _, day, category, currency, minor, every, ends_on, spread = row
    if every is None:
        return [Bill(day, Category(category), int(minor), currency)]
    contract = Contract(
        starts_on=day,
        ends_on=ends_on,
        every=Every(every),
        category=Category(category),
        amount_minor=int(minor),
        currency=currency,
        spread=spread,
    )
    return list(contract.bills(until))
