"""Dates as papers write them, in French, English, Spanish, German, Dutch and Italian.

A numeric date is day first unless the first two numbers leave no other reading or the paper is American: swapped dates
are the commonest complaint about document readers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.documents.domain.text import plain

_MONTHS = {
    1: "janvier janv january jan enero ene januar januari gennaio",
    2: "fevrier fevr fev february feb febrero februar februari febbraio",
    3: "mars march mar marzo maerz maart mrt",
    4: "avril avr april apr abril abr aprile",
    5: "mai may mayo mei maggio",
    6: "juin june jun junio juni giugno",
    7: "juillet juil july jul julio juli luglio",
    8: "aout august aug agosto ago augustus",
    9: "septembre sept september sep septiembre setiembre settembre",
    10: "octobre oct october octubre oktober okt ottobre",
    11: "novembre nov november noviembre novembre",
    12: "decembre dec december diciembre dic dezember dez dicembre",
}
_MONTH_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_NUMERIC = re.compile(
    r"(?<![\d/.,-])(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/]|[.,]\d)"
)
_SPACED = re.compile(r"(?<![\d/.,-])(\d{2}) (\d{2}) ((?:19|20)\d{2})(?!\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_NAME_YEAR = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:er|st|nd|rd|th|\.)?(?:\s|-|/|\.|,|de\s)*({_NAMES})\b\.?(?:\s|-|/|,|del?\s)*(\d{{4}}|\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_NAME_DAY_YEAR = re.compile(
    rf"\b({_NAMES})\b\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*((?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_MONTHS_IN_YEAR = 12
_EARLIEST = 1950
_LATEST = 2100
_CENTURY_TURNS = 70


@dataclass(frozen=True, slots=True)
class FoundDate:
    day: date
    start: int
    end: int
    certain: bool
    """False where day and month could be swapped."""


def find_dates(text: str, *, month_first: bool = False) -> list[FoundDate]:
    """Every date of a line, in order; `start` and `end` point into `plain(text)`, which must keep the text's length."""
    bare = plain(text)
    found = sorted(_all(bare, month_first=month_first), key=lambda d: (d.start, -d.end))
    kept: list[FoundDate] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _all(text: str, *, month_first: bool) -> Iterator[FoundDate]:
    for match in _ISO.finditer(text):
        yield from _made(match, match[1], match[3], match[4], certain=True)
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[3]), match[4]
        ambiguous = first <= _MONTHS_IN_YEAR and second <= _MONTHS_IN_YEAR and first != second
        swap = (month_first and ambiguous) or (second > _MONTHS_IN_YEAR >= first)
        day, month = (second, first) if swap else (first, second)
        yield from _made(match, year, str(month), str(day), certain=not ambiguous)
    for match in _SPACED.finditer(text):
        yield from _made(match, match[3], match[2], match[1], certain=True)
    for match in _DAY_NAME_YEAR.finditer(text):
        yield from _made(match, match[3], _month(match[2]), match[1], certain=True)
    for match in _NAME_DAY_YEAR.finditer(text):
        yield from _made(match, match[3], _month(match[1]), match[2], certain=True)


def _month(name: str) -> str:
    return str(_MONTH_OF[name.lower()])


def _made(
    match: re.Match[str], year: str, month: str, day: str, *, certain: bool
) -> Iterator[FoundDate]:
    full = int(year)
    if len(year) == 2:  # noqa: PLR2004 -- a two-digit year
        full += 1900 if full >= _CENTURY_TURNS else 2000
    try:
        value = date(full, int(month), int(day))
    except ValueError:
        return
    if _EARLIEST <= full <= _LATEST:
        yield FoundDate(value, match.start(), match.end(), certain)
