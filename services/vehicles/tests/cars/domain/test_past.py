from math import log

import pytest

from services.vehicles.domain.cars.driving import Pace, Stand
from services.vehicles.domain.cars.past import LENGTHS, MOST, Past, own_record, past_of_length

FORTY = Pace(log(40_000), log(40_000))


def record(stands: list[Stand]) -> dict[int, Past]:
    """Of a car that was always thought to drive 40 km a day."""
    return dict(zip(LENGTHS, own_record(stands, lambda _: FORTY), strict=True))


def driven(*kilometres_a_day: float, step: int = 30) -> list[Stand]:
    stands = [Stand(700_000, 0)]
    for each in kilometres_a_day:
        day, units = stands[-1]
        stands.append(Stand(day + step, units + round(each * 1_000 * step)))
    return stands


def test_who_drives_as_thought_was_never_off() -> None:
    found = record(driven(*[40] * 12))
    assert found[30] == pytest.approx((10, 0, 10))  # the readings from the sixtieth day on
    assert found[60] == pytest.approx((9, 0, 5))  # two in sixty days overlap by half


def test_at_half_the_pace_each_took_twice_as_long() -> None:
    found = record(driven(*[20] * 24))[60]
    waiting = log(1.5)  # of the last but two, due for 30 days
    assert found == pytest.approx((20, 19 * log(2) + waiting, 10.5))


def test_what_is_overdue_is_known_to_take_longer() -> None:
    """300 km in 300 days; 30 days were thought to make 1,200 km."""
    found = record(driven(*[1] * 10))[30]
    assert found.forecasts == 7
    assert found.off > 7 * log(2)


def test_what_is_not_due_yet_tells_nothing() -> None:
    assert record(driven(*[40] * 5))[480] == Past()


def test_the_first_sixty_days_are_not_judged() -> None:
    assert record(driven(*[40] * 2)) == dict.fromkeys(LENGTHS, Past())


def test_of_many_readings_no_more_are_looked_at() -> None:
    assert record(driven(*[40] * 150, step=7))[30].forecasts <= MOST


@pytest.mark.parametrize(
    ("days", "expected"),
    [(10, 1), (30, 1), (42.43, 1.5), (60, 2), (480, 5), (2_000, 5)],
)
def test_between_two_lengths(days: float, expected: float) -> None:
    past = [Past(number, number, number) for number in (1, 2, 3, 4, 5)]
    assert past_of_length(past, days) == pytest.approx((expected,) * 3, abs=0.001)
