"""Quantity, unit price and total of a fill: two are enough, and three are compared."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from shared.money import Money, exponent

CENTS: Final = Decimal("0.05")
SHARE: Final = Decimal("0.01")
PRICE_PLACES: Final = Decimal("0.0001")
QUANTITY_PLACES: Final = Decimal("0.001")


class Third(StrEnum):
    """Which of the three nobody typed."""

    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Paid:
    """Quantity and price in the unit of the pump."""

    quantity: Decimal | None
    unit_price: Decimal | None
    total: Money | None
    derived: Third | None = None


def settle(
    *,
    quantity: Decimal | None,
    unit_price: Decimal | None,
    total: Money | None,
    currency: str | None,
) -> Paid:
    """The third from the other two; a quantity that nothing tells stays None."""
    match quantity, unit_price, total:
        case Decimal(), Decimal(), None if currency:
            found = Money.rounded(quantity * unit_price, currency)
            return Paid(quantity, unit_price, found, Third.TOTAL)
        case Decimal(), None, Money() if quantity:
            price = (total.amount / quantity).quantize(PRICE_PLACES, rounding=ROUND_HALF_UP)
            return Paid(quantity, price, total, Third.UNIT_PRICE)
        case None, Decimal(), Money() if unit_price:
            taken = (total.amount / unit_price).quantize(QUANTITY_PLACES, rounding=ROUND_HALF_UP)
            return Paid(taken, unit_price, total, Third.QUANTITY)
    return Paid(quantity, unit_price, total)


def differ(paid: Paid) -> bool:
    """By more than five hundredths (or one of the smallest coin, where that is more) and one per cent of the total."""
    if paid.quantity is None or paid.unit_price is None or paid.total is None:
        return False
    coin = Decimal(1).scaleb(-exponent(paid.total.currency))
    allowed = max(CENTS, coin, abs(paid.total.amount) * SHARE)
    return abs(paid.quantity * paid.unit_price - paid.total.amount) > allowed
