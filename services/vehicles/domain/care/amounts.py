"""What an invoice's lines come to: line = quantity × price, half a cent up; tax per rate on the sum of its lines, not per line.

EN 16931 (the European norm of invoices), BR-CO-10 to BR-CO-17: the sum of the net lines of a rate is taxed once. Per line, three
lines of 3.33 at 20 % would come to 12.00; the invoice says 11.99.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from services.vehicles.domain.care.lines import LineKind, RecordLine
from shared.money import MOST, Money

EXACT: Final = 60
"""Digits; a product of the longest quantity and price has 24."""
HUNDRED: Final = Decimal(100)
LEAST_SLACK: Final = Decimal("0.05")
SLACK: Final = Decimal("0.001")
"""What garages round by: the larger of five cents and a thousandth of the total."""


@dataclass(frozen=True, slots=True)
class TaxOfRate:
    rate: Decimal | None
    """In percent; None for lines that name none, and so carry no tax."""
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Sums:
    taxes: tuple[TaxOfRate, ...]
    """By rate, the untaxed first."""
    net: Money
    tax: Money
    are_whole: bool
    """Whether every line has an amount."""

    @property
    def total(self) -> Money:
        return self.net + self.tax

    @property
    def names_rates(self) -> bool:
        return any(each.rate is not None for each in self.taxes)


class AmountOutOfRange(ValueError):
    """A product or sum that no invoice has: a hundred thousand million."""


def amount_of(line: RecordLine) -> Money | None:
    """Of one line: as printed, else quantity × price; a price without a quantity is of one. Raises AmountOutOfRange."""
    amount = line.total
    if amount is None and line.unit_price is not None:
        quantity = line.quantity if line.quantity is not None else Decimal(1)
        with localcontext(prec=EXACT):
            amount = _in_range(
                Money.rounded(quantity * line.unit_price.amount, line.unit_price.currency)
            )
    if amount is not None and line.kind is LineKind.DISCOUNT and amount.amount_minor > 0:
        return -amount
    return amount


def add_up(
    lines: Sequence[RecordLine], *, prices_include_tax: bool, is_refund: bool = False
) -> Sums | None:
    """Of lines in one currency; None when none of them has an amount. A credit note's sums are negative, although it prints what
    comes back without a sign. Raises AmountOutOfRange.
    """
    amounts = [(line.tax_rate, amount_of(line)) for line in lines]
    known = [(rate, amount) for rate, amount in amounts if amount is not None]
    if not known:
        return None
    turned = is_refund and sum(amount.amount_minor for _, amount in known) > 0
    by_rate: dict[Decimal | None, Money] = {}
    for rate, amount in known:
        key = rate.normalize() if rate is not None else None
        signed = -amount if turned else amount
        by_rate[key] = by_rate[key] + signed if key in by_rate else signed
    taxes = tuple(
        _taxed(rate, by_rate[rate], prices_include_tax=prices_include_tax)
        for rate in sorted(by_rate, key=lambda rate: Decimal(-1) if rate is None else rate)
    )
    return Sums(
        taxes=taxes,
        net=_total(each.net for each in taxes),
        tax=_total(each.tax for each in taxes),
        are_whole=len(known) == len(lines),
    )


def do_not_add_up(sums: Sums | None, *, total: Money | None, tax: Money | None) -> bool:
    """Whether a total typed by hand is another than the lines'. Lines that name no rate may be with tax or without it; an amount
    that is not known gives no reason to doubt.
    """
    if sums is None or total is None or not sums.are_whole:
        return False
    wanted = {total.amount}
    if tax is not None and not sums.names_rates:
        wanted.add(total.amount - tax.amount)
    slack = max(LEAST_SLACK, SLACK * abs(total.amount))
    return all(abs(sums.total.amount - each) > slack for each in wanted)


def _taxed(rate: Decimal | None, amount: Money, *, prices_include_tax: bool) -> TaxOfRate:
    if rate is None:
        return TaxOfRate(None, amount, Money(0, amount.currency))
    with localcontext(prec=EXACT):
        if prices_include_tax:
            net = Money.rounded(amount.amount / (1 + rate / HUNDRED), amount.currency)
            return TaxOfRate(rate, net, amount - net)
        tax = Money.rounded(amount.amount * rate / HUNDRED, amount.currency)
    return TaxOfRate(rate, amount, tax)


def _total(amounts: Iterable[Money]) -> Money:
    first, *others = amounts
    for each in others:
        first += each
    return _in_range(first)


def _in_range(money: Money) -> Money:
    if abs(money.amount) >= MOST:
        raise AmountOutOfRange
    return money
