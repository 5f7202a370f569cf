"""What was spent in a period: by month and category, per currency, and in one currency as far as rates are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.vehicles.domain.running.exchange import Rates, most_used
from services.vehicles.domain.running.expenses import Bill, Category, View
from services.vehicles.domain.running.periods import Period, month_name
from shared.money import Money, exponent

CHANGE_PLACES: Final = Decimal("0.001")


@dataclass(slots=True)
class Spent:
    """Minor units: in each currency, and in the one they are told in."""

    count: int = 0
    minor: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    converted: int = 0

    def add(self, other: "Spent") -> None:
        self.count += other.count
        self.converted += other.converted
        for currency, minor in other.minor.items():
            self.minor[currency] += minor

    @property
    def amounts(self) -> list[Money]:
        return [Money(minor, currency) for currency, minor in sorted(self.minor.items())]


@dataclass(slots=True)
class Missing:
    """What could not be converted, in one currency, and between which days."""

    count: int
    minor: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Spending:
    """`months` are all months of the period, by time; `missing` by currency."""

    period: Period
    currency: str
    months: Mapping[str, Mapping[Category, Spent]]
    missing: Mapping[str, Missing]

    @property
    def total(self) -> Spent:
        return together(spent for month in self.months.values() for spent in month.values())

    @property
    def categories(self) -> dict[Category, Spent]:
        found: dict[Category, Spent] = {}
        for month in self.months.values():
            for category, spent in month.items():
                found.setdefault(category, Spent()).add(spent)
        return {category: found[category] for category in Category if category in found}

    def of(self, month: str, category: Category | None = None) -> Spent:
        """Of one month, in one category or in all."""
        spent = self.months.get(month, {})
        return together(one for key, one in spent.items() if category in {None, key})


def together(parts: Iterable[Spent]) -> Spent:
    found = Spent()
    for part in parts:
        found.add(part)
    return found


def sum_up(
    bills: Iterable[Bill], period: Period, *, view: View, rates: Rates, currency: str
) -> Spending:
    """Each bill is converted on its day, to the minor unit, and then divided: parts add up in every currency."""
    months: dict[str, dict[Category, Spent]] = {
        month_name(month.first): {} for month in period.months()
    }
    missing: dict[str, Missing] = {}
    for bill in bills:
        if not bill.touches(period, view):
            continue
        whole = rates.convert(Money(bill.amount_minor, bill.currency), currency, bill.day)
        if whole is None:
            _note_missing(missing, bill, bill.minor_in(period, view))
        for month in _months_of(bill, period, view):
            spent = months[month_name(month.first)].setdefault(bill.category, Spent())
            spent.count += bill.count
            spent.minor[bill.currency] += bill.minor_in(month, view)
            if whole is not None:
                spent.converted += bill.minor_in(month, view, whole.amount_minor)
    return Spending(period, currency, months, missing)


def _months_of(bill: Bill, period: Period, view: View) -> Iterable[Period]:
    if bill.covers is None or view is View.ON_DAY:
        return [Period(bill.day, bill.day)]
    covered = Period(max(period.first, bill.covers.first), min(period.last, bill.covers.last))
    return covered.months()


def _note_missing(missing: dict[str, Missing], bill: Bill, minor: int) -> None:
    known = missing.setdefault(bill.currency, Missing(0, 0, bill.day, bill.day))
    known.count += bill.count
    known.minor += minor
    known.first, known.last = min(known.first, bill.day), max(known.last, bill.day)


def currency_of(bills: Sequence[Bill]) -> str:
    """That of most of them."""
    counts: dict[str, int] = defaultdict(int)
    for bill in bills:
        counts[bill.currency] += bill.count
    return most_used(counts)


def per_distance(money: Money, metres: int, unit_metres: float) -> Decimal:
    """Money for one unit of distance, with one decimal more than the currency has. The caller has seen to it that it was driven."""
    place = Decimal(1).scaleb(-(exponent(money.currency) + 1))
    found = money.amount * Decimal(str(unit_metres)) / Decimal(metres)
    return found.quantize(place, rounding=ROUND_HALF_UP)


def change(now: int, then: int) -> Decimal | None:
    """By which share it grew: 0.25 for a quarter more; None where there was nothing to compare with."""
    if then <= 0:
        return None
    share = Decimal(now - then) / Decimal(then)
    return share.quantize(CHANGE_PLACES, rounding=ROUND_HALF_UP)
