"""The forecast put to simulated drivers it has never seen: a small part of `python -m bench forecast`."""

import pytest

from bench.drivers import FITTED, HELD_OUT, drivers
from bench.forecast import Answer, answers, by_band, held, quantile, sure
from bench.lives import JUDGES, TUNED, lives


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


def test_of_lives_made_in_another_way() -> None:
    told = [
        answer
        for kinds in (TUNED, JUDGES)
        for history in lives(60, kinds)
        for answer in answers(history, every=120, are_mistakes_in=True)
    ]
    assert 0.76 <= held(told) <= 0.84
    assert all(0.72 <= held(band) <= 0.88 for band in by_band(told))


def answer(history: str, asked: int, *, holds: bool) -> Answer:
    return Answer(history, asked, 1_500_000, 50, 50, 40, 60 if holds else 45, None, None)


def test_how_sure_a_share_is() -> None:
    """Wilson's interval of 80 in 100 is 71.1 … 86.7 (1927); of ten cars that are right or wrong as a whole it is that of 8 in 10."""
    alone = [answer(str(n), 60, holds=n % 5 > 0) for n in range(100)]
    together = [answer(str(n % 10), 60, holds=n % 10 > 1) for n in range(100)]
    assert sure(alone) == pytest.approx((0.711, 0.867), abs=0.001)
    assert sure(together) == pytest.approx((0.490, 0.943), abs=0.001)


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
