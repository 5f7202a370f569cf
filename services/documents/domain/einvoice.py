"""An electronic invoice as its XML states it: facts, not guesses. Plate, VIN and mileage come from the page all the same."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class EInvoiceLine:
    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EInvoice:
    kind: str
    """`cii` or `ubl`."""
    number: str | None = None
    issued: date | None = None
    due: date | None = None
    vendor: str | None = None
    currency: str | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    amount_due: Decimal | None = None
    is_credit_note: bool = False
    notes: tuple[str, ...] = ()
    lines: tuple[EInvoiceLine, ...] = field(default=())
