"""What was spent: sums per currency, never mixed, never a float."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shared.money import Money


@dataclass(frozen=True, slots=True)
class Spending:
    """How many records under one key, and what they cost in each currency."""

    key: str
    count: int
    spent: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """One row of a grouped query; `currency` is None for records without a cost."""

    key: str
    currency: str | None
    count: int
    minor: int


def by_key(rows: Iterable[Sum]) -> list[Spending]:
    """One entry per key, in the order the keys come."""
    counts: dict[str, int] = defaultdict(int)
    amounts: dict[str, list[Money]] = defaultdict(list)
    for row in rows:
        counts[row.key] += row.count
        if row.currency is not None:
            amounts[row.key].append(Money(row.minor, row.currency))
    return [Spending(key, counts[key], tuple(total(amounts[key]))) for key in counts]


def total(amounts: Iterable[Money]) -> list[Money]:
    """One amount per currency, by its code."""
    sums: dict[str, Money] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Money(0, money.currency)) + money
    return [sums[currency] for currency in sorted(sums)]
