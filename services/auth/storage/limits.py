from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.domain.codes import Budget
from services.auth.domain.throttle import Allowance, charged, is_exhausted
from services.auth.storage.models import SpentBudget, Throttle
from shared.security.secrets import keyed_digest


class LimitRepository:
    """Counters that hold over restarts and replicas. Keys are keyed digests: the tables name nobody."""

    def __init__(self, session: AsyncSession, *, pepper: bytes) -> None:
        self.session = session
        self._pepper = pepper

    async def spend(self, budgets: Sequence[Budget], whose: str, now: datetime) -> datetime | None:
        """Use one of each budget, in order; None when all allow it, else when the first exhausted one begins anew."""
        for budget in budgets:
            used, ends_at = await self.use(budget, whose, now)
            if used > budget.allowed:
                return ends_at
        return None

    async def use(
        self, budget: Budget, whose: str, now: datetime, *, units: int = 1
    ) -> tuple[int, datetime]:
        """How much of it is used now, and when it begins anew."""
        fresh = insert(SpentBudget).values(
            key=self._budget_key(budget, whose),
            started_at=now,
            ends_at=now + budget.window,
            used=units,
        )
        is_over = SpentBudget.ends_at <= now
        spent = fresh.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "used": case((is_over, units), else_=SpentBudget.used + units),
                "started_at": case((is_over, now), else_=SpentBudget.started_at),
                "ends_at": case((is_over, now + budget.window), else_=SpentBudget.ends_at),
            },
        ).returning(SpentBudget.used, SpentBudget.ends_at)
        used, ends_at = (await self.session.execute(spent)).one()
        return used, ends_at

    async def give_back(self, budget: Budget, whose: str) -> None:
        """One use, which another limit refused."""
        await self.session.execute(
            update(SpentBudget)
            .where(SpentBudget.key == self._budget_key(budget, whose))
            .values(used=SpentBudget.used - 1)
        )

    def _budget_key(self, budget: Budget, whose: str) -> bytes:
        return keyed_digest(self._pepper, "budget", budget.name, whose)

    async def is_open(self, guesses: Mapping[Allowance, str], now: datetime) -> bool:
        """Whether none of the guessers' allowances is exhausted."""
        keys = {self._key(allowance, whose): allowance for allowance, whose in guesses.items()}
        rows = await self.session.execute(
            select(Throttle.key, Throttle.full_at).where(Throttle.key.in_(keys))
        )
        return not any(is_exhausted(keys[key], full_at, now) for key, full_at in rows)

    async def charge(self, guesses: Mapping[Allowance, str], now: datetime) -> None:
        for key, allowance in sorted(
            (self._key(allowance, whose), allowance) for allowance, whose in guesses.items()
        ):
            await self.session.execute(
                insert(Throttle).values(key=key, full_at=now).on_conflict_do_nothing()
            )
            row = (
                await self.session.scalars(
                    select(Throttle).where(Throttle.key == key).with_for_update()
                )
            ).one()
            row.full_at = charged(allowance, row.full_at, now)

    def _key(self, allowance: Allowance, whose: str) -> bytes:
        return keyed_digest(self._pepper, "throttle", allowance.name, whose)

    async def forget_over(self, before: datetime) -> None:
        await self.session.execute(delete(SpentBudget).where(SpentBudget.ends_at < before))
        await self.session.execute(delete(Throttle).where(Throttle.full_at < before))
