"""Amounts as papers write them: 1 234,56 € · 1.234,56 · 1,234.56 · $4.11 · 1440; decimal inside, never float."""

import re
from collections.abc import Iterable, Iterator
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
_THREE = "TND|KWD|BHD|OMR|JOD|LYD|IQD|DT"
_BIG_NUMBER = (
    r"(?:\d{1,3}(?:" + _SPACE + r"\d{3})+|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:,\d{3})+(?=\.)|\d+)"
)
THREE_DECIMALS = re.compile(
    rf"(?<![\w.,/])(?P<sign>[-−–]\s?)?(?:(?P<before>{_THREE})\s?)?(?P<whole>{_BIG_NUMBER})[.,]"
    rf"(?P<cents>\d{{3}})(?![\d.,])(?:\s?(?P<after>{_THREE})\b)?",
    re.IGNORECASE,
)
"""Dinars and rials; what stands behind the mark is decimals only where one of them stands beside it."""
_SYMBOLS = {
    "€": "EUR",
    "EURO": "EUR",
    "EUROS": "EUR",
    "$": "USD",
    "£": "GBP",
    "RM": "MYR",
    "DT": "TND",
}


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
    dinars = [m for m in THREE_DECIMALS.finditer(text) if m["before"] or m["after"]]
    if not dinars:
        yield from _read(AMOUNT.finditer(text))
        return
    taken = [m.span() for m in dinars]
    others = [
        m
        for m in AMOUNT.finditer(text)
        if not any(m.start() < end and start < m.end() for start, end in taken)
    ]
    yield from _read(sorted([*dinars, *others], key=lambda m: m.start()))


def _read(matches: Iterable[re.Match[str]]) -> Iterator[FoundAmount]:
    for match in matches:
        whole = re.sub(r"[^\d]", "", match["whole"])
        if len(whole) > 9:  # noqa: PLR2004 -- a number of that length is no price
            continue
        value = Decimal(f"{whole}.{match['cents'] or '00'}")
        if match["sign"] or match.groupdict().get("sign2"):
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
    """With two decimals at least, and all that it has: which currency it is in, and so how many there are, may be read later."""
    places = max(2, -int(value.as_tuple().exponent))
    return f"{value:.{places}f}"
