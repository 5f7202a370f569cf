from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.running.exchange import Rates
from services.vehicles.domain.running.expenses import Bill, Category, View
from services.vehicles.domain.running.periods import Period
from services.vehicles.domain.running.spending import currency_of, sum_up
from shared.money import Money

FRIDAY, SUNDAY = date(2026, 11, 27), date(2026, 11, 29)
RATES = Rates(
    [("CHF", FRIDAY, Decimal("0.9350")), ("CHF", FRIDAY - timedelta(days=1), Decimal("0.9400"))]
)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
CURRENCIES = ("JPY", "EUR", "KWD")
"""Of none, two and three decimals, as far as the house knows them."""


def bill(amount: int, currency: str = "EUR", day: date = SUNDAY) -> Bill:
    return Bill(day, Category.OTHER, amount, currency)


class TestConvert:
    def test_100_chf_on_a_sunday_use_fridays_rate(self) -> None:
        assert RATES.on("CHF", SUNDAY) == RATES.on("CHF", FRIDAY)
        assert RATES.convert(Money(10_000, "CHF"), "EUR", SUNDAY) == Money(10_695, "EUR")

    def test_a_rate_lives_seven_days(self) -> None:
        assert RATES.on("CHF", FRIDAY + timedelta(days=7)) is not None
        assert RATES.on("CHF", FRIDAY + timedelta(days=8)) is None

    def test_no_rate_is_taken_from_the_future(self) -> None:
        assert RATES.convert(Money(1, "CHF"), "EUR", FRIDAY - timedelta(days=2)) is None

    def test_two_currencies_meet_over_the_euro(self) -> None:
        rates = Rates([("CHF", FRIDAY, Decimal("0.9")), ("JPY", FRIDAY, Decimal(180))])
        assert rates.convert(Money(10_000, "CHF"), "JPY", SUNDAY) == Money(20_000, "JPY")

    def test_a_currency_is_itself_without_any_rate(self) -> None:
        assert Rates([]).convert(Money(5, "THB"), "THB", SUNDAY) == Money(5, "THB")


class TestSums:
    def test_3_eur_records_and_1_thb_without_rate(self) -> None:
        bills = [bill(1_000), bill(2_050), bill(1), bill(99_900, "THB")]
        found = sum_up(bills, YEAR, view=View.SPREAD, rates=RATES, currency=currency_of(bills))
        assert (found.currency, found.total.converted) == ("EUR", 3_051)
        assert {name: one.minor for name, one in found.missing.items()} == {"THB": 99_900}
        assert found.total.amounts == [Money(3_051, "EUR"), Money(99_900, "THB")]

    def test_an_empty_month_is_0_and_months_are_in_order(self) -> None:
        found = sum_up(
            [bill(1, day=date(2026, 3, 1))], YEAR, view=View.SPREAD, rates=RATES, currency="EUR"
        )
        assert list(found.months) == [f"2026-{month:02}" for month in range(1, 13)]
        assert found.of("2026-02").converted == 0

    @given(
        bills=st.lists(
            st.tuples(
                st.integers(-(10**12), 10**12),
                st.sampled_from(CURRENCIES),
                st.dates(YEAR.first, YEAR.last),
                st.sampled_from(Category),
                st.integers(0, 500),
            ),
            max_size=30,
        )
    )
    def test_sums_are_exact_whatever_the_decimals(
        self, bills: list[tuple[int, str, date, Category, int]]
    ) -> None:
        """By month, by category and in all, in each currency and converted."""
        made = [
            Bill(
                day,
                category,
                minor,
                currency,
                covers=Period(day, day + timedelta(days=days)) if days else None,
            )
            for minor, currency, day, category, days in bills
        ]
        rates = Rates(
            [
                ("JPY", YEAR.first + timedelta(days=7 * week), Decimal(161) + week)
                for week in range(53)
            ]
        )
        two_years = Period(YEAR.first, date(2028, 12, 31))
        for view in View:
            found = sum_up(made, two_years, view=view, rates=rates, currency="EUR")
            for currency in CURRENCIES:
                paid = sum(one.amount_minor for one in made if one.currency == currency)
                assert found.total.minor.get(currency, 0) == paid
            converted = [
                money.amount_minor
                for one in made
                if (money := rates.convert(Money(one.amount_minor, one.currency), "EUR", one.day))
            ]
            assert found.total.converted == sum(converted)
            assert sum(one.converted for one in found.categories.values()) == sum(converted)
            assert sum(one.minor for one in found.missing.values()) == sum(
                one.amount_minor for one in made if one.currency == "KWD"
            )


@pytest.mark.parametrize(
    ("counts", "most"), [((), "EUR"), (("USD", "CHF"), "CHF"), (("USD", "USD", "CHF"), "USD")]
)
def test_costs_are_told_in_the_currency_of_most(counts: tuple[str, ...], most: str) -> None:
    assert currency_of([bill(1, currency) for currency in counts]) == most
