from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.distance import Driven, distance_between, position_at
from services.vehicles.domain.cars.odometer import Reading
from shared.ids import new_id


def read(on: date, km: float, *, at_least: bool = False) -> Reading:
    return Reading(new_id(), on, round(km * 1000), is_lower_bound=at_least)


LEDGER = [
    read(date(2026, 1, 1), 10_000),
    read(date(2026, 1, 31), 10_300),
    read(date(2026, 1, 31), 10_600),
    read(date(2026, 3, 2), 11_200),
]


class TestPosition:
    def test_between_two_readings_it_went_evenly(self) -> None:
        assert position_at(LEDGER, date(2026, 1, 16)) == 10_300_000
        assert position_at(LEDGER, date(2026, 2, 15)) == 10_900_000

    def test_of_several_a_day_the_last_counts(self) -> None:
        assert position_at(LEDGER, date(2026, 1, 31)) == 10_600_000

    def test_nothing_is_guessed_before_and_after(self) -> None:
        assert position_at(LEDGER, date(2025, 12, 31)) is None
        assert position_at(LEDGER, date(2026, 3, 3)) is None
        assert position_at([], date(2026, 1, 1)) is None


class TestDistance:
    def test_of_a_month(self) -> None:
        found = distance_between(LEDGER, date(2026, 2, 1), date(2026, 2, 28))
        assert found == Driven(560_000, date(2026, 2, 1), date(2026, 2, 28))

    def test_as_far_as_the_readings_go(self) -> None:
        found = distance_between(LEDGER, date(2025, 1, 1), date(2026, 12, 31))
        assert found == Driven(1_200_000, date(2026, 1, 1), date(2026, 3, 2))

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2025, 1, 1), date(2025, 12, 31)),
            (date(2026, 4, 1), date(2026, 4, 30)),
            (date(2026, 2, 2), date(2026, 2, 1)),
            (date.min, date(2026, 1, 1)),
        ],
    )
    def test_or_not_at_all(self, first: date, last: date) -> None:
        assert distance_between(LEDGER, first, last) is None

    def test_a_cluster_that_ended_nobody_knows_where(self) -> None:
        ledger = [*LEDGER, read(date(2026, 4, 1), 11_900, at_least=True)]
        march = distance_between(ledger, date(2026, 3, 1), date(2026, 3, 31))
        january = distance_between(ledger, date(2026, 1, 2), date(2026, 1, 31))
        assert march is not None
        assert january is not None
        assert (march.is_lower_bound, january.is_lower_bound) == (True, False)


@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 90)), min_size=2, max_size=30),
    st.integers(1, 28),
)
def test_months_add_up_to_the_whole(steps: list[tuple[int, int]], day: int) -> None:
    ledger, on, km = [], date(2024, 1, day), 0
    for driven, days in steps:
        on, km = on + timedelta(days=days), km + driven
        ledger.append(read(on, km))
    first, last = ledger[0].read_on, ledger[-1].read_on
    whole = distance_between(ledger, first, last)
    edges = [first + timedelta(days=each) for each in range(0, (last - first).days, 30)]
    parts = [
        distance_between(ledger, edge + timedelta(days=1), min(edge + timedelta(days=30), last))
        for edge in edges
    ]
    driven = sum(each.metres for each in parts if each)
    assert abs(driven - (whole.metres if whole else 0)) <= len(parts)
