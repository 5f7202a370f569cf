from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.running.periods import Period
from services.vehicles.domain.running.spending import change, per_distance
from services.vehicles.domain.running.worth import Value, depreciation, straight, worth_on
from shared.money import Money

BOUGHT, SOLD = Value(date(2023, 1, 1), 1_800_000), Value(date(2026, 1, 1), 1_200_000)
LINE = straight([SOLD, BOUGHT])
YEAR_2024 = Period(date(2024, 1, 1), date(2024, 12, 31))
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


class TestDepreciation:
    def test_18000_to_12000_in_three_years_is_5_47_a_day(self) -> None:
        assert depreciation(LINE, Period(date(2024, 6, 1), date(2024, 6, 1))) == 547

    def test_and_2003_65_in_2024(self) -> None:
        assert YEAR_2024.days == 366
        assert depreciation(LINE, YEAR_2024) == 200_365

    def test_a_car_is_worth_the_same_before_the_first_and_after_the_last_value(self) -> None:
        assert worth_on(LINE, date(1999, 1, 1)) == 1_800_000
        assert worth_on(LINE, date(2030, 1, 1)) == 1_200_000
        assert depreciation(LINE, Period(date(2026, 1, 1), date(2026, 12, 31))) == 0

    def test_one_value_tells_nothing(self) -> None:
        assert depreciation([BOUGHT], YEAR_2024) is None
        assert depreciation([], YEAR_2024) is None

    def test_of_two_values_of_a_day_the_last_said_counts(self) -> None:
        assert straight([BOUGHT, Value(BOUGHT.on, 5)]) == [Value(BOUGHT.on, 5)]

    def test_a_car_may_gain(self) -> None:
        dearer = [BOUGHT, Value(date(2024, 1, 1), 1_900_000)]
        assert depreciation(dearer, Period(date(2023, 1, 1), date(2023, 12, 31))) == -100_000

    @given(
        values=st.lists(
            st.builds(Value, DAYS, st.integers(0, 10**10)), min_size=2, unique_by=lambda v: v.on
        ),
        day=DAYS,
    )
    def test_it_is_worth_something_between_its_values(self, values: list[Value], day: date) -> None:
        line = straight(values)
        worth = worth_on(line, day)
        assert min(v.minor for v in line) <= worth <= max(v.minor for v in line)
        assert all(worth_on(line, v.on) == Fraction(v.minor) for v in line)


class TestPerDistance:
    def test_2400_and_2003_65_on_13000_km_are_0_339_a_km(self) -> None:
        whole = Money(240_000, "EUR") + Money(200_365, "EUR")
        assert per_distance(whole, 13_000_000, 1000) == Decimal("0.339")

    def test_yen_have_one_decimal(self) -> None:
        assert per_distance(Money(1_000, "JPY"), 300_000, 1000) == Decimal("3.3")

    def test_a_change_needs_something_to_compare_with(self) -> None:
        assert change(125, 100) == Decimal("0.250")
        assert change(125, 0) is None
        assert change(1, -5) is None
