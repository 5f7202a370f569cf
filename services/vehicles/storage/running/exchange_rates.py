from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, Select, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.running.exchange import EURO, OLDEST, Rates
from services.vehicles.domain.running.periods import Period
from services.vehicles.storage.base import Base
from shared.db.base import Identified

ROWS_AT_ONCE = 5_000
"""Of five values each: PostgreSQL takes 32,767 in one statement."""


class ExchangeRate(Base, Identified):
    """How much of a currency one euro was worth on a day, and who published it."""

    __tablename__ = "exchange_rate"
    __table_args__ = (UniqueConstraint("currency", "day"),)

    day: Mapped[date] = mapped_column(index=True)
    currency: Mapped[str]
    per_euro: Mapped[Decimal] = mapped_column(Numeric(20, 10))
    source: Mapped[str]


class ExchangeRateRepository:
    """Facts that are nobody's."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def between(self, currencies: Collection[str], period: Period) -> Rates:
        """All rates that a day of the period could need."""
        wanted = sorted(set(currencies) - {EURO})
        if not wanted or not period.days:
            return Rates([])
        since = period.first - min(OLDEST, period.first - date.min)
        statement = select(ExchangeRate.currency, ExchangeRate.day, ExchangeRate.per_euro).where(
            ExchangeRate.currency.in_(wanted), ExchangeRate.day.between(since, period.last)
        )
        rows = (await self.session.execute(statement)).all()
        return Rates((row.currency, row.day, row.per_euro) for row in rows)

    def published(self, *, currency: str | None, until: date | None) -> Select[ExchangeRate]:
        statement = select(ExchangeRate)
        if currency is not None:
            statement = statement.where(ExchangeRate.currency == currency)
        if until is not None:
            statement = statement.where(ExchangeRate.day <= until)
        return statement

    async def keep(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """A rate that is published again replaces itself; returns how many are new or changed."""
        changed = 0
        for start in range(0, len(rows), ROWS_AT_ONCE):
            statement = insert(ExchangeRate).values(list(rows[start : start + ROWS_AT_ONCE]))
            said = statement.excluded
            kept = statement.on_conflict_do_update(
                index_elements=[ExchangeRate.currency, ExchangeRate.day],
                set_={"per_euro": said.per_euro, "source": said.source},
                where=ExchangeRate.per_euro != said.per_euro,
            ).returning(ExchangeRate.id)
            changed += len((await self.session.scalars(kept)).all())
        return changed
