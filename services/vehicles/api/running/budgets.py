from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import AfterValidator, Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import InWork, Named, Price, chosen_id
from services.vehicles.api.running.costs import NotConvertedOut
from services.vehicles.api.running.expenses import CategoryWord
from services.vehicles.domain.running.budgets import BudgetState
from services.vehicles.domain.running.expenses import Category
from services.vehicles.domain.running.periods import month_name
from services.vehicles.errors.running import BudgetExists
from services.vehicles.storage.running.budgets import Budget
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.running.budgets import (
    BudgetFacts,
    BudgetView,
    add_budget,
    budgets_of,
    edit_budget,
    read_budget,
    remove_budget,
)
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel, every_member_optional
from shared.http.router import Router
from shared.money import Money, MoneyOut, MoneyTotal

router = Router(prefix="/api/vehicles/{vehicle_id}/budgets", tags=["costs"])
MONTH = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"


def _is_real(month: str) -> str:
    date.fromisoformat(f"{month}-01")
    return month


Month = Annotated[str, Field(pattern=MONTH, examples=["2026-11"]), AfterValidator(_is_real)]


class BudgetIn(RequestModel):
    amount: Price
    category: CategoryWord | None = None
    """Left out: everything the car costs."""
    month: Month | None = None
    """Left out: every month without a budget of its own."""


class NewBudget(Named, BudgetIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class BudgetEdit(BudgetIn):
    """What is left out stays as it is."""


class BudgetOut(MadeOut):
    id: UUID
    vehicle: UUID
    category: Category | None
    month: str | None
    amount: MoneyOut
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, budget: Budget) -> Self:
        return cls(
            id=budget.id,
            vehicle=budget.vehicle_id,
            category=Category(budget.category) if budget.category else None,
            month=month_name(budget.month) if budget.month else None,
            amount=budget.amount,
            created_at=budget.created_at,
            updated_at=budget.updated_at,
        ).about(budget)


class UsedBudgetOut(BudgetOut):
    """`share`: 0.8 and more is `near`, over 1 is `over`."""

    spent: MoneyTotal
    share: Decimal | None
    state: BudgetState
    not_converted: list[NotConvertedOut]

    @classmethod
    def of_view(cls, view: BudgetView) -> Self:
        spent = Money(view.used.spent_minor, view.budget.currency)
        return cls(
            **BudgetOut.of(view.budget).model_dump(),
            spent=MoneyTotal.of(spent),
            share=view.used.share,
            state=view.used.state,
            not_converted=[NotConvertedOut.of(each, missing) for each, missing in view.missing],
        ).about(view.budget)


class BudgetsOut(AnswerModel):
    month: str
    results: list[UsedBudgetOut]


def _facts(body: BudgetIn, *, only_said: bool) -> BudgetFacts:
    said: dict[str, Any] = {
        name: getattr(body, name)
        for name in BudgetIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    if "amount" in said:
        said["amount"] = said["amount"].money()
    if said.get("month") is not None:
        said["month"] = date.fromisoformat(f"{said['month']}-01")
    return cast("BudgetFacts", said)  # the names are those of the model above


REFUSALS = problems(NotFound, RoleInsufficient, BudgetExists)


@router.get("", responses=problems(NotFound, RoleInsufficient))
async def list_budgets(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    month: Annotated[Month | None, Query()] = None,
) -> BudgetsOut:
    """Those of a month (this one when left out), and how much of each is used up until today."""
    first, views = await budgets_of(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        month=date.fromisoformat(f"{month}-01") if month else None,
    )
    told = BudgetsOut(
        month=month_name(first), results=[UsedBudgetOut.of_view(view) for view in views]
    )
    return await shown(work, caller.access, told)


@router.post("", status_code=201, responses=REFUSALS | problems(IdTaken))
async def create_budget(
    vehicle_id: UUID, body: NewBudget, work: InWork, caller: CurrentCaller, response: Response
) -> BudgetOut:
    """For one category or for all, in one month or in each."""
    facts = _facts(body, only_said=False)
    access = caller.access
    budget = await add_once(
        work,
        access=access,
        chosen=chosen_id(body, vehicle_id),
        make=lambda id_: add_budget(
            work, access=access, vehicle_id=vehicle_id, facts=BudgetFacts(**facts, id=id_)
        ),
        again=lambda id_: read_budget(work, access=access, vehicle_id=vehicle_id, budget_id=id_),
    )
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/budgets/{budget.id}"
    return await shown(work, caller.access, BudgetOut.of(budget))


@router.get("/{budget_id}", responses=problems(NotFound))
async def get_budget(
    vehicle_id: UUID, budget_id: UUID, work: InWork, caller: CurrentCaller
) -> BudgetOut:
    budget = await read_budget(
        work, access=caller.access, vehicle_id=vehicle_id, budget_id=budget_id
    )
    return await shown(work, caller.access, BudgetOut.of(budget))


@router.patch("/{budget_id}", responses=REFUSALS)
async def change_budget(
    vehicle_id: UUID, budget_id: UUID, body: BudgetEdit, work: InWork, caller: CurrentCaller
) -> BudgetOut:
    facts = _facts(body, only_said=True)
    budget = await edit_budget(
        work, access=caller.access, vehicle_id=vehicle_id, budget_id=budget_id, facts=facts
    )
    return await shown(work, caller.access, BudgetOut.of(budget))


@router.delete("/{budget_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_budget(
    vehicle_id: UUID, budget_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    await remove_budget(work, access=caller.access, vehicle_id=vehicle_id, budget_id=budget_id)
