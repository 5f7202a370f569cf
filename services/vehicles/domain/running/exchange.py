"""Money of one currency told in another, by the rate that was published last.

A rate is the last one published on the day or up to seven days before: reference rates rest on Sundays and holidays, never a week.
Without one nothing is guessed: the amount is left out of the converted sum, and listed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from shared.money import Money

EURO: Final = "EUR"
OLDEST: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Published:
    """What one euro was worth on a day."""

    day: date
    per_euro: Decimal


class Rates:
    def __init__(self, rows: Iterable[tuple[str, date, Decimal]]) -> None:
        """Rows of (currency, day, units of it for one euro), in any order."""
        self._of: dict[str, list[Published]] = {}
        for currency, day, per_euro in rows:
            self._of.setdefault(currency, []).append(Published(day, per_euro))
        for published in self._of.values():
            published.sort(key=lambda one: one.day)

    def on(self, currency: str, day: date) -> Published | None:
        """None when none was published within the last seven days."""
        if currency == EURO:
            return Published(day, Decimal(1))
        known = self._of.get(currency, [])
        found = bisect_right(known, day, key=lambda one: one.day) - 1
        if found < 0 or day - known[found].day > OLDEST:
            return None
        return known[found]

    def convert(self, money: Money, currency: str, day: date) -> Money | None:
        """The same amount in another currency on a day, half up; None without a rate."""
        if money.currency == currency:
            return money
        given, wanted = self.on(money.currency, day), self.on(currency, day)
        if given is None or wanted is None:
            return None
        return Money.rounded(money.amount / given.per_euro * wanted.per_euro, currency)


def most_used(counts: Mapping[str, int], *, default: str = EURO) -> str:
    """The currency most records are in; of two the first by its code."""
    return min(counts, key=lambda currency: (-counts[currency], currency), default=default)
