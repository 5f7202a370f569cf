"""The amounts of a record and of a draft: one currency for all of them, kept in one column; what is not typed, the lines say."""

from collections.abc import Sequence
from typing import TypedDict

from services.vehicles.domain.care.amounts import AmountOutOfRange, Sums, add_up, do_not_add_up
from services.vehicles.domain.care.lines import RecordLine
from services.vehicles.errors.care import AmountTooLarge, MixedCurrencies
from services.vehicles.storage.care.models import (
    MaintenanceDraft,
    MaintenanceRecord,
    line_from_row,
    line_to_row,
)
from shared.contracts.vehicles import RecordKind
from shared.money import Money


class Amounts(TypedDict, total=False):
    """What is absent stays as it is."""

    cost: Money | None
    tax: Money | None
    lines: Sequence[RecordLine]
    prices_include_tax: bool
    kind: RecordKind


def set_amounts(row: MaintenanceRecord | MaintenanceDraft, said: Amounts) -> None:
    """Raises MixedCurrencies, also for an amount that stays in another currency than the new ones."""
    lines = said.get("lines", ())
    given = [said.get("cost"), said.get("tax")]
    given += [money for line in lines for money in (line.unit_price, line.total)]
    currencies = {money.currency for money in given if money is not None}
    if row.currency is not None and _keeps_amounts(row, said):
        currencies.add(row.currency)
    if len(currencies) > 1:
        raise MixedCurrencies(pointer="/cost")
    row.currency = next(iter(currencies), row.currency)
    if "cost" in said:
        row.cost_minor = said["cost"].amount_minor if said["cost"] else None
    if "tax" in said:
        row.tax_minor = said["tax"].amount_minor if said["tax"] else None
    if "lines" in said:
        row.lines = [line_to_row(line) for line in lines]
    row.prices_include_tax = said.get("prices_include_tax", row.prices_include_tax)
    row.kind = said.get("kind", row.kind)


def reckon(record: MaintenanceRecord, said: Amounts) -> None:
    """After `set_amounts`: a total and a tax typed by hand win; else they are what the lines come to. Raises AmountTooLarge."""
    try:
        sums = sums_of(record)
    except AmountOutOfRange:
        raise AmountTooLarge(pointer="/lines") from None
    if "cost" in said:  # a form that sends back what the lines came to has typed nothing
        record.cost_is_typed = said["cost"] not in {None, sums.total if sums else None}
    if "tax" in said:
        record.tax_is_typed = said["tax"] not in {None, sums.tax if sums else None}
    if not record.cost_is_typed:
        record.cost_minor = sums.total.amount_minor if sums else None
    if not record.tax_is_typed:
        knows = sums is not None and sums.names_rates and not adds_up_wrong(record, sums)
        record.tax_minor = sums.tax.amount_minor if sums and knows else None


def sums_of(record: MaintenanceRecord) -> Sums | None:
    """Of its lines, worked out anew each time: they are few."""
    if not record.lines:
        return None
    return add_up(
        [line_from_row(row, record.currency) for row in record.lines],
        prices_include_tax=record.prices_include_tax,
        is_refund=record.kind == RecordKind.REFUND,
    )


def net_of(record: MaintenanceRecord, sums: Sums | None) -> Money | None:
    """What its total is without tax: the lines say, unless the total says otherwise."""
    if sums is not None and not adds_up_wrong(record, sums) and sums.names_rates:
        return sums.net
    if record.cost is None or record.tax is None:
        return None
    return record.cost - record.tax


def adds_up_wrong(record: MaintenanceRecord, sums: Sums | None) -> bool:
    return do_not_add_up(sums, total=record.cost, tax=record.tax if record.tax_is_typed else None)


def _keeps_amounts(row: MaintenanceRecord | MaintenanceDraft, said: Amounts) -> bool:
    """Whether an amount that somebody typed, or read from the paper, stays."""
    is_typed = [True, True]
    if isinstance(row, MaintenanceRecord):
        is_typed = [row.cost_is_typed, row.tax_is_typed]
    kept = [
        "cost" not in said and row.cost_minor is not None and is_typed[0],
        "tax" not in said and row.tax_minor is not None and is_typed[1],
        "lines" not in said
        and any(
            line["unit_price_minor"] is not None or line["total_minor"] is not None
            for line in row.lines
        ),
    ]
    return any(kept)
