"""How the pages write days, numbers and amounts: as the readers of their language do."""

import base64
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent

from shared.written_days import Length, write_day

LOCALES: Final = {"fr": "fr_FR", "en": "en_GB", "es": "es_ES"}


@lru_cache(maxsize=4096)
def _day(text: str, form: Length, language: str) -> str:
    return write_day(date.fromisoformat(text), form, LOCALES[language])


def capitalized(text: str) -> str:
    """Its first letter only: AdBlue stays AdBlue."""
    return text[:1].upper() + text[1:]


def picture(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


class Writing:
    """In one language. A distance that comes as text is exact, and stays so."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._locale = Locale.parse(LOCALES[language])

    def filters(self) -> dict[str, Callable[..., str]]:
        """By the names under which templates call them."""
        return {
            "day": self.day,
            "long_day": self.long_day,
            "month_name": self.month_name,
            "long_month": self.long_month,
            "number": self.number,
            "plain_number": self.plain_number,
            "percent": self.percent,
            "money": self.money,
            "amount": self.amount,
            "country": self.country,
            "capitalized": capitalized,
            "picture": picture,
        }

    def day(self, text: str) -> str:
        return _day(text, "medium", self._language)

    def long_day(self, text: str) -> str:
        return _day(text, "long", self._language)

    def month_name(self, number: int) -> str:
        return str(self._locale.months["stand-alone"]["abbreviated"][number])

    def long_month(self, number: int) -> str:
        return str(self._locale.months["stand-alone"]["wide"][number])

    def number(self, value: float | str, places: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * places if places else "")
        exact = Decimal(value) if isinstance(value, str) else value
        return str(format_decimal(exact, pattern, locale=self._locale))

    def plain_number(self, value: str) -> str:
        """With as many places as it has."""
        return str(format_decimal(Decimal(value), locale=self._locale))

    def percent(self, share: float) -> str:
        return str(format_percent(share, locale=self._locale))

    def money(self, said: Mapping[str, str]) -> str:
        return str(format_currency(Decimal(said["amount"]), said["currency"], locale=self._locale))

    def amount(self, said: Mapping[str, str]) -> str:
        """Without its currency, which the heading names."""
        exact = Decimal(said["amount"])
        return str(format_currency(exact, said["currency"], "#,##0.00", locale=self._locale))

    def country(self, code: str) -> str:
        return str(self._locale.territories.get(code, code))
