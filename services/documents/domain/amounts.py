"""Amounts as papers write them: 1 234,56 € · 1.234,56 · 1,234.56 · $4.11 · 1440; decimal inside, never float."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SPACE = "[ \u00a0\u202f\u2009'\u2019]"
_NUMBER = (
    r"(?:\d{1,3}(?:"
    + _SPACE
    + r"\d{3})+|\d{1,3}(?:\.\d{3})+(?=,\d{2})|\d{1,3}(?:,\d{3})+(?=\.\d{2})|\d+)"
)
AMOUNT = re.compile(
    r"(?<![\w.,/])(?P<sign>[-−–]\s?)?(?:(?P<before>€|\$|£|EUR|USD|GBP|CHF|RM|MYR|CAD)\s?)?"
    r"(?P<sign2>[-−–]\s?)?(?P<whole>" + _NUMBER + r")(?:\s?[.,]\s?(?P<cents>\d{2}))?"
    r"(?:\s?(?P<after>€|EUR\b|EUROS?\b|USD\b|GBP\b|CHF\b|MYR\b|£|\$))?(?![\w/%]|[.,]\d|\s?%)",
    re.IGNORECASE,
)
_SYMBOLS = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "£": "GBP", "RM": "MYR"}


@dataclass(frozen=True, slots=True)
class FoundAmount:
    value: Decimal
    currency: str | None
    start: int
    end: int
    has_cents: bool

    @property
    def is_money(self) -> bool:
        """Looks like money: cents, or a currency beside it."""
        return self.has_cents or self.currency is not None


def find_amounts(text: str) -> list[FoundAmount]:
    return list(_amounts(text))


def _amounts(text: str) -> Iterator[FoundAmount]:
    for match in AMOUNT.finditer(text):
        whole = re.sub(r"[^\d]", "", match["whole"])
        if len(whole) > 9:  # noqa: PLR2004 -- a number of that length is no price
            continue
        value = Decimal(f"{whole}.{match['cents'] or '00'}")
        if match["sign"] or match["sign2"]:
            value = -value
        mark = (match["before"] or match["after"] or "").upper()
        yield FoundAmount(
            value,
            _SYMBOLS.get(mark, mark or None),
            match.start(),
            match.end(),
            match["cents"] is not None,
        )


def money_text(value: Decimal) -> str:
    return f"{value:.2f}"
