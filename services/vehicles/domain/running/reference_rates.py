"""The euro's reference rates as the European Central Bank publishes them: one line a day, one column a currency.

The form is that of `eurofxref-hist.csv` (ecb.europa.eu, "Euro foreign exchange reference rates"): `Date,USD,JPY,…` and then
`2026-11-27,1.0523,161.2,N/A,…`, with a comma at the end of each line. A rate is how much of the currency one euro buys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

_CODE: Final = re.compile(r"[A-Z]{3}")
_RATE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?", re.ASCII)
UNPUBLISHED: Final = frozenset({"", "N/A"})


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    day: date
    currency: str
    per_euro: Decimal


class NotATable(ValueError):
    """`line`, counted from 1, is not one of such a table."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_table(text: str) -> Iterator[ReferenceRate]:
    """Raises NotATable at the first line that is none."""
    lines = text.splitlines()
    if not lines:
        raise NotATable(1)
    currencies = _header(lines[0])
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            yield from _day(number, line, currencies)


def _cells(line: str) -> list[str]:
    """A comma at the end begins no column."""
    cells = [cell.strip() for cell in line.split(",")]
    return cells[:-1] if cells[-1] == "" else cells


def _header(line: str) -> list[str]:
    first, *currencies = _cells(line) or [""]
    is_one = first.casefold().lstrip("\ufeff") == "date" and currencies
    if not is_one or not all(_CODE.fullmatch(code) for code in currencies):
        raise NotATable(1)
    return currencies


def _day(number: int, line: str, currencies: list[str]) -> Iterator[ReferenceRate]:
    written, *rates = _cells(line)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise NotATable(number) from None
    if len(rates) > len(currencies):
        raise NotATable(number)
    for currency, rate in zip(currencies, rates, strict=False):
        if rate in UNPUBLISHED:
            continue
        if not _RATE.fullmatch(rate) or not Decimal(rate):
            raise NotATable(number)
        yield ReferenceRate(day, currency, Decimal(rate))
