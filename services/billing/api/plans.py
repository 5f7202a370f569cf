from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from services.billing.api.dependencies import InWork
from services.billing.domain.plans import Interval
from services.billing.storage.models import Plan
from services.billing.usecases.plans import edit_plan
from shared.contracts.base import Language
from shared.contracts.features import Feature, Limit
from shared.contracts.features import Plan as PlanCode
from shared.errors import NotFound
from shared.http.access import admin_only, public
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel, RequestModel
from shared.http.pagination import Page
from shared.http.router import Router
from shared.money import Money, MoneyOut

router = Router(prefix="/api/plans", tags=["billing"])


class PriceOut(AnswerModel):
    interval: Interval
    price: MoneyOut


class PlanOut(AnswerModel):
    """A limit of null is unlimited."""

    id: UUID
    code: PlanCode
    name: str
    description: str
    prices: list[PriceOut]
    features: list[Feature]
    limits: dict[Limit, int | None]
    is_active: bool
    is_popular: bool

    @classmethod
    def of(cls, plan: Plan, caller: Caller) -> Self:
        language = (caller.language or Language.FR).value
        return cls(
            id=plan.id,
            code=PlanCode(plan.code),
            name=plan.names[language],
            description=plan.descriptions[language],
            prices=[
                PriceOut(
                    interval=Interval(row.interval), price=Money(row.amount_minor, row.currency)
                )
                for row in plan.prices
            ],
            features=[Feature(row.feature) for row in plan.features],
            limits={Limit(row.resource): row.allowed for row in plan.limits},
            is_active=plan.is_active,
            is_popular=plan.is_popular,
        )


class PlanEdit(RequestModel):
    """Only the limits named are changed; null makes one unlimited."""

    is_active: bool | None = None
    is_popular: bool | None = None
    limits: (
        dict[Annotated[Limit, Field(strict=False)], Annotated[int, Field(ge=0, le=10**6)] | None]
        | None
    ) = None


def _page(plans: list[Plan], caller: Caller) -> Page[PlanOut]:
    results = [PlanOut.of(plan, caller) for plan in plans]
    return Page(count=len(results), next=None, previous=None, results=results)


@router.get("", openapi_extra=public())
async def list_plans(work: InWork, caller: CurrentCaller) -> Page[PlanOut]:
    """The whole price list, FREE first."""
    return _page(await work.plans.all(), caller)


@router.get("/active_plans", openapi_extra=public())
async def list_active_plans(work: InWork, caller: CurrentCaller) -> Page[PlanOut]:
    """What is sold now."""
    return _page(await work.plans.all(only_active=True), caller)


@router.get("/by_interval", openapi_extra=public())
@router.get("/by_period", openapi_extra=public(), name="list_plans_by_period")
async def list_plans_by_interval(
    work: InWork, caller: CurrentCaller, interval: Annotated[Interval, Query()]
) -> Page[PlanOut]:
    """Plans that can be paid monthly or yearly."""
    plans = await work.plans.all(only_active=True)
    return _page([p for p in plans if any(row.interval == interval for row in p.prices)], caller)


@router.get("/popular", openapi_extra=public())
async def list_popular_plans(work: InWork, caller: CurrentCaller) -> Page[PlanOut]:
    plans = await work.plans.all(only_active=True)
    return _page([plan for plan in plans if plan.is_popular], caller)


@router.get("/{plan_id}", openapi_extra=public(), responses=problems(NotFound))
async def read_plan(plan_id: UUID, work: InWork, caller: CurrentCaller) -> PlanOut:
    plan = await work.plans.by_id(plan_id)
    if plan is None:
        raise NotFound
    return PlanOut.of(plan, caller)


@router.patch("/{plan_id}", openapi_extra=admin_only(), responses=problems(NotFound))
async def change_plan_offer(
    plan_id: UUID, body: PlanEdit, work: InWork, caller: CurrentCaller
) -> PlanOut:
    """Stops or starts selling a plan, or changes its limits for everybody who has it."""
    plan = await edit_plan(
        work,
        plan_id=plan_id,
        is_active=body.is_active,
        is_popular=body.is_popular,
        limits=body.limits,
    )
    return PlanOut.of(plan, caller)
