"""The forecast put to simulated drivers it has never seen: a small part of `python -m bench forecast`."""

import pytest

from bench.drivers import FITTED, HELD_OUT, drivers
from bench.forecast import Answer, answers, by_band, held, quantile


@pytest.fixture(scope="module")
def told() -> list[Answer]:
    """Forty drivers of the kinds its constants were fitted on, forty of other kinds; with their wrong readings."""
    return [
        answer
        for kinds in (FITTED, HELD_OUT)
        for history in drivers(40, kinds, years=3.5)
        for answer in answers(history, every=75, are_mistakes_in=True)
    ]


def test_eight_in_ten_fall_inside(told: list[Answer]) -> None:
    assert 0.76 <= held(told) <= 0.84


@pytest.mark.parametrize("band", range(4))
def test_near_and_far(told: list[Answer], band: int) -> None:
    assert 0.72 <= held(by_band(told)[band]) <= 0.88


def test_beside_an_average_of_ninety_days(told: list[Answer]) -> None:
    both = [(each, each.mygarage) for each in told if each.mygarage is not None]
    ours = [abs(each.on - each.actual) for each, _ in both]
    theirs = [abs(said - each.actual) for each, said in both]
    assert quantile(ours, 0.5) <= 0.85 * quantile(theirs, 0.5)
    assert quantile(ours, 0.9) <= 0.85 * quantile(theirs, 0.9)


def test_wrong_readings_left_in_cost_less_than_two_points(told: list[Answer]) -> None:
    without = [
        answer
        for kinds in (FITTED, HELD_OUT)
        for history in drivers(40, kinds, years=3.5)
        for answer in answers(history, every=75)
    ]
    assert told != without  # they are not the same questions
    assert abs(held(told) - held(without)) < 0.02


def test_early_as_often_as_late(told: list[Answer]) -> None:
    early = sum(each.actual < each.earliest for each in told) / len(told)
    late = sum(each.actual > each.latest for each in told) / len(told)
    assert abs(early - late) < 0.06
