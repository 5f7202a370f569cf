"""What is taken but flagged, as far as a row alone shows it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

SHARE: Final = Decimal("0.01")
LEAST: Final = Decimal("0.05")
"""Of rounding to a coin, whatever the amount."""


def amounts_differ(
    quantity: Decimal | None, price: Decimal | None, total: Decimal | None
) -> Sequence[str]:
    """`amounts_differ` where quantity times price is more than one per cent away from what was paid."""
    if quantity is None or price is None or total is None:
        return ()
    gap = abs(quantity * price - total)
    return ("amounts_differ",) if gap > max(abs(total) * SHARE, LEAST) else ()
