from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.expenses import Category, Every
from services.vehicles.errors.running import ContractBackwards, ExpenseUndated
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id
from shared.money import Money


class ContractFacts(TypedDict):
    starts_on: date
    ends_on: date | None
    every: Every
    spread: bool


class ExpenseFacts(TypedDict, total=False):
    """What somebody says about an expense; what is absent stays as it is. A day ends a contract, and a contract a day."""

    id: UUID
    """Of a new one, as its client chose it."""
    vehicle_id: UUID
    spent_on: date | None
    contract: ContractFacts | None
    category: Category
    amount: Money
    title: str | None
    note: str | None
    document_ids: Sequence[UUID]


async def add_expense(work: Work, *, access: Access, facts: ExpenseFacts) -> Expense:
    vehicle = await _held(work, access, facts["vehicle_id"])
    return work.expenses.add(await new_expense(work, access=access, vehicle=vehicle, facts=facts))


async def new_expense(
    work: Work, *, access: Access, vehicle: Vehicle, facts: ExpenseFacts
) -> Expense:
    """Described, and not kept yet. The caller holds the vehicle."""
    expense = Expense(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        document_ids=[],
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, expense, facts)
    return expense


async def edit_expense(
    work: Work, *, access: Access, expense_id: UUID, facts: ExpenseFacts
) -> Expense:
    """What is in the trash is not changed. Raises NotFound."""
    before = await work.expenses.vehicle_of(access, expense_id)
    after = facts.get("vehicle_id", before)
    held = [await _held(work, access, id_) for id_ in sorted({before, after}, key=str)]
    expense = await work.expenses.one_changed(access, expense_id)
    if expense.trashed_at is not None:
        raise NotFound
    vehicle = next(each for each in held if each.id == after)
    expense.vehicle_id, expense.owner_id = vehicle.id, vehicle.owner_id
    await _describe(work, expense, facts)
    return _changed(work, expense)


async def trash_expense(work: Work, *, access: Access, expense_id: UUID) -> None:
    """Out of all sums; it can be taken back for thirty days."""
    await _held(work, access, await work.expenses.vehicle_of(access, expense_id))
    expense = await work.expenses.one_changed(access, expense_id)
    if expense.trashed_at is not None:
        raise NotFound
    expense.trashed_at = work.now
    _changed(work, expense)


async def restore_expense(work: Work, *, access: Access, expense_id: UUID) -> Expense:
    """As if it had never been deleted; of what is not in the trash nothing changes."""
    await _held(work, access, await work.expenses.vehicle_of(access, expense_id))
    expense = await work.expenses.one_changed(access, expense_id)
    if expense.trashed_at is None:
        return expense
    expense.trashed_at = None
    return _changed(work, expense)


async def read_expense(work: Work, *, access: Access, expense_id: UUID) -> Expense:
    expense = await work.expenses.one_seen(access, expense_id)
    if expense.trashed_at is not None:
        raise NotFound
    return expense


async def _held(work: Work, access: Access, vehicle_id: UUID | None) -> Vehicle:
    """Beside others: what is paid changes nothing of the car."""
    return await hold_vehicle(
        work, access=access, vehicle_id=vehicle_id, may=May.WRITE_COSTS, shared=True
    )


def _changed(work: Work, expense: Expense) -> Expense:
    expense.version += 1
    expense.updated_at = work.now
    return expense


async def _describe(work: Work, expense: Expense, facts: ExpenseFacts) -> None:
    """Refusals first, then the whole change."""
    _date(expense, facts)
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(expense.owner_id), documents):
        raise NotFound(pointer="/documents")
    if "amount" in facts:
        expense.amount_minor, expense.currency = (
            facts["amount"].amount_minor,
            facts["amount"].currency,
        )
    if "category" in facts:
        expense.category = facts["category"]
    if "title" in facts:
        expense.title = facts["title"]
    if "note" in facts:
        expense.note = facts["note"]
    if "document_ids" in facts:
        expense.document_ids = [str(id_) for id_ in dict.fromkeys(documents)]


def _date(expense: Expense, facts: ExpenseFacts) -> None:
    """Raises ExpenseUndated, ContractBackwards."""
    day, contract = facts.get("spent_on"), facts.get("contract")
    if day is not None and contract is not None:
        raise ExpenseUndated(pointer="/contract")
    if contract is not None:
        ends_on = contract["ends_on"]
        if ends_on is None and contract["every"] is Every.ONCE:
            raise ContractBackwards(pointer="/contract/ends_on")
        if ends_on is not None and ends_on < contract["starts_on"]:
            raise ContractBackwards(pointer="/contract/ends_on")
        expense.spent_on, expense.ends_on = contract["starts_on"], ends_on
        expense.every, expense.spread = contract["every"], contract["spread"]
    elif day is not None:
        expense.spent_on, expense.ends_on = day, None
        expense.every, expense.spread = None, False
    elif expense.spent_on is None or _loses_its_day(expense, facts):
        raise ExpenseUndated(pointer="/spent_on")


def _loses_its_day(expense: Expense, facts: ExpenseFacts) -> bool:
    """Null said of the one it has."""
    return ("spent_on" in facts and expense.every is None) or (
        "contract" in facts and expense.every is not None
    )
