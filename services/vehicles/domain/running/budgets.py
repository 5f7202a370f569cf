"""How much of a month's budget is used up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from services.vehicles.domain.running.spending import Spent

NEAR: Final = Decimal("0.8")
"""From four fifths on it is nearly used up."""
PLACES: Final = Decimal("0.001")


class BudgetState(StrEnum):
    OK = "ok"
    NEAR = "near"
    OVER = "over"


class Planned(Protocol):
    @property
    def category(self) -> str | None: ...
    @property
    def month(self) -> date | None: ...


B = TypeVar("B", bound=Planned)


@dataclass(frozen=True, slots=True)
class Used:
    spent_minor: int
    share: Decimal | None
    """None of a budget of nothing."""
    state: BudgetState


def of_month(budgets: Iterable[B], month: date) -> list[B]:
    """One for each category: the month's own before that of every month."""
    found: dict[str | None, B] = {}
    for budget in budgets:
        if budget.month not in {None, month}:
            continue
        if budget.month is not None or budget.category not in found:
            found[budget.category] = budget
    return list(found.values())


def used(planned_minor: int, spent: Spent) -> Used:
    """`spent` in the budget's currency. What came back frees it again."""
    minor = spent.converted
    state = _state(planned_minor, minor)
    if planned_minor == 0:
        return Used(minor, None, state)
    share = Decimal(minor) / Decimal(planned_minor)
    return Used(minor, share.quantize(PLACES, rounding=ROUND_HALF_UP), state)


def _state(planned: int, spent: int) -> BudgetState:
    if spent > planned:
        return BudgetState.OVER
    return BudgetState.NEAR if spent > 0 and spent >= planned * NEAR else BudgetState.OK
