"""Periods of local days, and the months they are told in."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS_A_YEAR: Final = 12
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both of them in it; without a day when the last is before the first."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    @property
    def is_whole_months(self) -> bool:
        return self.first.day == 1 and self.last == last_of_month(self.last) and self.days > 0

    def months(self) -> Iterator["Period"]:
        """What of each month lies in it, by time; months without a cost are among them."""
        first = self.first
        while first <= self.last:
            last = min(last_of_month(first), self.last)
            yield Period(first, last)
            if last == date.max:
                return
            first = last + DAY

    def before(self) -> "Period | None":
        """The one right before, as long: as many whole months before whole months, else as many days. None before time began."""
        if not self.days:
            return None
        try:
            last = self.first - DAY
            if self.is_whole_months:
                months = months_between(self.first, self.last) + 1
                return Period(months_after(self.first, -months), last)
            return Period(self.first - timedelta(days=self.days), last)
        except OverflowError:
            return None

    def year_before(self) -> "Period | None":
        """The same days of the year before; the end of a month stays one."""
        if not self.days or self.first.year == date.min.year:
            return None
        last = months_after(self.last, -MONTHS_A_YEAR)
        if self.is_whole_months:
            last = last_of_month(last)
        return Period(months_after(self.first, -MONTHS_A_YEAR), last)


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(one: date, other: date) -> int:
    """By the calendar's pages, whatever the days."""
    return (other.year - one.year) * MONTHS_A_YEAR + other.month - one.month


def months_after(day: date, months: int) -> date:
    """The same day of another month, or its last where it has no such day. Raises OverflowError beyond the calendar."""
    pages = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = pages // MONTHS_A_YEAR, pages % MONTHS_A_YEAR + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(year)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_name(day: date) -> str:
    """As `2026-03`, which sorts as time does."""
    return f"{day.year:04}-{day.month:02}"
