from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.amounts import find_amounts


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
        ],
    )
    def test_reads_what_papers_write(self, text: str, value: str, currency: str | None) -> None:
        [found] = find_amounts(text)
        assert (found.value, found.currency) == (Decimal(value), currency)

    def test_a_rate_a_date_or_a_code_is_no_amount(self) -> None:
        assert not [a for a in find_amounts("TVA 20,00 % 12/11/2026 AB12,50C 1.2.3") if a.is_money]

    @given(st.decimals(min_value=0, max_value=9_999_999, places=2))
    def test_reads_french_amounts_back(self, value: Decimal) -> None:
        text = f"{value:,.2f}".replace(",", " ").replace(".", ",")
        assert find_amounts(f"Total {text} €")[0].value == value
