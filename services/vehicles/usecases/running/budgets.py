from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.budgets import Used, of_month, used
from services.vehicles.domain.running.expenses import Category, View
from services.vehicles.domain.running.periods import Period, last_of_month, month_name
from services.vehicles.domain.running.spending import Missing, sum_up
from services.vehicles.errors.running import BudgetExists
from services.vehicles.storage.running.budgets import Budget
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.running.costs import dated_bills, rates_for, spent_part
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id
from shared.money import Money


class BudgetFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    category: Category | None
    month: date | None
    amount: Money


@dataclass(frozen=True, slots=True)
class BudgetView:
    """How much of it is used up in a month; `missing`: what no rate told in its currency."""

    budget: Budget
    used: Used
    missing: list[tuple[str, Missing]]


async def add_budget(work: Work, *, access: Access, vehicle_id: UUID, facts: BudgetFacts) -> Budget:
    """Raises BudgetExists."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.WRITE_COSTS)
    budget = Budget(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, budget, facts)
    return work.budgets.add(budget)


async def edit_budget(
    work: Work, *, access: Access, vehicle_id: UUID, budget_id: UUID, facts: BudgetFacts
) -> Budget:
    budget = await _held(work, access, vehicle_id, budget_id)
    await _describe(work, budget, facts)
    budget.version += 1
    budget.updated_at = work.now
    return budget


async def remove_budget(work: Work, *, access: Access, vehicle_id: UUID, budget_id: UUID) -> None:
    await work.budgets.remove(await _held(work, access, vehicle_id, budget_id))


async def read_budget(work: Work, *, access: Access, vehicle_id: UUID, budget_id: UUID) -> Budget:
    budget = await work.budgets.one_seen(access, budget_id)
    if budget.vehicle_id != vehicle_id:
        raise NotFound
    return budget


async def budgets_of(
    work: Work, *, access: Access, vehicle_id: UUID, month: date | None
) -> tuple[date, list[BudgetView]]:
    """The first day of a month (at the car, this one) with its budgets and what is used of them, up to today; what is spread counts in
    the months it pays for.
    """
    vehicle = await work.vehicles.one_for(access, vehicle_id, May.SEE_COSTS)
    await stand_by(work, vehicle, access)
    month = month or work.today.replace(day=1)
    budgets = of_month(await work.budgets.in_order(access, vehicle_id), month)
    if not budgets:
        return month, []
    whole = spent_part(Period(month, last_of_month(month)), work.today)
    bills = (await work.bills.of_each(access, [vehicle_id], whole)).get(vehicle_id, [])
    currencies = {budget.currency for budget in budgets}
    rates = await rates_for(work, dated_bills(bills), currencies=currencies)
    spent = {
        currency: sum_up(bills, whole, view=View.SPREAD, rates=rates, currency=currency)
        for currency in currencies
    }
    return month, [
        BudgetView(
            budget,
            used(
                budget.amount_minor,
                spent[budget.currency].of(
                    month_name(month), Category(budget.category) if budget.category else None
                ),
            ),
            sorted(spent[budget.currency].missing.items()),
        )
        for budget in budgets
    ]


async def _held(work: Work, access: Access, vehicle_id: UUID, budget_id: UUID) -> Budget:
    await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.WRITE_COSTS)
    budget = await work.budgets.one_changed(access, budget_id)
    if budget.vehicle_id != vehicle_id:
        raise NotFound
    return budget


async def _describe(work: Work, budget: Budget, facts: BudgetFacts) -> None:
    category = facts.get("category", budget.category)
    month = facts.get("month", budget.month)
    if await work.budgets.exists(
        budget.vehicle_id, category=category, month=month, other_than=budget.id
    ):
        raise BudgetExists(pointer="/category")
    budget.category, budget.month = category, month
    if "amount" in facts:
        budget.amount_minor = facts["amount"].amount_minor
        budget.currency = facts["amount"].currency
