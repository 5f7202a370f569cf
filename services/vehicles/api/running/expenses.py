from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import AfterValidator, Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import (
    FIRST_DAY,
    LAST_DAY,
    CarDay,
    InWork,
    Named,
    chosen,
    chosen_id,
)
from services.vehicles.domain.running.expenses import Category, Every
from services.vehicles.domain.running.periods import Period
from services.vehicles.errors.running import ContractBackwards, ExpenseUndated
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.running.expenses import (
    ExpenseFacts,
    add_expense,
    edit_expense,
    read_expense,
    restore_expense,
    trash_expense,
)
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Day,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyBody, MoneyOut

router = Router(prefix="/api/expenses", tags=["costs"])


def _fits(amount: MoneyBody) -> MoneyBody:
    amount.money()
    return amount


Amount = Annotated[MoneyBody, AfterValidator(_fits)]
"""Below zero for what comes back: a refund, a share of a premium."""
CategoryWord = Annotated[Category, chosen(Category)]
Documents = Annotated[list[Identifier], Field(max_length=30)]


class ContractIn(RequestModel):
    """Paid on the day it begins and again each time; `amount` is that of one payment."""

    starts_on: CarDay
    ends_on: CarDay | None = None
    """Left out, it goes on."""
    every: Annotated[Every, chosen(Every)] = Every.MONTH
    spread: bool = True
    """Each payment is divided over the days it pays for; else it counts on its own day."""


class ExpenseIn(RequestModel):
    vehicle: Identifier
    category: CategoryWord
    amount: Amount
    spent_on: CarDay | None = None
    """The day it was paid; or `contract`."""
    contract: ContractIn | None = None
    title: Line | None = None
    note: Prose | None = None
    documents: Documents = Field(default_factory=list)


class NewExpense(Named, ExpenseIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class ExpenseEdit(ExpenseIn):
    """What is left out stays as it is."""


class ContractOut(AnswerModel):
    starts_on: date
    ends_on: date | None
    every: Every
    spread: bool


class ExpenseOut(MadeOut):
    id: UUID
    vehicle: UUID
    category: Category
    amount: MoneyOut
    spent_on: date | None
    contract: ContractOut | None
    title: str | None
    note: str | None
    documents: list[UUID]
    trashed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, expense: Expense) -> Self:
        contract = expense.contract
        return cls(
            id=expense.id,
            vehicle=expense.vehicle_id,
            category=Category(expense.category),
            amount=expense.amount,
            spent_on=None if contract else expense.spent_on,
            contract=ContractOut.model_validate(contract) if contract else None,
            title=expense.title,
            note=expense.note,
            documents=[UUID(id_) for id_ in expense.document_ids],
            trashed_at=expense.trashed_at,
            created_at=expense.created_at,
            updated_at=expense.updated_at,
        ).about(expense)


COLUMNS = {"vehicle": "vehicle_id", "documents": "document_ids"}


def _facts(body: ExpenseIn, *, only_said: bool) -> ExpenseFacts:
    said: dict[str, Any] = {
        COLUMNS.get(name, name): getattr(body, name)
        for name in ExpenseIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    if said.get("amount") is not None:
        said["amount"] = said["amount"].money()
    if said.get("contract") is not None:
        said["contract"] = said["contract"].model_dump()
    return cast("ExpenseFacts", said)  # the names are those of the models above


async def _days(
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> Period:
    return Period(since or FIRST_DAY, until or LAST_DAY)


Days = Annotated[Period, Depends(_days)]
Expenses = Annotated[
    ListQuery,
    listed_by(
        {
            "spent_on": Expense.spent_on,
            "amount": Expense.amount_minor,
            "created_at": Expense.created_at,
        },
        default="-spent_on",
        search=(Expense.title, Expense.note),
    ),
]
REFUSALS = problems(NotFound, RoleInsufficient, ExpenseUndated, ContractBackwards)


@router.get("")
async def list_expenses(
    work: InWork,
    caller: CurrentCaller,
    listing: Expenses,
    period: Days,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    category: Annotated[Category | None, Query()] = None,
    trashed: Annotated[bool, Query(description="Those in the trash instead.")] = False,
) -> Page[ExpenseOut]:
    statement = work.expenses.listed(
        caller.access,
        vehicle_id=vehicle_id,
        category=category,
        period=period,
        is_trashed=trashed,
    )
    page: Page[ExpenseOut] = await listing.page(work.session, statement, into=ExpenseOut.of)
    return await shown(work, caller.access, page)


@router.post("", status_code=201, responses=REFUSALS | problems(IdTaken))
async def create_expense(
    body: NewExpense, work: InWork, caller: CurrentCaller, response: Response
) -> ExpenseOut:
    """Something paid once (`spent_on`), or a loan, a lease, an insurance, a tax that is paid again and again (`contract`)."""
    facts = _facts(body, only_said=False)
    expense = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_expense(
            work, access=caller.access, facts=ExpenseFacts(**facts, id=id_)
        ),
        again=lambda id_: read_expense(work, access=caller.access, expense_id=id_),
    )
    response.headers["Location"] = f"/api/expenses/{expense.id}"
    return await shown(work, caller.access, ExpenseOut.of(expense))


@router.get("/{expense_id}", responses=problems(NotFound))
async def get_expense(expense_id: UUID, work: InWork, caller: CurrentCaller) -> ExpenseOut:
    expense = await read_expense(work, access=caller.access, expense_id=expense_id)
    return await shown(work, caller.access, ExpenseOut.of(expense))


@router.put("/{expense_id}", responses=REFUSALS)
async def replace_expense(
    expense_id: UUID, body: ExpenseIn, work: InWork, caller: CurrentCaller
) -> ExpenseOut:
    facts = _facts(body, only_said=False)
    if (body.spent_on is None) == (body.contract is None):
        raise ExpenseUndated(pointer="/spent_on")
    if body.contract is None:
        facts.pop("contract")
    else:
        facts.pop("spent_on")
    expense = await edit_expense(work, access=caller.access, expense_id=expense_id, facts=facts)
    return await shown(work, caller.access, ExpenseOut.of(expense))


@router.patch("/{expense_id}", responses=REFUSALS)
async def change_expense(
    expense_id: UUID, body: ExpenseEdit, work: InWork, caller: CurrentCaller
) -> ExpenseOut:
    facts = _facts(body, only_said=True)
    expense = await edit_expense(work, access=caller.access, expense_id=expense_id, facts=facts)
    return await shown(work, caller.access, ExpenseOut.of(expense))


@router.delete("/{expense_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_expense(expense_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash: `POST …/restore` takes it back for thirty days."""
    await trash_expense(work, access=caller.access, expense_id=expense_id)


@router.post("/{expense_id}/restore", responses=problems(NotFound, RoleInsufficient))
async def restore_an_expense(expense_id: UUID, work: InWork, caller: CurrentCaller) -> ExpenseOut:
    """Out of the trash, as it was."""
    expense = await restore_expense(work, access=caller.access, expense_id=expense_id)
    return await shown(work, caller.access, ExpenseOut.of(expense))
