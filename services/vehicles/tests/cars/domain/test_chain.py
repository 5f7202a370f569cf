"""The odometer's heaviest chain: the worked examples of the trade's rules, and that no faster way finds another chain."""

from datetime import date, time, timedelta
from itertools import combinations, pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.chain import (
    VOUCHED,
    Candidate,
    follows,
    heaviest_chain,
    in_order,
)
from services.vehicles.domain.cars.suggestions import Slip, suggest
from services.vehicles.domain.cars.units import DistanceUnit

FIRST = date(2026, 4, 4)


def read(
    day: str, km: float, weight: int = 2, *, is_believed: bool = False, at: time | None = None
) -> Candidate:
    month, number = map(int, day.split("-"))
    metres = round(km * 1000)
    return Candidate(
        id=UUID(int=metres * 10_000 + month * 100 + number),
        read_on=date(2026, month, number),
        metres=metres,
        weight=weight,
        is_believed=is_believed,
        at=at,
    )


def km(chain: list[Candidate]) -> list[float]:
    return [each.metres / 1000 for each in chain]


class TestExamples:
    def test_a_typo_holds_one_good_reading_back_and_not_two(self) -> None:
        known = [
            read("04-04", 110_609, is_believed=True),
            read("05-01", 118_902, is_believed=True),
        ]
        first, second = read("05-07", 112_205), read("05-17", 112_533)
        assert km(heaviest_chain([*known, first])) == [110_609, 118_902]
        assert km(heaviest_chain([*known, first, second])) == [110_609, 112_205, 112_533]

    def test_an_invoice_outweighs_one_reading_and_stands_against_two(self) -> None:
        known = [
            read("04-04", 110_609, is_believed=True),
            read("05-01", 118_902, 4, is_believed=True),
        ]
        two = [read("05-07", 112_205), read("05-17", 112_533)]
        assert km(heaviest_chain([*known, *two])) == [110_609, 118_902]
        third = read("05-20", 112_600)
        assert km(heaviest_chain([*known, *two, third])) == [110_609, 112_205, 112_533, 112_600]

    def test_what_its_owner_vouches_for_is_believed_against_all_others(self) -> None:
        vouched = read("05-01", 118_902, VOUCHED)
        others = [read("05-07", 112_205 + each / 10, 4) for each in range(40)]
        assert heaviest_chain([*others, vouched]) == [vouched]

    def test_one_day_may_have_several(self) -> None:
        same = [read("05-07", 112_205), read("05-07", 112_100), read("05-07", 112_300)]
        assert km(heaviest_chain(same)) == [112_100, 112_205, 112_300]

    def test_but_not_against_their_times(self) -> None:
        noon = read("05-07", 112_205, is_believed=True, at=time(12))
        night = read("05-07", 112_100, at=time(22))
        assert heaviest_chain([night, noon]) == [noon]

    def test_one_without_a_time_stands_where_it_rises(self) -> None:
        noon, night = read("05-07", 112_205, at=time(12)), read("05-07", 112_300, at=time(22))
        free = [read("05-07", 112_100), read("05-07", 112_250), read("05-07", 112_310)]
        chain = heaviest_chain([*free, night, noon])
        assert km(chain) == [112_100, 112_205, 112_250, 112_300, 112_310]

    @pytest.mark.parametrize(("driven", "is_possible"), [(3_000, True), (3_001, False)])
    def test_no_step_is_faster_than_a_car(self, driven: int, *, is_possible: bool) -> None:
        two = [read("05-07", 100_000, is_believed=True), read("05-08", 100_000 + driven)]
        assert len(heaviest_chain(two)) == (2 if is_possible else 1)

    def test_nothing_is_believed_of_nothing(self) -> None:
        assert heaviest_chain([]) == []


def slowly(candidates: list[Candidate]) -> tuple[int, int]:
    """The worth of the best chain, by trying all."""
    ordered = in_order(candidates)
    chains = (
        chain
        for size in range(len(ordered) + 1)
        for chain in combinations(ordered, size)
        if all(follows(*pair) for pair in pairwise(chain))
    )
    return max(map(worth, chains))


def worth(chain: tuple[Candidate, ...] | list[Candidate]) -> tuple[int, int]:
    weights = [(each.weight, each.weight * each.is_believed) for each in chain]
    return sum(weight for weight, _ in weights), sum(kept for _, kept in weights)


readings = st.builds(
    lambda id_, day, metres, weight, is_believed: Candidate(
        id=UUID(int=id_),
        read_on=FIRST + timedelta(days=day),
        metres=metres * 700_000,
        weight=weight,
        is_believed=is_believed,
    ),
    st.integers(0, 2**64),
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from([1, 2, 3, 4]),
    st.booleans(),
)


@given(st.lists(readings, max_size=9, unique_by=lambda each: each.id))
def test_no_chain_is_heavier_than_the_one_found(candidates: list[Candidate]) -> None:
    chain = heaviest_chain(candidates)
    assert all(follows(*pair) for pair in pairwise(chain))
    assert worth(chain) == slowly(candidates)


@given(st.lists(readings, max_size=12, unique_by=lambda each: each.id), st.randoms())
def test_the_order_of_arrival_does_not_matter(candidates: list[Candidate], chance: object) -> None:
    chain = heaviest_chain(candidates)
    chance.shuffle(candidates)  # type: ignore[attr-defined]
    assert heaviest_chain(candidates) == chain


def test_fifty_thousand_readings_with_a_typo_each_hundred_are_one_pass() -> None:
    """By the square of their number it would be 1.2 thousand million steps, which nobody waits for."""
    many = [
        Candidate(
            id=UUID(int=each),
            read_on=date(1990, 1, 1) + timedelta(days=each // 4),
            metres=each * 10_000 + (90_000_000 if each % 100 == 50 else 0),
            weight=2,
            is_believed=False,
        )
        for each in range(50_000)
    ]
    chain = heaviest_chain(many)
    assert len(chain) == 50_000 - 500


class TestSuggestions:
    BEFORE, AFTER = read("04-04", 110_609), read("05-07", 112_205)

    def test_the_digit_that_was_wrong_comes_first(self) -> None:
        found = suggest(
            read("05-01", 118_902), before=self.BEFORE, after=self.AFTER, unit=DistanceUnit.KM
        )
        assert (found[0].slip, found[0].metres) == (Slip.DIGIT_CHANGED, 111_902_000)
        assert len(found) <= 3

    @pytest.mark.parametrize(
        ("typed", "slip", "meant"),
        [
            (11_178, Slip.DIGIT_DROPPED, 111_788),
            (1_117_880, Slip.DIGIT_ADDED, 111_788),
            (117_188, Slip.DIGITS_SWAPPED, 111_788),
            (179_905, Slip.UNIT_MISTAKEN, None),
            (69_461, Slip.UNIT_MISTAKEN, None),
        ],
    )
    def test_each_slip_is_found(self, typed: int, slip: Slip, meant: int | None) -> None:
        found = suggest(
            read("05-01", typed), before=self.BEFORE, after=self.AFTER, unit=DistanceUnit.KM
        )
        assert slip in {each.slip for each in found}
        for each in found:
            assert self.BEFORE.metres <= each.metres <= self.AFTER.metres
        assert meant is None or abs(found[0].metres / 1000 - 111_915) < 300

    def test_a_wrong_year_is_found(self) -> None:
        last = read("05-07", 112_205)
        wrong = Candidate(UUID(int=1), date(2025, 5, 20), 112_900_000, 2, is_believed=False)
        [found] = suggest(wrong, before=last, after=None, unit=DistanceUnit.KM)[:1]
        assert (found.slip, found.read_on) == (Slip.YEAR_MISTAKEN, date(2026, 5, 20))

    def test_a_leap_day_has_no_year_beside_it(self) -> None:
        leap = Candidate(UUID(int=1), date(2028, 2, 29), 112_900_000, 2, is_believed=False)
        found = suggest(leap, before=self.AFTER, after=None, unit=DistanceUnit.KM)
        assert Slip.YEAR_MISTAKEN not in {each.slip for each in found}

    def test_miles_are_judged_as_they_were_typed(self) -> None:
        mile = 1.609344
        before, after = read("04-04", 68_000 * mile), read("05-07", 69_000 * mile)
        found = suggest(
            read("05-01", 86_500 * mile), before=before, after=after, unit=DistanceUnit.MI
        )
        assert (found[0].slip, round(found[0].metres / 1609.344)) == (Slip.DIGITS_SWAPPED, 68_500)
