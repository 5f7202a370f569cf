"""The amounts of a record and of a draft: one currency for all of them, kept in one column."""

from collections.abc import Sequence
from typing import TypedDict

from services.vehicles.domain.care.draft import DraftLine
from services.vehicles.errors.care import MixedCurrencies
from services.vehicles.storage.care.models import MaintenanceDraft, MaintenanceRecord, line_to_row
from shared.money import Money


class Amounts(TypedDict, total=False):
    """What is absent stays as it is."""

    cost: Money | None
    tax: Money | None
    lines: Sequence[DraftLine]


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


def _keeps_amounts(row: MaintenanceRecord | MaintenanceDraft, said: Amounts) -> bool:
    kept = [
        "cost" not in said and row.cost_minor is not None,
        "tax" not in said and row.tax_minor is not None,
        "lines" not in said
        and any(line["unit_price_minor"] or line["total_minor"] for line in row.lines),
    ]
    return any(kept)
