"""Days as people write them: CLDR's patterns, and the French first of the month, which CLDR writes as a plain 1."""

import re
from datetime import date
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date

Length = Literal["full", "long", "medium"]
FIRST: Final = re.compile(r"\b1(?=\s[^\W\d])")
"""Before a month's name; never of a year."""


def write_day(day: date, length: Length, locale: str | Locale) -> str:
    """`dimanche 1er octobre 2028`, `1 October 2028`, `1 oct 2028` (Imprimerie nationale, Lexique: quantièmes)."""
    written = str(format_date(day, length, locale=locale))
    if day.day == 1 and Locale.parse(locale).language == "fr":
        written = FIRST.sub("1er", written, count=1)
    return written
