from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.billing.domain.entitlements import Rights
from services.billing.domain.plans import Interval, Offer
from services.billing.storage.models import Plan, PlanPrice
from shared.contracts.features import Feature, Limit
from shared.contracts.features import Plan as PlanCode
from shared.money import Money


class PlanRepository:
    """The catalogue; it belongs to nobody and everybody may read it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def _whole(self) -> Select[Plan]:
        return select(Plan).options(
            selectinload(Plan.prices), selectinload(Plan.features), selectinload(Plan.limits)
        )

    async def all(self, *, only_active: bool = False) -> list[Plan]:
        statement = self._whole().order_by(Plan.rank)
        if only_active:
            statement = statement.where(Plan.is_active)
        return list(await self.session.scalars(statement))

    async def by_id(self, plan_id: UUID) -> Plan | None:
        statement = self._whole().where(Plan.id == plan_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def by_code(self, code: PlanCode) -> Plan:
        return (await self.session.scalars(self._whole().where(Plan.code == code))).one()

    async def rights(self, code: PlanCode) -> Rights:
        plan = await self.by_code(code)
        return Rights(
            features=frozenset(Feature(row.feature) for row in plan.features),
            limits={Limit(row.resource): row.allowed for row in plan.limits},
        )

    async def offer(self, code: PlanCode, interval: Interval) -> Offer | None:
        statement = (
            select(PlanPrice)
            .join(Plan, Plan.id == PlanPrice.plan_id)
            .where(Plan.code == code, PlanPrice.interval == interval)
        )
        row = (await self.session.scalars(statement)).one_or_none()
        if row is None:
            return None
        return Offer(code, interval, Money(row.amount_minor, row.currency), row.lookup_key)

    async def plan_of_price(self) -> dict[str, PlanCode]:
        """Every price's lookup key, and the plan it buys."""
        statement = select(PlanPrice.lookup_key, Plan.code).join(Plan, Plan.id == PlanPrice.plan_id)
        return {key: PlanCode(code) for key, code in await self.session.execute(statement)}
