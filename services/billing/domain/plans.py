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


@dataclass(frozen=True, slots=True)
class Offer:
    """One plan at one interval."""

    plan: Plan
    interval: Interval
    price: Money
    lookup_key: str


def highest(plans: list[Plan]) -> Plan:
    return max(plans, key=lambda plan: plan.rank, default=Plan.FREE)


def change_between(old: tuple[Plan, Interval], new: tuple[Plan, Interval]) -> Change:
    """More for more money happens at once; less waits for the end of what is paid.

    A higher plan always counts as more; on the same plan a year is more than a month.
    """
    if old == new:
        return Change.NONE
    (old_plan, old_interval), (new_plan, new_interval) = old, new
    if new_plan.outranks(old_plan):
        return Change.NOW
    if new_plan is old_plan and (old_interval, new_interval) == (Interval.MONTH, Interval.YEAR):
        return Change.NOW
    return Change.AT_PERIOD_END
