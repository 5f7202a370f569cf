"""Domain page §12: tyres as components."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.running.tyres import (
    Corner,
    Depth,
    Interval,
    Travelled,
    gone_by,
    travelled,
    travelled_at_corners,
    wear_of,
)

KM = 1000
FL, FR, RL, RR = Corner.FRONT_LEFT, Corner.FRONT_RIGHT, Corner.REAR_LEFT, Corner.REAR_RIGHT
STRAIGHT, CROSSED = (FL, FR, RL, RR), (RL, RR, FL, FR)


def on(since: int | None, until: int | None, corners: tuple[Corner, ...] = STRAIGHT) -> Interval:
    return Interval(
        corners,
        None if since is None else since * KM,
        None if until is None else until * KM,
    )


WINTER = [on(10_000, 16_000), on(31_000, 36_500, CROSSED)]


def test_winter_set_mounted_twice() -> None:
    assert travelled(WINTER) == Travelled(11_500 * KM)


def test_by_corner() -> None:
    first = travelled_at_corners(WINTER, 0)
    assert first == {FL: Travelled(6_000 * KM), RL: Travelled(5_500 * KM)}


def test_a_reading_nobody_believes_is_at_least() -> None:
    assert travelled([*WINTER, on(None, 50_000)]) == Travelled(11_500 * KM, is_lower_bound=True)
    assert travelled([on(10_000, 9_000)]) == Travelled(0)


@pytest.mark.parametrize(
    ("position", "gone"),
    [(9_000, 0), (12_000, 2_000), (20_000, 6_000), (33_000, 8_000), (90_000, 11_500)],
)
def test_how_far_it_had_gone(position: int, gone: int) -> None:
    assert gone_by(WINTER, position * KM) == gone * KM


def test_what_is_not_known_before_is_not_known_after() -> None:
    assert gone_by([on(None, 12_000), *WINTER], 20_000 * KM) is None
    assert gone_by([on(10_000, None)], 20_000 * KM) is None


def test_wear_only_from_honest_data() -> None:
    new = Depth(0, 80)
    assert wear_of([]) is None
    assert wear_of([new]) is None
    assert wear_of([new, Depth(2_999 * KM, 75)]) is None
    assert wear_of([new, Depth(3_000 * KM, 80)]) is None
    assert wear_of([new, Depth(10_000 * KM, 85)]) is None


def test_wear_down_to_the_legal_depth() -> None:
    wear = wear_of([Depth(0, 80), Depth(10_000 * KM, 64)])
    assert wear is not None
    assert wear.tenths_per_ten_thousand_km == 16
    assert wear.left == 30_000 * KM  # 6.4 mm down to 1.6 mm
    worn = wear_of([Depth(0, 30), Depth(10_000 * KM, 10)])
    assert worn is not None
    assert worn.left == 0


DEPTHS = st.lists(
    st.builds(Depth, st.integers(0, 10**8), st.integers(0, 120)), min_size=2, max_size=9
)


@given(DEPTHS)
def test_the_order_of_measures_changes_nothing(depths: list[Depth]) -> None:
    one, other = wear_of(depths), wear_of(list(reversed(depths)))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.left >= 0
        assert one.tenths_per_ten_thousand_km == pytest.approx(other.tenths_per_ten_thousand_km)
