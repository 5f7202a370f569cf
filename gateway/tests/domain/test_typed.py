from datetime import date

import pytest

from gateway.domain.typed import (
    day_written,
    decimal_number,
    money_written,
    quantity_written,
    whole_number,
    written,
)
from shared.contracts.base import Language


class TestWhole:
    @pytest.mark.parametrize(
        "text",
        ["84250", "84 250", "84\u00a0250", "84\u202f250", "84.250", "84,250", "84'250", " 84250 "],
    )
    def test_however_it_is_grouped(self, text: str) -> None:
        assert whole_number(text) == 84250

    @pytest.mark.parametrize(
        "text",
        ["", "84.2", "84,25", "8.42.50", "-5", "+5", "5e3", "\u0665", "1" * 10, "x", "84.250,5"],
    )
    def test_nothing_else(self, text: str) -> None:
        with pytest.raises(ValueError, match="number"):
            whole_number(text)


class TestDecimal:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("38,5", "38.5"),
            ("38.5", "38.5"),
            ("38", "38"),
            ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1 234,56", "1234.56"),
            ("1,234", "1.234"),
        ],
    )
    def test_either_mark(self, text: str, number: str) -> None:
        assert decimal_number(text) == number

    @pytest.mark.parametrize(
        "text", ["", ",5", "5,", "1,2,3", "-1", "1e5", "NaN", "\u0665", "1.1234567", "Infinity"]
    )
    def test_nothing_else(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"number|marks"):
            decimal_number(text)


@pytest.mark.parametrize(
    ("language", "number", "quantity", "day", "money"),
    [
        (Language.FR, "84\u202f250,50", "40", "05/01/2026", "70,07\u00a0EUR"),
        (Language.EN, "84,250.50", "40", "5 Jan 2026", "EUR 70.07"),
        (Language.ES, "84.250,50", "40", "05/01/2026", "70,07\u00a0EUR"),
    ],
)
def test_written_as_the_language_does(
    language: Language, number: str, quantity: str, day: str, money: str
) -> None:
    assert written("84250.50", language) == number
    assert quantity_written("40.000", language) == quantity
    assert day_written(date(2026, 1, 5), language) == day
    assert money_written("70.07", "EUR", language) == money
