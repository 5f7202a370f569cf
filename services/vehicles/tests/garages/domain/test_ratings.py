from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.garages.ratings import visit_behind, weighted

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


class TestWeighted:
    def test_few_good_ones_do_not_outrank_many(self) -> None:
        """m 4.2: 3 × 5.0 → 4.50; 40 × 4.7 → 4.64 ranks first."""
        few = weighted(total=15, count=3, mean_of_all=4.2)
        many = weighted(total=188, count=40, mean_of_all=4.2)
        assert (round(few, 2), round(many, 2)) == (4.5, 4.64)
        assert many > few

    @given(st.integers(1, 500), st.floats(1, 5), st.data())
    def test_it_lies_between_its_own_mean_and_that_of_all(
        self, count: int, mean: float, data: st.DataObject
    ) -> None:
        total = data.draw(st.integers(count, 5 * count))
        low, high = sorted((total / count, mean))
        assert low - 1e-9 <= weighted(total=total, count=count, mean_of_all=mean) <= high + 1e-9


class TestVisitBehind:
    @pytest.mark.parametrize(
        ("last", "before", "said"),
        [
            (None, None, None),
            (1, None, 1),
            (60, None, 60),
            (60.1, None, None),
            (-0.1, None, None),
            (None, 364, 364),
            (None, 366, None),
            (300, 300, 300),
            (10, 300, 10),
            (61, 61, 61),
        ],
    )
    def test_within_sixty_days_or_a_year_once_it_stands(
        self, last: float | None, before: float | None, said: float | None
    ) -> None:
        found = visit_behind(
            written_at=NOW,
            last_visit=None if last is None else ago(last),
            stood_behind=None if before is None else ago(before),
        )
        assert found == (None if said is None else ago(said))
