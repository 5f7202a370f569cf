from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.running.expenses import Bill, Category, Contract, Every, View, portion
from services.vehicles.domain.running.periods import Period, months_after

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def contract(**said: object) -> Contract:
    facts: dict[str, object] = {
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "every": Every.YEAR,
        "category": Category.INSURANCE,
        "amount_minor": 73_000,
        "currency": "EUR",
        "spread": True,
    }
    return Contract(**(facts | said))  # type: ignore[arg-type]


def shares(one: Contract, period: Period, view: View) -> int:
    return sum(bill.minor_in(period, view) for bill in one.bills(period.last))


class TestAContract:
    def test_paid_yearly_and_spread_costs_the_same_each_day(self) -> None:
        insurance = contract()
        assert shares(insurance, Period(date(2026, 1, 1), date(2026, 1, 31)), View.SPREAD) == 6_200
        assert shares(insurance, Period(date(2026, 2, 1), date(2026, 2, 28)), View.SPREAD) == 5_600

    def test_on_its_day_it_costs_nothing_later(self) -> None:
        february = Period(date(2026, 2, 1), date(2026, 2, 28))
        assert shares(contract(), february, View.ON_DAY) == 0

    def test_a_loan_of_the_31st_is_paid_at_each_months_end(self) -> None:
        loan = contract(starts_on=date(2026, 1, 31), ends_on=date(2026, 5, 30), every=Every.MONTH)
        days = [bill.day for bill in loan.bills(date(2026, 12, 31))]
        assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]

    def test_without_an_end_it_goes_on_until_the_day_asked_for(self) -> None:
        tax = contract(ends_on=None, every=Every.QUARTER)
        assert len(list(tax.bills(date(2027, 6, 30)))) == 6

    def test_its_last_payment_is_spread_over_the_days_that_are_left(self) -> None:
        lease = contract(ends_on=date(2026, 1, 10), every=Every.MONTH, amount_minor=1_000)
        (bill,) = lease.bills(date(2026, 12, 31))
        assert bill.covers == Period(date(2026, 1, 1), date(2026, 1, 10))

    def test_paid_once_it_covers_all_its_days(self) -> None:
        (bill,) = contract(every=Every.ONCE).bills(date(2030, 1, 1))
        assert bill.covers == Period(date(2026, 1, 1), date(2026, 12, 31))

    @given(
        start=DAYS,
        length=st.integers(1, 1200),
        every=st.sampled_from(Every),
        amount=st.integers(-(10**9), 10**9),
    )
    def test_spread_and_on_its_days_it_costs_the_same_in_all(
        self, start: date, length: int, every: Every, amount: int
    ) -> None:
        whole = Period(start, start + timedelta(days=length - 1))
        one = contract(starts_on=whole.first, ends_on=whole.last, every=every, amount_minor=amount)
        spread, on_day = (shares(one, whole, view) for view in View)
        assert spread == on_day == amount * len(list(one.bills(whole.last)))

    @given(start=DAYS, length=st.integers(1, 800), cut=st.integers(0, 800), amount=st.integers())
    def test_two_neighbouring_periods_add_up_to_the_cent(
        self, start: date, length: int, cut: int, amount: int
    ) -> None:
        cover = Period(start, start + timedelta(days=length - 1))
        bill = Bill(start, Category.TAX, amount, "EUR", covers=cover)
        at = start + timedelta(days=cut)
        left = bill.minor_in(Period(start, at), View.SPREAD)
        right = bill.minor_in(
            Period(at + timedelta(days=1), start + timedelta(days=9999)), View.SPREAD
        )
        assert left + right == amount


class TestPortion:
    @pytest.mark.parametrize(
        ("amount", "part", "of", "portioned"),
        [(100, 1, 3, 33), (100, 2, 3, 67), (1, 1, 2, 1), (-1, 1, 2, -1), (5, 0, 3, 0)],
    )
    def test_is_rounded_half_away_from_nothing(
        self, amount: int, part: int, of: int, portioned: int
    ) -> None:
        assert portion(amount, part, of) == portioned


class TestPeriods:
    def test_the_month_before_a_month_is_a_month(self) -> None:
        march = Period(date(2026, 3, 1), date(2026, 3, 31))
        assert march.before() == Period(date(2026, 2, 1), date(2026, 2, 28))
        assert march.year_before() == Period(date(2025, 3, 1), date(2025, 3, 31))

    def test_ten_days_come_after_ten_days(self) -> None:
        ten = Period(date(2026, 3, 5), date(2026, 3, 14))
        assert ten.before() == Period(date(2026, 2, 23), date(2026, 3, 4))

    def test_a_year_before_29_february_is_the_28th(self) -> None:
        february = Period(date(2024, 2, 1), date(2024, 2, 29))
        assert february.year_before() == Period(date(2023, 2, 1), date(2023, 2, 28))
        year_after = Period(date(2025, 2, 1), date(2025, 2, 28)).year_before()
        assert year_after == Period(date(2024, 2, 1), date(2024, 2, 29))

    def test_before_time_there_is_nothing(self) -> None:
        assert Period(date.min, date(1, 1, 3)).before() is None
        assert Period(date.min, date(1, 1, 3)).year_before() is None

    @given(day=DAYS, months=st.integers(-300, 300))
    def test_months_keep_the_day_or_end_the_month(self, day: date, months: int) -> None:
        found = months_after(day, months)
        assert found.day == day.day or (found + timedelta(days=1)).day == 1
