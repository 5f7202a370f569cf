"""What a car costs beside its care: single expenses, and contracts that are paid again and again.

A contract is paid on the day it begins and on the same day of each following month, quarter, half year or year. Spread, each payment
is divided over the days it pays for, to the cent and without a rest: both views add up to the same total over the contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.vehicles.domain.running.periods import DAY, Period, months_after


class Category(StrEnum):
    ENERGY = "energy"
    MAINTENANCE = "maintenance"
    REPAIR = "repair"
    TYRES = "tyres"
    INSURANCE = "insurance"
    TAX = "tax"
    PARKING = "parking"
    TOLL = "toll"
    FINE = "fine"
    FINANCE = "finance"
    OTHER = "other"


class Every(StrEnum):
    ONCE = "once"
    """Paid once, for all the days from the first to the last."""
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


class View(StrEnum):
    """Where what is paid for many days is counted."""

    SPREAD = "spread"
    """Over those days, if its contract says so."""
    ON_DAY = "on_day"
    """On the day it was paid."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Something paid on a day. `covers`: the days it is to be divided over; None for what belongs to its day."""

    day: date
    category: Category
    amount_minor: int
    currency: str
    covers: Period | None = None
    count: int = 1

    def minor_in(self, period: Period, view: View, whole: int | None = None) -> int:
        """What of it falls into a period, in minor units; of `whole` instead of its own amount when that is given (its converted
        amount). Parts of neighbouring periods add up to the whole.
        """
        amount = self.amount_minor if whole is None else whole
        if self.covers is None or view is View.ON_DAY:
            return amount if period.first <= self.day <= period.last else 0
        first, last = max(period.first, self.covers.first), min(period.last, self.covers.last)
        if first > last:
            return 0
        days, done = self.covers.days, (first - self.covers.first).days
        through = done + (last - first).days + 1
        return portion(amount, through, days) - portion(amount, done, days)

    def touches(self, period: Period, view: View) -> bool:
        if self.covers is None or view is View.ON_DAY:
            return period.first <= self.day <= period.last
        return self.covers.first <= period.last and self.covers.last >= period.first


def portion(amount: int, part: int, of: int) -> int:
    """`amount` × `part` / `of`, half up and away from zero, in whole minor units."""
    rounded = (2 * abs(amount) * part + of) // (2 * of)
    return rounded if amount >= 0 else -rounded


@dataclass(frozen=True, slots=True)
class Contract:
    """`ends_on` None: it goes on until somebody ends it. `amount_minor` is each payment's."""

    starts_on: date
    ends_on: date | None
    every: Every
    category: Category
    amount_minor: int
    currency: str
    spread: bool

    def bills(self, until: date) -> Iterator[Bill]:
        """The payments up to a day, oldest first."""
        last_day = until if self.ends_on is None else min(until, self.ends_on)
        number, day = 0, self.starts_on
        while day <= last_day:
            number += 1
            following = self._payment(number)
            yield Bill(
                day,
                self.category,
                self.amount_minor,
                self.currency,
                covers=self._covered(day, following) if self.spread else None,
            )
            if following is None:
                return
            day = following

    def _payment(self, number: int) -> date | None:
        """Counted from the first, so that 31 January is followed by 28 February and 31 March."""
        if self.every is Every.ONCE:
            return None
        try:
            return months_after(self.starts_on, number * MONTHS[self.every])
        except OverflowError:
            return None

    def _covered(self, day: date, following: date | None) -> Period:
        ends = [following - DAY] if following is not None else []
        if self.ends_on is not None:
            ends.append(self.ends_on)
        return Period(day, min(ends, default=day))
