"""Numbers as people type them into a form, and numbers and days as a page writes them, each in its language's way."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from shared.contracts.base import Language

_BLANKS: Final = re.compile(r"[\s\u00a0\u202f'\u2019]")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
GROUPS: Final = {Language.FR: "\u202f", Language.EN: ",", Language.ES: "."}
DECIMALS: Final = {Language.FR: ",", Language.EN: ".", Language.ES: ","}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")  # fmt: skip


def whole_number(text: str) -> int:
    """`84 250`, `84.250` and `84,250` are one mileage: nobody reads thousandths of a kilometre. Raises ValueError."""
    bare = _BLANKS.sub("", text)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", "")
    if not _WHOLE.fullmatch(bare):
        raise ValueError("no whole number")
    return int(bare)


def decimal_number(text: str) -> str:
    """`38,5` and `38.5` are the same, and so are `1.234,56` and `1,234.56`; one mark alone is the decimal one. Raises ValueError."""
    bare = _BLANKS.sub("", text)
    last = max(bare.rfind("."), bare.rfind(","))
    if last >= 0:
        before, after = bare[:last], bare[last + 1 :]
        if before.count(bare[last]):
            raise ValueError("two decimal marks")
        bare = f"{re.sub('[.,]', '', before)}.{after}"
    if not _DECIMAL.fullmatch(bare):
        raise ValueError("no number")
    return bare


def written(number: int | str, language: Language) -> str:
    """With its groups of three and its decimal mark; as many decimals as it has."""
    whole, _, places = f"{Decimal(number):,f}".partition(".")
    grouped = whole.replace(",", GROUPS[language])
    return f"{grouped}{DECIMALS[language]}{places}" if places else grouped


def quantity_written(quantity: str, language: Language) -> str:
    """Without noughts that say nothing: three of them behind a comma are thousands to half of the readers."""
    return written(f"{Decimal(quantity).normalize():f}", language)


def day_written(day: date, language: Language) -> str:
    if language is Language.EN:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day:%d/%m/%Y}"


def money_written(amount: str, currency: str, language: Language) -> str:
    number = written(amount, language)
    return f"{currency} {number}" if language is Language.EN else f"{number}\u00a0{currency}"
