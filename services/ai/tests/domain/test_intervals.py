from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.ai.domain.intervals import plus_months


class TestPlusMonths:
    @given(st.dates(), st.floats(-200_000, 200_000))
    def test_it_never_leaves_the_calendar(self, start: date, months: float) -> None:
        found = plus_months(start, months)
        assert found == start.replace(day=min(start.day, 28)) or (found > start) is (months > 0)

    def test_a_year_is_twelve(self) -> None:
        assert plus_months(date(2024, 3, 31), 12) == date(2025, 3, 28)
