import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.money import Money, MoneyBody


class TestMoney:
    @given(st.integers(-(10**12), 10**12))
    def test_text_and_minor_units_are_the_same_amount(self, minor: int) -> None:
        money = Money(minor, "EUR")
        assert MoneyBody.of(money).money() == money

    @given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY"]))
    def test_the_text_is_that_of_the_exact_number(self, minor: int, currency: str) -> None:
        money = Money(minor, currency)
        assert money.text == f"{money.amount:f}"

    @given(st.integers(0, 10**9), st.integers(0, 10**9))
    def test_sums_are_exact(self, a: int, b: int) -> None:
        assert (Money(a, "EUR") + Money(b, "EUR")).amount_minor == a + b

    def test_currencies_do_not_mix(self) -> None:
        with pytest.raises(ValueError, match="EUR"):
            Money(1, "EUR") + Money(1, "USD")

    @pytest.mark.parametrize("amount", ["1.001", "NaN", "Infinity", "1e30", "", "abc"])
    def test_what_is_no_amount_is_refused(self, amount: str) -> None:
        with pytest.raises(ValueError, match=r".*"):
            Money.of(amount, "EUR")

    def test_a_currency_without_decimals_has_none(self) -> None:
        assert Money.of("500", "JPY").amount_minor == 500
        with pytest.raises(ValueError, match="decimals"):
            Money.of("500.50", "JPY")

    @pytest.mark.parametrize(
        "body",
        [
            {"amount": 9.99, "currency": "EUR"},
            {"amount": "9.999", "currency": "EUR"},
            {"amount": "9", "currency": "eur"},
            {"amount": "9"},
        ],
    )
    def test_a_body_is_strict(self, body: object) -> None:
        with pytest.raises(ValidationError):
            MoneyBody.model_validate(body)
