"""What is sold: plans in their order, prices by interval, and which change is which."""

from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.features import Plan
from shared.money import Money


class Interval(StrEnum):
    MONTH = "month"
    YEAR = "year"


class Change(StrEnum):
    NONE = "none"
    NOW = "now"
    AT_PERIOD_END = "period_end"


_RANK = {plan: rank for rank, plan in enumerate(Plan)}


@dataclass(frozen=True, slots=True)
class Offer:
    """One plan at one interval."""

    plan: Plan
    interval: Interval
    price: Money
    lookup_key: str


def outranks(one: Plan, other: Plan) -> bool:
    return _RANK[one] > _RANK[other]


def highest(plans: list[Plan]) -> Plan:
    return max(plans, key=_RANK.__getitem__, default=Plan.FREE)


def change_between(old: tuple[Plan, Interval], new: tuple[Plan, Interval]) -> Change:
    """More for more money happens at once; less waits for the end of what is paid.

    A higher plan always counts as more; on the same plan a year is more than a month.
    """
    if old == new:
        return Change.NONE
    (old_plan, old_interval), (new_plan, new_interval) = old, new
    if outranks(new_plan, old_plan):
        return Change.NOW
    if new_plan is old_plan and (old_interval, new_interval) == (Interval.MONTH, Interval.YEAR):
        return Change.NOW
    return Change.AT_PERIOD_END
