from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.amounts import find_amounts, money_text


class TestFindAmounts:
    @pytest.mark.parametrize(
        ("text", "value", "currency"),
        [
            ("1 234,56 €", "1234.56", "EUR"),
            ("1.234,56", "1234.56", None),
            ("$4,647.68", "4647.68", "USD"),
            ("£61.36", "61.36", "GBP"),
            ("RM 41.95", "41.95", "MYR"),
            ("EUR 34,73", "34.73", "EUR"),
            ("-9,32 €", "-9.32", "EUR"),
            ("189,90€", "189.90", "EUR"),
            ("85,750 TND", "85.750", "TND"),
            ("85.750 DT", "85.750", "TND"),
            ("1 234,500 DT", "1234.500", "TND"),
            ("1.234,500 TND", "1234.500", "TND"),
            ("KWD 12.250", "12.250", "KWD"),
            ("-9,320 DT", "-9.320", "TND"),
        ],
    )
    def test_reads_what_papers_write(self, text: str, value: str, currency: str | None) -> None:
        [found] = find_amounts(text)
        assert (found.value, found.currency) == (Decimal(value), currency)

    def test_thousands_are_no_decimals_where_no_dinar_stands_beside_them(self) -> None:
        assert find_amounts("1.234 €") == []
        assert [a.value for a in find_amounts("1 234 €, 12,50 DT")] == [1234, Decimal("12.50")]

    @pytest.mark.parametrize(
        ("value", "text"), [("85.750", "85.750"), ("12", "12.00"), ("12.5", "12.50")]
    )
    def test_what_is_read_keeps_its_decimals(self, value: str, text: str) -> None:
        assert money_text(Decimal(value)) == text

    def test_a_rate_a_date_or_a_code_is_no_amount(self) -> None:
        assert not [a for a in find_amounts("TVA 20,00 % 12/11/2026 AB12,50C 1.2.3") if a.is_money]

    @given(st.decimals(min_value=0, max_value=9_999_999, places=2))
    def test_reads_french_amounts_back(self, value: Decimal) -> None:
        text = f"{value:,.2f}".replace(",", " ").replace(".", ",")
        assert find_amounts(f"Total {text} €")[0].value == value
