"""What a record may say, the same whether it is typed, corrected, confirmed or imported."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.money import Money


class RecordWarning(StrEnum):
    """What is told beside a record, and refuses nothing."""

    LINES_DO_NOT_ADD_UP = "lines_do_not_add_up"
    MILEAGE_QUARANTINED = "mileage_quarantined"
    WARRANTY_WITHOUT_MILEAGE = "warranty_without_mileage"
    """By distance alone, and nobody said at which mileage the work was done: there is no end to remind of."""


class Flaw(StrEnum):
    """Why a record cannot be."""

    COMPLETED_IN_FUTURE = "completed_in_future"
    SCHEDULED_IN_PAST = "scheduled_in_past"
    NEGATIVE_COST = "negative_cost"
    REFUND_NOT_NEGATIVE = "refund_not_negative"


@dataclass(frozen=True, slots=True)
class When:
    status: RecordStatus
    on: date


def flaw_of(
    when: When, *, before: When | None, today: date, kind: RecordKind, cost: Money | None
) -> Flaw | None:
    """`before`: how the record stood. What was right when it was said stays right: an appointment that has passed is still one."""
    if when != before:
        if when.status is RecordStatus.COMPLETED and when.on > today:
            return Flaw.COMPLETED_IN_FUTURE
        if when.status is RecordStatus.SCHEDULED and when.on < today:
            return Flaw.SCHEDULED_IN_PAST
    minor = cost.amount_minor if cost else 0
    if kind is RecordKind.REFUND and minor > 0:
        return Flaw.REFUND_NOT_NEGATIVE
    if kind is not RecordKind.REFUND and minor < 0:
        return Flaw.NEGATIVE_COST
    return None


def is_work_done(status: RecordStatus, kind: RecordKind) -> bool:
    """Whether it moves the odometer, closes plans and begins warranties: a credit note does none of it."""
    return status is RecordStatus.COMPLETED and kind is RecordKind.SERVICE
