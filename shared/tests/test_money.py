from decimal import Decimal

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.money import DECIMALS, Money, MoneyBody, MoneyTotal, exponent

CURRENCIES = st.sampled_from(["EUR", "USD", "CHF", "JPY", "XOF", "UGX", "TND", "KWD", "CLF", "ZZZ"])
BELOW_MOST = 10**11


class TestMoney:
    @given(st.integers(1 - BELOW_MOST, BELOW_MOST - 1), CURRENCIES)
    def test_text_and_minor_units_are_the_same_amount(self, minor: int, currency: str) -> None:
        money = Money(minor, currency)
        assert MoneyBody.of(money).money() == money

    @given(st.integers(-(10**40), 10**40), CURRENCIES)
    def test_the_text_is_that_of_the_exact_number(self, minor: int, currency: str) -> None:
        money = Money(minor, currency)
        assert money.text == f"{money.amount:f}"
        assert len(money.text.partition(".")[2]) == exponent(currency)

    @given(st.lists(st.integers(-(10**15), 10**15), max_size=50), CURRENCIES)
    def test_sums_are_exact(self, parts: list[int], currency: str) -> None:
        total = Money(0, currency)
        for part in parts:
            total += Money(part, currency)
        assert total == Money(sum(parts), currency)
        assert Decimal(MoneyTotal.of(total).amount).scaleb(exponent(currency)) == sum(parts)

    @given(st.decimals(-(10**10), 10**10, places=6), CURRENCIES)
    def test_what_is_rounded_is_off_by_half_a_minor_unit_at_most(
        self, amount: Decimal, currency: str
    ) -> None:
        unit = Decimal(1).scaleb(-exponent(currency))
        rounded = Money.rounded(amount, currency)
        assert abs(rounded.amount - amount) <= unit / 2
        assert Money.rounded(-amount, currency) == -rounded

    @given(st.decimals(0, BELOW_MOST - 1, places=5), CURRENCIES)
    def test_more_decimals_than_the_currency_has_are_refused(
        self, amount: Decimal, currency: str
    ) -> None:
        fits = amount == round(amount, exponent(currency))
        try:
            assert Money.of(f"{amount:f}", currency).amount == amount
        except ValueError:
            assert not fits
        else:
            assert fits

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

    def test_a_currency_with_three_decimals_has_three(self) -> None:
        dinars = MoneyBody(amount="85.750", currency="TND")
        assert dinars.money() == Money(85_750, "TND")
        assert MoneyBody.of(dinars.money()) == dinars
        assert MoneyBody(amount="85.75", currency="TND").money() == dinars.money()
        assert Money(5, "TND").text == "0.005"
        with pytest.raises(ValueError, match="decimals"):
            Money.of("85.7505", "TND")

    def test_the_list_names_currencies_that_are_there_or_units_of_account(self) -> None:
        assert set(DECIMALS) <= list_currencies()
        assert sorted(set(DECIMALS.values())) == [0, 3, 4]

    @pytest.mark.parametrize("amount", ["100000000000", "-100000000000", "1e11"])
    def test_one_amount_has_an_end(self, amount: str) -> None:
        with pytest.raises(ValueError, match="range"):
            Money.of(amount, "JPY")

    @pytest.mark.parametrize(
        "body",
        [
            {"amount": 9.99, "currency": "EUR"},
            {"amount": "9.999", "currency": "EUR"},
            {"amount": "9.5", "currency": "XOF"},
            {"amount": "9.9999", "currency": "TND"},
            {"amount": "9", "currency": "eur"},
            {"amount": "9"},
        ],
    )
    def test_a_body_is_strict(self, body: object) -> None:
        with pytest.raises(ValidationError):
            MoneyBody.model_validate(body)
