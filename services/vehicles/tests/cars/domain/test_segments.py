from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.segments import (
    Segment,
    placed,
    segment_of,
    travelled_at,
)

CHANGED = date(2024, 3, 2)


def segment(number: int, on: date, start: int, end: int | None) -> Segment:
    return Segment(UUID(int=number), on, start * 1000, None if end is None else end * 1000)


class TestOneChange:
    """187,450 km on the day of the change; the new cluster starts at 12."""

    CLUSTERS = placed([segment(1, CHANGED, 12, 187_450)], {})

    def test_the_distance_goes_on(self) -> None:
        assert travelled_at(self.CLUSTERS, 4_812_000, on=date(2024, 9, 1)) == 192_250_000

    def test_on_the_day_of_the_change_it_is_the_one_the_reading_is_nearer_to(self) -> None:
        found = [segment_of(self.CLUSTERS, CHANGED, km * 1000) for km in (187_440, 14, 5)]
        assert [each.id.int if each else None for each in found] == [None, 1, None]

    def test_any_other_day_tells(self) -> None:
        assert segment_of(self.CLUSTERS, date(2024, 3, 1), 14_000) is None
        assert segment_of(self.CLUSTERS, date(2024, 3, 3), 187_450_000) is not None


class TestUnknownEnd:
    def test_the_last_believed_reading_stands_in_and_it_is_at_least_that(self) -> None:
        [found] = placed([segment(1, CHANGED, 0, None)], {None: 180_000_000})
        assert (found.since, found.is_lower_bound) == (180_000_000, True)

    def test_it_stays_so_after_the_next_change(self) -> None:
        clusters = [segment(1, CHANGED, 0, None), segment(2, date(2025, 1, 1), 100, 20_000)]
        found = placed(clusters, {None: 180_000_000})
        assert [each.since for each in found] == [180_000_000, 200_000_000]
        assert all(each.is_lower_bound for each in found)

    def test_of_a_car_nobody_had_read(self) -> None:
        [found] = placed([segment(1, CHANGED, 12, None)], {})
        assert (found.since, found.is_lower_bound) == (0, True)


changes = st.lists(
    st.tuples(
        st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 500), st.integers(600, 900)
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda each: each[0],
)


class TestAny:
    @given(changes, st.integers(0, 3_000_000))
    def test_the_last_cluster_goes_on_from_where_the_one_before_ended(
        self, found: list[tuple[date, int, int]], further: int
    ) -> None:
        clusters = placed(
            [segment(number, on, start, end) for number, (on, start, end) in enumerate(found, 1)],
            {},
        )
        last = clusters[-1]
        shown = last.new_start + further
        assert travelled_at(clusters, shown, on=date(2031, 1, 1)) == last.since + further
